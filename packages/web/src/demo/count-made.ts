import type { AudioFormat, Engine, EngineSession, SessionEvent } from "@parlando/engine";

/** What has come from an engine, whether it was handed on or not. */
export interface MadeCount {
  /** Milliseconds of audio since the last `restart()`. */
  madeMs(): number;
  /** For how long the engine was waited for, by the length of what it has made; undefined before it has made any. Grows while it is waited for. */
  realTimeFactor(): number | undefined;
  restart(): void;
}

/** What is counted between one `restart()` and the next. */
class Round {
  madeMs = 0;
  waitedMs = 0;
  /** Since when each of those is waited for who were asked. */
  readonly asked: Map<object, number> = new Map();

  add(event: SessionEvent, format: AudioFormat | undefined): void {
    if (format === undefined) return;
    if (event.type === "pcm") this.madeMs += (1000 * event.samples.length) / format.sampleRate;
    else if (event.type === "audio") this.madeMs += (1000 * event.bytes.length) / bytesASecond(format);
  }

  realTimeFactor(nowMs: number): number | undefined {
    if (this.madeMs === 0) return undefined;
    return [...this.asked.values()].reduce((waitedMs, sinceMs) => waitedMs + nowMs - sinceMs, this.waitedMs) / this.madeMs;
  }
}

/** The same engine, and a count of its audio: what waits between it and the player is seen nowhere else. For uncompressed audio. */
export function countMade(engine: Engine, now: () => number = () => performance.now()): { readonly engine: Engine; readonly count: MadeCount } {
  let round = new Round();

  function counted<Event extends SessionEvent>(events: AsyncIterable<Event>, begunMs: () => number | undefined): AsyncIterable<Event> {
    return {
      [Symbol.asyncIterator]() {
        const iterator = events[Symbol.asyncIterator]();
        let own: Round | undefined;
        let format: AudioFormat | undefined;
        return {
          async next() {
            own ??= round;
            const askedMs = now();
            own.asked.set(iterator, askedMs);
            try {
              const result = await iterator.next();
              // Time in which there was nothing to make is nobody's.
              own.waitedMs += now() - Math.max(askedMs, begunMs() ?? now());
              if (result.done === true) return result;
              if (result.value.type === "start") format = result.value.format;
              else own.add(result.value, format);
              return result;
            } finally {
              own.asked.delete(iterator);
            }
          },
          async return() {
            own?.asked.delete(iterator);
            await iterator.return?.();
            return { done: true, value: undefined };
          },
        };
      },
    };
  }

  const { capabilitiesOf, synthesize, openSession, voices, checkCredentials, warmUp } = engine;
  const counting: Engine = {
    contract: engine.contract,
    id: engine.id,
    capabilities: engine.capabilities,
    ...(capabilitiesOf && { capabilitiesOf: (voice) => capabilitiesOf.call(engine, voice) }),
    ...(synthesize && { synthesize: (request, signal) => counted(synthesize.call(engine, request, signal), () => 0) }),
    ...(openSession && { openSession: async (request, signal) => countSession(await openSession.call(engine, request, signal), { counted, now }) }),
    ...(voices && { voices: (signal) => voices.call(engine, signal) }),
    ...(checkCredentials && { checkCredentials: (signal) => checkCredentials.call(engine, signal) }),
    ...(warmUp && { warmUp: (signal) => warmUp.call(engine, signal) }),
    close: () => engine.close(),
  };
  const count: MadeCount = {
    madeMs: () => round.madeMs,
    realTimeFactor: () => round.realTimeFactor(now()),
    restart: () => void (round = new Round()),
  };
  return { engine: counting, count };
}

interface Counting {
  readonly counted: (events: AsyncIterable<SessionEvent>, begunMs: () => number | undefined) => AsyncIterable<SessionEvent>;
  readonly now: () => number;
}

function countSession(session: EngineSession, { counted, now }: Counting): EngineSession {
  const { nextTurn } = session;
  let writtenMs: number | undefined;
  const written = (): number | undefined => writtenMs;
  return {
    events: counted(session.events, written),
    ...(nextTurn && {
      nextTurn() {
        writtenMs = undefined;
        return counted(nextTurn.call(session), written);
      },
    }),
    write(text) {
      writtenMs ??= now();
      return session.write(text);
    },
    flush: () => session.flush(),
    end: () => session.end(),
    cancel: () => session.cancel(),
    close: () => session.close(),
  };
}

function bytesASecond({ encoding, sampleRate, channels }: AudioFormat): number {
  return (encoding === "pcm-f32le" ? 4 : 2) * sampleRate * channels;
}
