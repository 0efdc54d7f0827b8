import type { AudioFormat, Engine, EngineSession, SessionEvent } from "@parlando/engine";

/** What has come from an engine, whether it was handed on or not. */
export interface MadeCount {
  /** Milliseconds of audio since the last `restart()`. */
  madeMs(): number;
  restart(): void;
}

/** The same engine, and a count of its audio: what waits between it and the player is seen nowhere else. For uncompressed audio. */
export function countMade(engine: Engine): { readonly engine: Engine; readonly count: MadeCount } {
  let madeMs = 0;

  async function* counted<Event extends SessionEvent>(events: AsyncIterable<Event>): AsyncGenerator<Event> {
    let format: AudioFormat | undefined;
    for await (const event of events) {
      if (event.type === "start") format = event.format;
      else if (event.type === "pcm" && format !== undefined) madeMs += (1000 * event.samples.length) / format.sampleRate;
      else if (event.type === "audio" && format !== undefined) madeMs += (1000 * event.bytes.length) / bytesASecond(format);
      yield event;
    }
  }

  const { capabilitiesOf, synthesize, openSession, voices, checkCredentials, warmUp } = engine;
  const counting: Engine = {
    contract: engine.contract,
    id: engine.id,
    capabilities: engine.capabilities,
    ...(capabilitiesOf && { capabilitiesOf: (voice) => capabilitiesOf.call(engine, voice) }),
    ...(synthesize && { synthesize: (request, signal) => counted(synthesize.call(engine, request, signal)) }),
    ...(openSession && { openSession: async (request, signal) => countSession(await openSession.call(engine, request, signal), counted) }),
    ...(voices && { voices: (signal) => voices.call(engine, signal) }),
    ...(checkCredentials && { checkCredentials: (signal) => checkCredentials.call(engine, signal) }),
    ...(warmUp && { warmUp: (signal) => warmUp.call(engine, signal) }),
    close: () => engine.close(),
  };
  return { engine: counting, count: { madeMs: () => madeMs, restart: () => void (madeMs = 0) } };
}

function countSession(session: EngineSession, counted: (events: AsyncIterable<SessionEvent>) => AsyncIterable<SessionEvent>): EngineSession {
  const { nextTurn } = session;
  return {
    events: counted(session.events),
    ...(nextTurn && { nextTurn: () => counted(nextTurn.call(session)) }),
    write: (text) => session.write(text),
    flush: () => session.flush(),
    end: () => session.end(),
    cancel: () => session.cancel(),
    close: () => session.close(),
  };
}

function bytesASecond({ encoding, sampleRate, channels }: AudioFormat): number {
  return (encoding === "pcm-f32le" ? 4 : 2) * sampleRate * channels;
}
