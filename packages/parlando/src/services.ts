import type { Clock, LoadCodecs } from "@parlando/core";
import { registry } from "./registry.generated.ts";
import { loadCodecs } from "./speech/load-codecs.ts";
import { loadSpeaker, type LoadSpeaker } from "./speech/shared-speaker.ts";
import type { RegistryEntry } from "./engines/registry-entry.ts";

/** What a TTS stands on besides its config. Tests and the command line hand in their own. */
export interface Services {
  readonly registry: readonly RegistryEntry[];
  readonly loadSpeaker: LoadSpeaker;
  /** What reads and writes MP3 and Opus; absent, there is only uncompressed audio. */
  readonly loadCodecs?: LoadCodecs | undefined;
  /** Real time when absent. */
  readonly clock?: Clock | undefined;
}

/** The engines, the speaker and the codecs of Parlando's own packages. */
export const standardServices: Services = { registry, loadSpeaker, loadCodecs };
