import { openTTS } from "./open-tts.ts";
import { standardServices } from "./services.ts";
import type { TTSConfig } from "./tts-config.ts";
import type { TTS } from "./tts.ts";

/**
 * Makes speech out of config. Engines named there are loaded now, from packages that are installed beside this one; their first
 * request, or {@link TTS.warmUp}, loads the rest. No environment variable is read: see {@link configFromEnvironment}.
 *
 * @param config - A config; or the path of a JSON or JSONC file with one (it ends in `.json` or `.jsonc`, or has a slash); or just the
 * name of an engine.
 * @throws TTSError `INVALID_CONFIG` naming the field, what was given and what is allowed; `ENGINE_NOT_FOUND` for a name nobody knows;
 * `ENGINE_UNAVAILABLE` for an engine whose package is not installed, with the line that installs it.
 *
 * @example
 * ```ts
 * const tts = await createTTS({ engine: "espeak", voice: "en-us" });
 * const stream = tts.createStream({ onChunk: async (chunk) => await client.send(chunk.bytes()) });
 * for await (const token of languageModel) await stream.feed(token);
 * stream.done();
 * const report = await stream.waitUntilDone();
 * await tts.close();
 * ```
 */
export async function createTTS(config: TTSConfig | string): Promise<TTS> {
  return await openTTS(config, standardServices);
}
