import { TTSError } from "@parlando/engine";
import { rest, RESTED, type Clock } from "../clock.ts";
import type { Sink } from "../sinks/sink.ts";

/** Who takes the audio of a stream. */
export interface Taker {
  /** "pump": core brings the audio. "pull": the app fetches it. */
  readonly kind: "pump" | "pull";
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Drops what was not played; the first frame that was not, where the taker knows. */
  clear(): Promise<number | undefined>;
  /** Closes what core opened. */
  close(): Promise<void>;
}

/** A taker without a clock or a buffer of its own. */
export function createPlainTaker(kind: Taker["kind"]): Taker {
  return {
    kind,
    pause: async () => undefined,
    resume: async () => undefined,
    clear: async () => undefined,
    close: async () => undefined,
  };
}

/** A sink as a taker; `isOurs` when core opened it. */
export function createSinkTaker(sink: Sink, isOurs: boolean): Taker {
  return {
    kind: "pump",
    // Async, so that what a sink throws at once is a rejection like any other.
    pause: async () => await sink.pause(),
    resume: async () => await sink.resume(),
    clear: async () => await sink.clear(),
    close: async () => {
      if (isOurs) await sink.close();
    },
  };
}

/** Has a taker held or let go; one that cannot be is a taker that fails. */
export async function askTaker(taker: Taker | undefined, ask: (taker: Taker) => Promise<void>, fail: (error: TTSError) => void): Promise<void> {
  if (taker === undefined) return;
  try {
    await ask(taker);
  } catch (cause) {
    const error = consumerFailure(cause);
    fail(error);
    throw error;
  }
}

/** How long a taker may need to fall silent before the stream goes on without it. */
const CLEAR_LIMIT_MS = 1_000;

/** Drops what the taker holds and closes what is ours; a taker that does not answer is left behind. The first frame not played, where it is told. */
export async function silenceTaker(taker: Taker | undefined, clock: Clock): Promise<number | undefined> {
  if (taker === undefined) return undefined;
  const first = await answerOf(taker.clear(), clock);
  await answerOf(taker.close(), clock);
  return typeof first === "number" && Number.isFinite(first) ? first : undefined;
}

/** What a promise of the taker gives; undefined where it rejects or does not answer. */
async function answerOf<Answer>(promise: Promise<Answer>, clock: Clock): Promise<Answer | undefined> {
  const answered = new AbortController();
  const answer = await Promise.race([promise.catch(() => undefined), rest(clock, CLEAR_LIMIT_MS, answered.signal)]);
  answered.abort(RESTED);
  return answer ?? undefined;
}

/** A failure of the taker as the error that ends the stream. */
export function consumerFailure(cause: unknown): TTSError {
  const name = TTSError.isInstance(cause) ? cause.code : cause instanceof Error ? cause.name : typeof cause;
  return new TTSError("CONSUMER_FAILED", `The taker of the audio failed (${name}), which ended the stream. See the error's cause.`, { cause });
}
