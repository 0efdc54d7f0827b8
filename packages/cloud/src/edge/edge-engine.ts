import { TTSError, type Capabilities, type Engine, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import { createHttpClient } from "../transport/http-audio-stream.ts";
import { isNode } from "../transport/platform.ts";
import { createVoiceCache, type VoiceCache } from "../transport/voice-cache.ts";
import { DEFAULT_VOICE, LONGEST_TEXT_BYTES, prepareCall, speaking } from "./edge-call.ts";
import { createEdgeLine, type EdgeLine } from "./edge-line.ts";
import type { EdgeOptions, EdgeRequestOptions } from "./edge-options.ts";
import { readSettings, type EdgeSettings } from "./edge-settings.ts";
import { isVoice, loadVoices, voiceFor } from "./edge-voices.ts";
import { createOpenCalls, type OpenCalls } from "./open-calls.ts";
import { speak } from "./speak.ts";

/** Edge's voices: an engine of which every optional part that it has is known to be there. */
export interface EdgeEngine extends Engine {
  synthesize: NonNullable<Engine["synthesize"]>;
  voices: NonNullable<Engine["voices"]>;
  checkCredentials: NonNullable<Engine["checkCredentials"]>;
  warmUp: NonNullable<Engine["warmUp"]>;
}

/**
 * Makes an engine that speaks with the voices of Microsoft Edge, through the service behind the browser's Read Aloud. The service is documented
 * nowhere, promises nothing and changes every few months: see the page about this engine before an app depends on it. Node only, since a
 * browser does not let a page send the headers. Nothing is sent before the first request or `warmUp()`.
 *
 * Audio is MP3, so `@parlando/codecs` is needed to hear it. A text of more than 4,096 bytes is spoken in pieces, marks and times joined.
 * A request fails with `NO_AUDIO` (retryable: the service does that now and then), `TRUNCATED`, `RATE_LIMITED`, `VOICE_NOT_FOUND`, `TIMEOUT` and the
 * like; `PERMISSION` mostly means that the service has changed.
 *
 * @throws TTSError `INVALID_CONFIG` for options that are wrong or unknown; `UNSUPPORTED` in a browser.
 *
 * @example
 * ```ts
 * const engine = createEdgeEngine();
 * const request = { text: "Hello.", ssml: false, voice: "en-GB-SoniaNeural", format: engine.capabilities.formats[0], marks: ["word"] };
 * for await (const event of engine.synthesize(request, new AbortController().signal)) {
 *   if (event.type === "audio") decode(event.bytes);
 * }
 * await engine.close();
 * ```
 */
export function createEdgeEngine(given?: EdgeOptions): EdgeEngine {
  const settings = readSettings(given);
  if (!isNode()) throw new TTSError("UNSUPPORTED", "Making the edge engine: its service wants headers that a browser does not let a page send. Use it on a server, or choose another engine.", { engine: "edge" });
  const { agent, connectMs, firstByteMs, idleMs } = settings.options;
  const http = createHttpClient({ engine: "edge", agent, connectMs, firstByteMs, idleMs });
  const voices = createVoiceCache({ engine: "edge", load: (signal) => loadVoices(http, settings, signal) });
  const line = createEdgeLine(settings);
  const calls = createOpenCalls();

  return {
    contract: "parlando/1",
    id: "edge",
    capabilities: capabilitiesOf(settings),
    synthesize: (request, signal) => synthesize({ request, settings, line, voices, calls, signal }),
    voices: (signal) => voices.get(signal),
    async checkCredentials() {
      return { status: "not-needed", message: "The engine \"edge\" needs no credentials: its service is the one of the browser's Read Aloud, and takes none." };
    },
    async warmUp(signal) {
      const call = calls.begin(signal);
      try {
        await line.warm(call.signal);
      } catch (error) {
        throw call.failure(error);
      } finally {
        call.end();
      }
    },
    async close() {
      calls.close();
      line.close();
      voices.close();
      await http.close();
    },
  };
}

interface Synthesis {
  request: SynthesisRequest;
  settings: EdgeSettings;
  line: EdgeLine;
  voices: VoiceCache;
  calls: OpenCalls;
  signal: AbortSignal;
}

async function* synthesize({ request, settings, line, voices, calls, signal }: Synthesis): AsyncGenerator<EngineEvent, void, undefined> {
  const own = calls.begin(signal);
  try {
    const call = await prepareCall(request, settings, (language) => findVoice(language, voices, own.signal));
    yield* speak({ call, line, signal: own.signal, firstByteMs: settings.firstByteMs, idleMs: settings.idleMs });
  } catch (error) {
    const failure = own.failure(error);
    throw TTSError.isInstance(failure) && failure.code === "NO_AUDIO" ? await whyNoAudio(failure, request.voice ?? settings.voice ?? DEFAULT_VOICE, voices, own.signal) : failure;
  } finally {
    own.end();
  }
}

async function findVoice(language: string, voices: VoiceCache, signal: AbortSignal): Promise<string> {
  const found = voiceFor(await voices.get(signal), language);
  if (found !== undefined) return found.id;
  throw new TTSError("VOICE_NOT_FOUND", "Speaking with edge: it has no voice for the language that was asked for. Name a voice, or a language of one that voices() lists.", { engine: "edge" });
}

/** The service says nothing of a voice that it does not have, but ends without audio: its list tells. */
async function whyNoAudio(error: TTSError, voice: string, voices: VoiceCache, signal: AbortSignal): Promise<TTSError> {
  const list = await voices.get(signal).catch(() => undefined);
  if (list === undefined || list.some((known) => isVoice(known, voice))) return error;
  return new TTSError("VOICE_NOT_FOUND", `${speaking.doing}: its list has no such voice. Choose one that voices() lists, by its id.`, { engine: "edge", requestId: error.requestId });
}

const requestOptions: readonly (keyof EdgeRequestOptions)[] = ["bitrate"];

function capabilitiesOf({ bitrate }: EdgeSettings): Capabilities {
  return {
    input: ["segment"],
    output: "streaming",
    formats: [{ encoding: "mp3", sampleRate: 24_000, channels: 1, bitrate: bitrate * 1000 }],
    marks: ["word"],
    ssml: [],
    limits: { segmentBytes: LONGEST_TEXT_BYTES },
    prosody: ["rate", "pitch", "volume"],
    runsIn: ["node"],
    // Nothing is paid for; the service stops when the connection is gone.
    cancelCost: "none",
    // A guess until calls have been measured: the service itself could not be measured.
    cost: { startMs: 400, perCharacterMs: 2 },
    deterministic: false,
    requestOptions,
  };
}
