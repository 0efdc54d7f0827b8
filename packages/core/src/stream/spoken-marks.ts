import type { Mark } from "@parlando/engine";
import type { Playhead } from "../buffer/playhead.ts";
import { rest, RESTED, type Clock } from "../clock.ts";
import type { PublishedMark } from "./published-mark.ts";

/** What {@link SpokenMarks} needs. */
export interface SpokenMarksOptions {
  readonly playhead: Playhead;
  readonly clock: Clock;
  readonly sampleRate: number;
  readonly onSpoken: (mark: Mark) => void;
}

/** The playhead is looked at no more often than this, and no less often than the other. */
const SHORTEST_LOOK_MS = 5;
const LONGEST_LOOK_MS = 100;

/** Tells each mark when the listener reaches it. */
export class SpokenMarks {
  readonly #options: SpokenMarksOptions;
  readonly #waiting: PublishedMark[] = [];
  readonly #stopped = new AbortController();
  #looking = false;

  constructor(options: SpokenMarksOptions) {
    this.#options = options;
  }

  add(marks: readonly PublishedMark[]): void {
    if (marks.length === 0 || this.#stopped.signal.aborted) return;
    this.#waiting.push(...marks);
    this.#waiting.sort((left, right) => left.heardFrame - right.heardFrame);
    void this.#look();
  }

  /** Everything was played. */
  finish(): void {
    for (const { mark } of this.#waiting.splice(0)) this.#options.onSpoken(mark);
    this.stop();
  }

  /** What was not heard is not told any more. */
  stop(): void {
    this.#stopped.abort(RESTED);
    this.#waiting.length = 0;
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    const { playhead, clock, sampleRate, onSpoken } = this.#options;
    for (;;) {
      const heard = playhead.heardFrames();
      while (this.#waiting[0] !== undefined && this.#waiting[0].heardFrame <= heard) {
        const due = this.#waiting.shift();
        if (due !== undefined) onSpoken(due.mark);
      }
      const next = this.#waiting[0];
      if (next === undefined) break;
      const aheadMs = ((next.heardFrame - heard) * 1000) / sampleRate;
      await rest(clock, Math.min(LONGEST_LOOK_MS, Math.max(SHORTEST_LOOK_MS, aheadMs)), this.#stopped.signal);
      if (this.#stopped.signal.aborted) break;
    }
    this.#looking = false;
  }
}
