import { TTSError, type Capabilities, type Engine, type MarkKind } from "@parlando/engine";
import { throwIfCalledOff } from "../transport/call-context.ts";
import { createHttpClient } from "../transport/http-audio-stream.ts";
import { createSocketPool } from "../transport/socket-pool.ts";
import { createVoiceCache } from "../transport/voice-cache.ts";
import { accountAddress, accountKey, speechSettings, type ElevenLabsAccount } from "./elevenlabs-connection.ts";
import { formatsFor } from "./elevenlabs-formats.ts";
import { synthesizeOverHttp } from "./elevenlabs-http.ts";
import { DEFAULT_MODEL, modelOf } from "./elevenlabs-models.ts";
import { checkEngineOptions, type CheckedOptions, type ElevenLabsOptions, type ElevenLabsRequestOptions, type ElevenLabsTransport } from "./elevenlabs-options.ts";
import { leaseRequest, openElevenLabsSession } from "./elevenlabs-session.ts";
import { checkKey, fetchVoices } from "./elevenlabs-voices.ts";

/** Less than the 20 seconds after which the service ends a connection that asks for no other limit. */
const IDLE_SOCKET_MS = 15_000;

/** An ElevenLabs engine: of every optional part it is known whether it is there. */
export interface ElevenLabsEngine extends Engine {
  synthesize: NonNullable<Engine["synthesize"]>;
  voices: NonNullable<Engine["voices"]>;
  checkCredentials: NonNullable<Engine["checkCredentials"]>;
  warmUp: NonNullable<Engine["warmUp"]>;
}

/**
 * Makes an engine that speaks through ElevenLabs. Nothing is connected before the first request or `warmUp()`.
 *
 * Wrong options give `INVALID_CONFIG`; a request without a key gives `AUTHENTICATION`. What the service refuses is told by its own codes: `QUOTA_EXCEEDED`,
 * `CONCURRENCY_LIMIT` (too many at once) and `SERVICE` (it is busy) are told apart.
 *
 * @example
 * ```ts
 * const engine = createElevenLabsEngine({ apiKey, voice: "JBFqnCBsd6RMkjVDRZzb" });
 * const request = { text: "Hello.", ssml: false, format: engine.capabilities.formats[0], marks: ["word"] };
 * for await (const event of engine.synthesize(request, new AbortController().signal)) {
 *   if (event.type === "audio") play(event.bytes);
 * }
 * await engine.close();
 * ```
 */
export function createElevenLabsEngine(options: ElevenLabsOptions = {}): ElevenLabsEngine {
  const account = openAccount(checkEngineOptions(options));
  const { http, pool, capabilities } = account;
  const voices = createVoiceCache({ engine: "elevenlabs", load: (signal) => fetchVoices(account, signal) });
  return {
    contract: "parlando/1",
    id: "elevenlabs",
    capabilities,
    synthesize: (request, signal) => synthesizeOverHttp(account, request, signal),
    ...(account.transport === "http" ? {} : { openSession: (request, signal) => openElevenLabsSession(account, request, signal) }),
    voices: (signal) => voices.get(signal),
    checkCredentials: (signal) => checkKey(account, signal),
    warmUp: (signal) => warmUp(account, signal),
    async close() {
      account.closing.abort();
      voices.close();
      await Promise.all([http.close(), pool.close()]);
    },
  };
}

/** Opens a connection for the engine's own voice, model and first format: the one that a stream asks for unless it says otherwise. */
async function warmUp(account: ElevenLabsAccount, signal: AbortSignal): Promise<void> {
  const doing = "Warming up ElevenLabs";
  throwIfCalledOff({ engine: "elevenlabs", doing }, signal);
  const [first] = account.formats;
  if (account.transport === "http" || first === undefined) return void (await checkKey(account, signal));
  const settings = speechSettings(account, { ssml: false, format: first.format, marks: [] }, doing);
  await account.pool.warmUp(leaseRequest(account, settings, signal));
}

function openAccount(options: CheckedOptions): ElevenLabsAccount {
  const transport = chooseTransport(options);
  const formats = formatsFor(options.tier, options.outputFormat);
  const { connectMs, firstByteMs, idleMs = 20_000, agent, fetch } = options;
  const apiKey = accountKey(options);
  return {
    options: { ...options, apiKey: undefined },
    baseURL: accountAddress(options),
    transport,
    formats,
    apiKey,
    capabilities: capabilitiesFor(options, { transport, formats }),
    http: createHttpClient({ engine: "elevenlabs", connectMs, firstByteMs, idleMs, agent, fetch }),
    pool: createSocketPool({ engine: "elevenlabs", idleMs: IDLE_SOCKET_MS }),
    closing: new AbortController(),
  };
}

function chooseTransport({ transport, model = DEFAULT_MODEL }: CheckedOptions): ElevenLabsTransport {
  const { sockets } = modelOf(model);
  if (transport === undefined) return sockets ? "multi" : "http";
  if (transport === "http" || sockets) return transport;
  throw new TTSError("INVALID_CONFIG", `Reading the options of the elevenlabs engine: \`transport\` is "${transport}", but the model does not take text as it comes. Use "http", or another model.`, { engine: "elevenlabs" });
}

/** A model is chosen by whoever pays for it; dictionaries are of the account. */
const requestOptions: readonly (keyof ElevenLabsRequestOptions)[] = ["voiceSettings", "languageCode", "seed", "applyTextNormalization", "optimizeStreamingLatency", "chunkLengthSchedule"];

function capabilitiesFor(options: CheckedOptions, { transport, formats }: Pick<ElevenLabsAccount, "transport" | "formats">): Capabilities {
  const { model = DEFAULT_MODEL, concurrency, marks } = options;
  const kinds: readonly MarkKind[] = marks === false ? [] : ["word", "character"];
  return {
    input: transport === "http" ? ["segment"] : ["segment", "incremental"],
    output: "streaming",
    formats: formats.map(({ format }) => format),
    marks: kinds,
    ssml: [],
    limits: { segmentCharacters: modelOf(model).characters, ...(concurrency === undefined ? {} : { concurrency }) },
    prosody: [],
    runsIn: ["node", "browser"],
    // A flush ends the sentence melody of what was written.
    flush: "costly",
    cancelCost: "billed",
    // A guess, until calls have been measured.
    cost: { startMs: 250, perCharacterMs: 4 },
    deterministic: false,
    requestOptions,
  };
}
