import { ForgettingHistogram } from "./forgetting-histogram.ts";

/** How the audio of one request came. */
export interface MeasuredArrival {
  /** How far it fell behind a listener who began with its first sample, at worst, in milliseconds; 0 where he never waited. */
  readonly latenessMs: number;
  /** With more than this ahead when he began, he would not have waited. */
  readonly neededMs: number;
  /** Time to make what came after the first piece / its length; undefined where that is too short to tell. */
  readonly realTimeFactor: number | undefined;
}

/** Follows the audio of one request. */
export interface ArrivalMeter {
  /** The engine was waited for; time in which it was held back is not told. */
  waited(ms: number): void;
  /** So much audio came. */
  made(audioMs: number): void;
  /** What was seen so far. */
  measure(): MeasuredArrival;
}

/** Of what was seen, so much must have gone well: one stream in twenty may still run dry. NetEq takes the same. */
const HIGH_QUANTILE = 0.95;
/** More is never wanted ahead. */
const LONGEST_NEEDED_MS = 2_000;
/** Audio from which a real-time factor can be told. */
const TELLING_AUDIO_MS = 500;
/** What the newest request counts in the real-time factor. */
const NEWEST_SHARE = 0.3;

/** Begins to follow a request. */
export function createArrivalMeter(): ArrivalMeter {
  let waitedMs = 0;
  let madeMs = 0;
  let latenessMs = 0;
  let first: { readonly atMs: number; readonly audioMs: number } | undefined;
  let lastAtMs = 0;
  /**
   * What came when, from the time on at which a listener could have begun; no more of it than may ever be wanted ahead. Times and lengths in turn: of every stream some
   * are kept, and numbers in one array are one object.
   */
  let came: number[] = [];
  let neededMs = 0;
  return {
    waited(ms) {
      waitedMs += ms;
    },
    made(audioMs) {
      first ??= { atMs: waitedMs, audioMs };
      const behindMs = waitedMs - first.atMs - madeMs;
      if (behindMs > latenessMs) {
        latenessMs = behindMs;
        const beginsAtMs = first.atMs + behindMs;
        let earlier = 0;
        while ((came[earlier] ?? Infinity) < beginsAtMs) earlier += 2;
        neededMs = came[earlier - 1] ?? neededMs;
        if (earlier > 0) came = came.slice(earlier);
      }
      madeMs += audioMs;
      lastAtMs = waitedMs;
      if (madeMs <= LONGEST_NEEDED_MS) came.push(waitedMs, madeMs);
    },
    measure() {
      const laterMs = madeMs - (first?.audioMs ?? 0);
      return { latenessMs, neededMs, realTimeFactor: first === undefined || laterMs < TELLING_AUDIO_MS ? undefined : (lastAtMs - first.atMs) / laterMs };
    },
  };
}

/** Learns from the requests made how much audio the next listener needs ahead. One for each engine and voice. */
export class ArrivalLateness {
  readonly #needed = new ForgettingHistogram();
  #realTimeFactor: number | undefined;

  /** A listener who began with more than this ahead would have heard a stream without a gap. */
  learnNeeded(ms: number): void {
    this.#needed.add(ms);
  }

  /** Of a request that has ended well; undefined where it was too short to tell. */
  learnFactor(realTimeFactor: number | undefined): void {
    if (realTimeFactor === undefined) return;
    this.#realTimeFactor = this.#realTimeFactor === undefined ? realTimeFactor : this.#realTimeFactor + NEWEST_SHARE * (realTimeFactor - this.#realTimeFactor);
  }

  /**
   * How much audio should be ahead before playing begins, in milliseconds: nothing for an engine that was fast and steady, or is not
   * known; else what was enough for 95 of 100 streams. While an engine slower than real time speaks for a second, (ρ − 1) / ρ of one is
   * missing at the end of it, so that what is still to come (`expectedMs`) counts too.
   */
  headstartMs(expectedMs: number): number {
    const factor = Math.max(1, this.#realTimeFactor ?? 1);
    return Math.max(this.#needed.quantile(HIGH_QUANTILE), ((factor - 1) / factor) * expectedMs);
  }
}
