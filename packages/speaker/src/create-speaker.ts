import { existsSync } from "node:fs";

import { aplayBackend } from "./pipe/aplay-backend.ts";
import { pacatBackend } from "./pipe/pacat-backend.ts";
import type { Speaker, SpeakerOptions } from "./speaker/speaker-options.ts";
import { SpeakerOfBackends } from "./speaker/speaker-of-backends.ts";
import { createWebAudioBackend } from "./web-audio/web-audio-backend.ts";

/**
 * The sound device of this machine. Nothing is opened before `openSink()`.
 *
 * @throws TTSError INVALID_CONFIG for a volume or backend that does not exist.
 *
 * @example
 * ```ts
 * const speaker = createSpeaker({ volume: 0.8 });
 * const sink = await speaker.openSink({ sampleRate: 24_000, channels: 1 });
 * const stream = tts.createStream({ sink });
 * ```
 */
export function createSpeaker(options: SpeakerOptions = {}): Speaker {
  // Beside this file where the package is built, in `dist` where its sources are run.
  const hostFile = ["./web-audio-host.js", "../dist/web-audio-host.js"].map((path) => new URL(path, import.meta.url)).find((url) => existsSync(url));
  return new SpeakerOfBackends([createWebAudioBackend(hostFile), pacatBackend, aplayBackend], options);
}
