import { randomInt, randomUUID } from "node:crypto";
import { TTSError } from "@parlando/engine";
import { assembleAudar, type AudarEngine } from "./assemble-audar.ts";
import type { AudarOptions } from "./audar-options.ts";

/**
 * Makes an engine that speaks with Audar-TTS on this machine: a language model that writes speech codes, and the decoder of NeuCodec that turns them into
 * sound. Both run in another process, one for each device. Weights are yours to fetch: nothing is looked for before the first request or `warmUp()`,
 * and nothing is ever downloaded.
 *
 * A request fails with `MODEL_NOT_FOUND` where files are missing or broken (which, and what to do), `DEVICE_UNAVAILABLE`, `ENGINE_UNAVAILABLE` where a
 * runtime is not installed, `VOICE_NOT_FOUND`, `TEXT_TOO_LONG`, `CONCURRENCY_LIMIT` where it would wait too long, and `SERVICE`, retryable, when the
 * model's process was lost: the next request starts another.
 *
 * @throws TTSError `INVALID_CONFIG` for options that are wrong or unknown.
 *
 * @example
 * ```ts
 * const engine = createAudarEngine({ model: "models/audar", voice: "Eve", seed: 1 });
 * const request = { text: "Hello.", ssml: false, format: engine.capabilities.formats[0], marks: [] };
 * for await (const event of engine.synthesize(request, new AbortController().signal)) {
 *   if (event.type === "pcm") play(event.samples);
 * }
 * await engine.close();
 * ```
 */
export function createAudarEngine(options?: AudarOptions): AudarEngine {
  if (typeof process === "undefined" || process.versions?.node === undefined) {
    throw new TTSError("UNSUPPORTED", "Making the audar engine: it runs models in a process of their own, which a page cannot start. Use it on a server, or choose another engine.", { engine: "audar" });
  }
  return assembleAudar(options, {
    // What runs models is loaded when it is needed.
    host: async () => (await import("../runtime/shared-host.ts")).sharedHost(),
    environment: process.env,
    randomSeed: () => randomInt(2 ** 32),
    newRequestId: randomUUID,
  });
}
