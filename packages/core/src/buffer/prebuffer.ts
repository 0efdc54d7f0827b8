import { callAfter, type Clock } from "../clock.ts";

/** What {@link Prebuffer} needs. */
export interface PrebufferOptions {
  readonly clock: Clock;
  /** Audio wanted ahead before playing begins, in milliseconds; asked when its first is there. */
  readonly wantedMs: () => number;
  /** The longest wait for it, in milliseconds. */
  readonly longestWaitMs: number;
  /** Whom the listener waits for, who has heard everything: the writer of the text, or us; undefined while he hears something. */
  readonly waitsFor: () => "writer" | "us" | undefined;
  /** How often he ran dry so far. */
  readonly underruns: () => number;
  /** Called when a wait has ended by time. */
  readonly onTime: () => void;
}

/**
 * Wanted ahead after the listener ran dry for the second time, doubled each time: an engine that is always a little too slow would else
 * stutter with every block. Once is an accident, which this would only make longer. Measured: `bench/prebuffer.bench.mjs`.
 */
const FIRST_AGAIN_MS = 100;
const MOST_AGAIN_MS = 800;
/** A timer may come so much early by another clock. */
const EARLY_TIMER_MS = 2;

interface Waiting {
  readonly wantedMs: number;
  readonly sinceMs: number;
}

/** Holds the first audio back until so much is ahead that playing will not run dry; and again when it did. */
export class Prebuffer {
  readonly #options: PrebufferOptions;
  #waiting: Waiting | undefined;
  #callOff: (() => void) | undefined;
  #firstMs: number | undefined;

  constructor(options: PrebufferOptions) {
    this.#options = options;
  }

  /** What was wanted ahead at the start of the stream. */
  get headstartMs(): number {
    return this.#firstMs ?? 0;
  }

  /** Whether audio that is there is to wait: `aheadMs` of it, made and not yet handed out. `isComing`: more is being made, and there is room for it. */
  holds(aheadMs: number, isComing: () => boolean): boolean {
    const waiting = this.#waiting ?? this.#begin(isComing);
    // Most chunks: nothing else is looked at, and nothing is made.
    if (waiting === undefined) return false;
    const waitedMs = this.#options.clock.now() - waiting.sinceMs;
    const isOver = !isComing() || aheadMs >= waiting.wantedMs || waitedMs >= this.#options.longestWaitMs - EARLY_TIMER_MS;
    if (isOver) this.stop();
    return !isOver;
  }

  /** Undefined where nobody has to wait. */
  #begin(isComing: () => boolean): Waiting | undefined {
    const { clock, longestWaitMs, onTime } = this.#options;
    const askedMs = this.#wantedMs();
    const wantedMs = askedMs > 0 && isComing() ? askedMs : 0;
    this.#firstMs ??= wantedMs;
    if (wantedMs === 0) return undefined;
    this.#waiting = { wantedMs, sinceMs: clock.now() };
    this.#callOff = callAfter(clock, longestWaitMs, onTime);
    return this.#waiting;
  }

  /** Ends the wait under way, and its timer. */
  stop(): void {
    this.#waiting = undefined;
    this.#callOff?.();
    this.#callOff = undefined;
  }

  #wantedMs(): number {
    const { wantedMs, waitsFor, underruns } = this.#options;
    if (this.#firstMs === undefined) return wantedMs();
    const whom = waitsFor();
    if (whom === "writer") return wantedMs();
    return whom === undefined || underruns() === 0 ? 0 : Math.min(MOST_AGAIN_MS, FIRST_AGAIN_MS * 2 ** (underruns() - 1));
  }
}
