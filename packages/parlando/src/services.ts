import type { Clock } from "@parlando/core";
import { registry } from "./registry.generated.ts";
import { loadSpeaker, type LoadSpeaker } from "./speech/shared-speaker.ts";
import type { RegistryEntry } from "./engines/registry-entry.ts";

/** What a TTS stands on besides its config. Tests and the command line hand in their own. */
export interface Services {
  readonly registry: readonly RegistryEntry[];
  readonly loadSpeaker: LoadSpeaker;
  /** Real time when absent. */
  readonly clock?: Clock | undefined;
}

/** The engines and the speaker of Parlando's own packages. */
export const standardServices: Services = { registry, loadSpeaker };
