import type { Capabilities, Engine } from "@parlando/engine";
import { engineClosed } from "../transport/call-context.ts";
import { createHttpClient } from "../transport/http-audio-stream.ts";
import { createVoiceCache } from "../transport/voice-cache.ts";
import { reportCredentials } from "./openai-credentials.ts";
import type { OpenAIOptions, OpenAIRequestOptions } from "./openai-options.ts";
import { addressOf, readSettings, type OpenAISettings } from "./openai-settings.ts";
import { loadVoices } from "./openai-voices.ts";
import { contextOf } from "./openai-wire.ts";
import { readJsonBody } from "./read-json-body.ts";
import { speak } from "./speak.ts";

/** OpenAI's speech: an engine of which every optional part that it has is known to be there. */
export interface OpenAIEngine extends Engine {
  synthesize: NonNullable<Engine["synthesize"]>;
  voices: NonNullable<Engine["voices"]>;
  checkCredentials: NonNullable<Engine["checkCredentials"]>;
  warmUp: NonNullable<Engine["warmUp"]>;
}

/**
 * Makes an engine that speaks through OpenAI's `POST /audio/speech`, or through any server that has the same interface. Nothing is sent
 * before the first request or `warmUp()`.
 *
 * What comes is told by its first bytes, since such servers ignore what was asked for. A request fails with what the service says:
 * `RATE_LIMITED`, `QUOTA_EXCEEDED`, `AUTHENTICATION`, `VOICE_NOT_FOUND` and the like; with `TRUNCATED` when audio ends early, as far as that can be
 * known: bare PCM that a server ends in good order between two samples, but too early, looks whole; and where an answer tells neither length
 * nor chunks, `fetch` (in browsers) takes a broken connection for the end. Events (`streamFormat: "sse"`) tell their end.
 *
 * @throws TTSError `INVALID_CONFIG` for options that are wrong or unknown. A missing key is told by `checkCredentials()`, and by requests.
 *
 * @example
 * ```ts
 * const engine = createOpenAIEngine({ baseURL: "http://localhost:8880/v1", model: "kokoro", voice: "af_bella" });
 * const request = { text: "Hello.", ssml: false, format: engine.capabilities.formats[0], marks: [] };
 * for await (const event of engine.synthesize(request, new AbortController().signal)) {
 *   if (event.type === "audio") play(event.bytes);
 * }
 * await engine.close();
 * ```
 */
export function createOpenAIEngine(given?: OpenAIOptions): OpenAIEngine {
  const { options, settings } = readSettings(given);
  const { fetch, agent, connectMs, firstByteMs, idleMs } = options;
  const http = createHttpClient({ engine: "openai", fetch, agent, connectMs, firstByteMs, idleMs });
  const voices = createVoiceCache({ engine: "openai", load: (signal) => loadVoices(http, settings, signal) });
  let isClosed = false;

  function checkOpen(doing: string): void {
    if (isClosed) throw engineClosed({ engine: "openai", doing });
  }

  return {
    contract: "parlando/1",
    id: "openai",
    capabilities: capabilitiesOf(settings, options),
    synthesize: (request, signal) => speak({ request, settings, http, signal, checkOpen }),
    voices: (signal) => voices.get(signal),
    checkCredentials: (signal) => reportCredentials(http, settings, signal),
    async warmUp(signal) {
      const context = contextOf(settings, "a connection");
      // Whatever the answer says: its connection is kept for the first request.
      const { body } = await http.open({ doing: context.doing, url: addressOf(settings, "/models"), headers: settings.headers(), signal });
      await readJsonBody(body, context);
    },
    async close() {
      isClosed = true;
      voices.close();
      await http.close();
    },
  };
}

/** A model is chosen by whoever pays for it. */
const requestOptions: readonly (keyof OpenAIRequestOptions)[] = ["instructions"];

function capabilitiesOf({ formats, maxCharacters }: OpenAISettings, { concurrency }: OpenAIOptions): Capabilities {
  return {
    input: ["segment"],
    output: "streaming",
    formats: formats.map(({ format }) => format),
    marks: [],
    ssml: [],
    limits: concurrency === undefined ? { segmentCharacters: maxCharacters } : { segmentCharacters: maxCharacters, concurrency },
    prosody: ["rate"],
    runsIn: ["node", "browser"],
    // OpenAI does not say what a request costs that is called off; the input at least has been read.
    cancelCost: "billed",
    // A guess until calls have been measured; published latencies of this service lie between one and three seconds.
    cost: { startMs: 1_000, perCharacterMs: 15 },
    deterministic: false,
    requestOptions,
  };
}
