import { TTSError, type AudioFormat, type Capabilities, type Engine, type EngineEvent, type EngineSession, type SessionEvent, type SynthesisRequest } from "@parlando/engine";
import { systemClock, type Clock } from "@parlando/core";
import { readFaults, type EngineFaults } from "./engine-faults.ts";

/** What a faulty engine may be told. */
export interface FaultyEngineOptions {
  /** Its id, where several of one kind take over from each other. Default: that of the engine inside. */
  readonly id?: string | undefined;
  /** What is wrong with it whatever a request says; a request may say more. Default: nothing. */
  readonly always?: EngineFaults | undefined;
  /** Real time when absent. */
  readonly clock?: Clock | undefined;
}

/**
 * An engine that fails when it is asked to, for demonstrations and for tests of what comes behind it: the option `faults` of a request says how. Without it, it is
 * the engine inside.
 *
 * @example
 * ```ts
 * const tts = await createTTS({ engine: [createFaultyEngine(first), createFaultyEngine(second)] });
 * tts.createStream({ engineOptions: { faults: { engine: first.id, failAfterMs: 1_500 } } });
 * ```
 */
export function createFaultyEngine(engine: Engine, options: FaultyEngineOptions = {}): Engine {
  const { id = engine.id, clock = systemClock, always = {} } = options;
  const declare = (capabilities: Capabilities): Capabilities => ({ ...capabilities, requestOptions: [...(capabilities.requestOptions ?? []), "faults"] });
  const harm = <Event extends SessionEvent>(events: AsyncIterable<Event>, faults: EngineFaults, signal: AbortSignal): AsyncIterable<Event> => harmed(events, { ...always, ...faults }, { signal, clock, id });
  const faulty: Engine = { contract: engine.contract, id, capabilities: declare(engine.capabilities), close: () => engine.close() };
  const { capabilitiesOf, synthesize, openSession, voices, checkCredentials, warmUp } = engine;
  if (capabilitiesOf !== undefined) faulty.capabilitiesOf = (voice) => declare(capabilitiesOf.call(engine, voice));
  if (voices !== undefined) faulty.voices = async (signal) => (await voices.call(engine, signal)).map((voice) => ({ ...voice, engine: id }));
  if (checkCredentials !== undefined) faulty.checkCredentials = (signal) => checkCredentials.call(engine, signal);
  if (warmUp !== undefined) faulty.warmUp = (signal) => warmUp.call(engine, signal);
  if (synthesize !== undefined) {
    faulty.synthesize = (request, signal) => {
      const { faults, inner } = takeFaults(request, id);
      return harm(synthesize.call(engine, inner, signal), faults, signal);
    };
  }
  if (openSession !== undefined) {
    faulty.openSession = async (request, signal) => {
      const { faults, inner } = takeFaults(request, id);
      return harmedSession(await openSession.call(engine, inner, signal), (events) => harm(events, faults, signal));
    };
  }
  return faulty;
}

/** The faults of a request that are meant for this engine, and the request without them. */
function takeFaults<Request extends Omit<SynthesisRequest, "text">>(request: Request, id: string): { readonly faults: EngineFaults; readonly inner: Request } {
  const { faults: asked, ...rest } = request.engineOptions ?? {};
  if (asked === undefined) return { faults: {}, inner: request };
  const faults = readFaults(asked);
  return { faults: faults.engine === undefined || faults.engine === id ? faults : {}, inner: { ...request, engineOptions: rest } };
}

function harmedSession(session: EngineSession, harm: (events: AsyncIterable<SessionEvent>) => AsyncIterable<SessionEvent>): EngineSession {
  const { nextTurn } = session;
  return {
    events: harm(session.events),
    ...(nextTurn === undefined ? {} : { nextTurn: () => harm(nextTurn.call(session)) }),
    write: (text) => session.write(text),
    flush: () => session.flush(),
    end: () => session.end(),
    cancel: () => session.cancel(),
    close: () => session.close(),
  };
}

async function* harmed<Event extends SessionEvent>(events: AsyncIterable<Event>, faults: EngineFaults, { signal, clock, id }: { signal: AbortSignal; clock: Clock; id: string }): AsyncGenerator<Event> {
  const { delayMs = 0, stallAfterMs = Number.POSITIVE_INFINITY, stallMs = 0, failAfterMs = Number.POSITIVE_INFINITY } = faults;
  if (delayMs > 0) await clock.sleep(delayMs, signal);
  let format: AudioFormat | undefined;
  let audioMs = 0;
  const { realTimeFactor = 0 } = faults;
  const startedMs = clock.now();
  let hasStalled = false;
  for await (const event of events) {
    if (event.type === "start") format = event.format;
    const after = audioMs + lengthOf(event, format);
    if (after > failAfterMs) throw new TTSError("SERVICE", `The engine "${id}" was made to fail after ${failAfterMs} ms of audio, by \`faults.failAfterMs\` of the request.`, { engine: id });
    if (!hasStalled && after > stallAfterMs) {
      hasStalled = true;
      await clock.sleep(stallMs, signal);
    }
    const earlyMs = audioMs * realTimeFactor - (clock.now() - startedMs);
    if (earlyMs > 0) await clock.sleep(earlyMs, signal);
    audioMs = after;
    yield event;
  }
}

/** Audio in an event, in milliseconds; of compressed audio by its bitrate. */
function lengthOf(event: EngineEvent | SessionEvent, format: AudioFormat | undefined): number {
  if (format === undefined) return 0;
  if (event.type === "pcm") return (event.samples.length * 1000) / format.sampleRate;
  return event.type === "audio" ? (event.bytes.length * 1000) / bytesASecond(format) : 0;
}

function bytesASecond({ encoding, sampleRate, channels, bitrate }: AudioFormat): number {
  const usualBitrate = 128_000;
  const bytesOfSample: Partial<Record<AudioFormat["encoding"], number>> = { "pcm-s16le": 2, wav: 2, "pcm-f32le": 4, mulaw: 1, alaw: 1 };
  const bytes = bytesOfSample[encoding];
  return bytes === undefined ? (bitrate ?? usualBitrate) / 8 : bytes * sampleRate * channels;
}
