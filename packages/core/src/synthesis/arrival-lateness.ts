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
  return new WaitedArrival();
}

/** A class, since numbers that a function keeps are made anew with each change, for every block of audio. */
class WaitedArrival implements ArrivalMeter {
  #waitedMs = 0;
  #madeMs = 0;
  #latenessMs = 0;
  #first: { readonly atMs: number; readonly audioMs: number } | undefined;
  #lastAtMs = 0;
  /**
   * What came when, from the time on at which a listener could have begun; no more of it than may ever be wanted ahead. Times and lengths in turn: of every stream some
   * are kept, and numbers in one array are one object.
   */
  #came: number[] = [];
  #neededMs = 0;

  waited(ms: number): void {
    this.#waitedMs += ms;
  }

  made(audioMs: number): void {
    this.#first ??= { atMs: this.#waitedMs, audioMs };
    const behindMs = this.#waitedMs - this.#first.atMs - this.#madeMs;
    if (behindMs > this.#latenessMs) this.#fellBehind(behindMs, this.#first.atMs + behindMs);
    this.#madeMs += audioMs;
    this.#lastAtMs = this.#waitedMs;
    if (this.#madeMs <= LONGEST_NEEDED_MS) this.#came.push(this.#waitedMs, this.#madeMs);
  }

  #fellBehind(behindMs: number, beginsAtMs: number): void {
    this.#latenessMs = behindMs;
    let earlier = 0;
    while ((this.#came[earlier] ?? Infinity) < beginsAtMs) earlier += 2;
    this.#neededMs = this.#came[earlier - 1] ?? this.#neededMs;
    if (earlier > 0) this.#came = this.#came.slice(earlier);
  }

  measure(): MeasuredArrival {
    const first = this.#first;
    const laterMs = this.#madeMs - (first?.audioMs ?? 0);
    const realTimeFactor = first === undefined || laterMs < TELLING_AUDIO_MS ? undefined : (this.#lastAtMs - first.atMs) / laterMs;
    return { latenessMs: this.#latenessMs, neededMs: this.#neededMs, realTimeFactor };
  }
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
