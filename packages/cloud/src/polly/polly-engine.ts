import { setMaxListeners } from "node:events";
import { TTSError, type Engine, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import { engineClosed, throwIfCalledOff } from "../transport/call-context.ts";
import { isNode } from "../transport/platform.ts";
import { createVoiceCache } from "../transport/voice-cache.ts";
import { createPollyCall, type PollyCall } from "./polly-call.ts";
import { pollyCapabilities } from "./polly-capabilities.ts";
import { createVoiceChooser } from "./polly-choice.ts";
import { createPollyConnection } from "./polly-connection.ts";
import { reportCredentials } from "./polly-credentials.ts";
import { checkEngineOptions, type PollyOptions } from "./polly-options.ts";
import type { PollyParts } from "./polly-parts.ts";
import { openPollySession } from "./polly-session.ts";
import { speak } from "./polly-speech.ts";
import { enginesOf, loadVoices } from "./polly-voices.ts";
import { buildSpeechCall, contextOf } from "./polly-wire.ts";

/** Amazon Polly: an engine of which every optional part that it always has is known to be there. */
export interface PollyEngine extends Engine {
  capabilitiesOf: NonNullable<Engine["capabilitiesOf"]>;
  synthesize: NonNullable<Engine["synthesize"]>;
  voices: NonNullable<Engine["voices"]>;
  checkCredentials: NonNullable<Engine["checkCredentials"]>;
  warmUp: NonNullable<Engine["warmUp"]>;
}

const FIRST_BYTE_MS = 20_000;
const IDLE_MS = 30_000;
/** Milliseconds for one page of voices. */
const PAGE_MS = 10_000;

/**
 * Makes an engine that speaks through Amazon Polly, by AWS's own client `@aws-sdk/client-polly`, which has to be installed. Nothing is loaded
 * or sent before the first request or `warmUp()`. All requests share one connection.
 *
 * Marks come from a second request beside the audio, which AWS bills as well; they never hold the audio up, and what goes wrong with them is a
 * warning (`MARKS_MISSING`, `MARKS_DRIFT`). With `engine: "generative"` it also takes text as it comes (`openSession`).
 *
 * Requests fail with what the service says: `RATE_LIMITED`, `QUOTA_EXCEEDED`, `AUTHENTICATION`, `VOICE_NOT_FOUND` and the like; `TRUNCATED` where the
 * connection ended before the audio; `TIMEOUT`; `ENGINE_UNAVAILABLE` without AWS's client. It never retries by itself.
 *
 * @throws TTSError `INVALID_CONFIG` for options that are wrong or unknown. Missing credentials are told by `checkCredentials()`, and by requests.
 *
 * @example
 * ```ts
 * const engine = createPollyEngine({ region: "eu-central-1", engine: "neural", voice: "Vicki" });
 * const request = { text: "Guten Tag.", ssml: false, format: engine.capabilities.formats[0], marks: ["word"] };
 * for await (const event of engine.synthesize(request, new AbortController().signal)) {
 *   if (event.type === "audio") play(event.bytes);
 * }
 * await engine.close();
 * ```
 */
export function createPollyEngine(given?: PollyOptions): PollyEngine {
  if (!isNode()) throw new TTSError("UNSUPPORTED", "Making the polly engine: it asks AWS with credentials that a page must not hold. Use it on a server, or choose another engine.", { engine: "polly" });
  const options = checkEngineOptions(given);
  const closing = new AbortController();
  // Every request listens to it.
  setMaxListeners(0, closing.signal);
  const connection = createPollyConnection(options);
  const { firstByteMs = FIRST_BYTE_MS, idleMs = IDLE_MS } = options;
  const pageMs = Math.min(firstByteMs, PAGE_MS);
  const cache = createVoiceCache({ engine: "polly", load: (signal) => loadVoices(connection, callFor("its voices", signal), pageMs).then((voices) => (chooser.learn(voices), voices)) });
  const chooser = createVoiceChooser(options, cache);
  const parts: PollyParts = { options, connection, chooser, firstByteMs, idleMs, secrets: secretsOf(options), closing: closing.signal };

  function callFor(what: string, signal: AbortSignal): PollyCall {
    return createPollyCall({ context: contextOf(what), signal, closing: closing.signal });
  }
  return {
    contract: "parlando/1",
    id: "polly",
    capabilities: pollyCapabilities(options.engine ?? "neural", options),
    capabilitiesOf: (voice) => pollyCapabilities(chooser.engineOf(voice), options),
    synthesize: (request, signal) => synthesize(parts, request, signal),
    ...(options.engine === "generative" ? { openSession: (request, signal) => openPollySession(parts, request, signal) } : {}),
    async voices(signal) {
      const all = await cache.get(signal);
      const { engine } = options;
      return engine === undefined ? all : all.filter((voice) => enginesOf(voice).includes(engine));
    },
    checkCredentials: (signal) => reportCredentials(connection, callFor("a look at the credentials", signal), pageMs),
    async warmUp(signal) {
      // Loads the client, finds the credentials, opens the connection, and brings what a voice's engine is chosen by.
      await cache.get(signal);
    },
    async close() {
      closing.abort();
      cache.close();
      connection.close();
    },
  };
}

async function* synthesize(parts: PollyParts, request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<EngineEvent, void, undefined> {
  const { connection, chooser, closing, secrets, firstByteMs, idleMs } = parts;
  const context = contextOf("speech");
  throwIfCalledOff(context, signal);
  if (closing.aborted) throw engineClosed(context);
  const call = createPollyCall({ context, signal, closing });
  try {
    const speech = buildSpeechCall(request, await call.wait(chooser.choose(request, call.signal)), secrets);
    const lease = await call.wait(connection.lease());
    yield* speak({ speech, lease, connection, call, times: { firstByteMs, idleMs }, secrets });
  } catch (error) {
    throw call.failure ?? error;
  } finally {
    call.end();
  }
}

function secretsOf({ credentials }: PollyOptions): readonly string[] {
  if (typeof credentials !== "object") return [];
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return [accessKeyId, secretAccessKey, sessionToken].filter((value) => value !== undefined);
}
