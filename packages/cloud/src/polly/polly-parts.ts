import type { VoiceChooser } from "./polly-choice.ts";
import type { PollyConnection } from "./polly-connection.ts";
import type { PollyOptions } from "./polly-options.ts";

/** What the parts of one engine share. */
export interface PollyParts {
  readonly options: PollyOptions;
  readonly connection: PollyConnection;
  readonly chooser: VoiceChooser;
  readonly firstByteMs: number;
  readonly idleMs: number;
  /** What no error may show. */
  readonly secrets: readonly string[];
  /** Aborted when the engine is closed. */
  readonly closing: AbortSignal;
}
