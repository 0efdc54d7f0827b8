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
  /** Who has something left to tell, for as long as that is so. */
  readonly telling?: Set<Teller> | undefined;
}

/** Tells what a listener hears, after the end of the stream too: he is behind it by what was not yet played. */
export interface Teller {
  /** What was not heard is not told any more. */
  stop(): void;
}

/** The playhead is looked at no more often than this, and no less often than the other. */
const SHORTEST_LOOK_MS = 5;
const LONGEST_LOOK_MS = 100;
/** While nothing is heard, nobody knows when something will be. */
const SILENT_LOOK_MS = 10;

/** Tells each mark when the listener reaches it: where it begins, for words too. */
export class SpokenMarks implements Teller {
  readonly #options: SpokenMarksOptions;
  readonly #waiting: PublishedMark[] = [];
  /** Ends a rest under way; made for the first mark, since most streams have nobody who listens for any. */
  #resting: AbortController | undefined;
  #isStopped = false;
  #looking = false;

  constructor(options: SpokenMarksOptions) {
    this.#options = options;
  }

  add(marks: readonly PublishedMark[]): void {
    if (marks.length === 0 || this.#isStopped) return;
    this.#waiting.push(...marks);
    this.#waiting.sort((left, right) => left.frame - right.frame);
    // One that became known late may be due before those that are waited for.
    if (this.#looking) this.#tellReached(this.#options.playhead.heardFrames());
    else void this.#look();
  }

  /** Everything was played. */
  finish(): void {
    for (const { mark } of this.#waiting.splice(0)) this.#options.onSpoken(mark);
    this.stop();
  }

  /** What was not heard is not told any more. */
  stop(): void {
    this.#isStopped = true;
    this.#resting?.abort(RESTED);
    this.#waiting.length = 0;
    this.#options.telling?.delete(this);
  }

  /** Before the first sound nothing is reached, not even what stands at the very beginning. */
  #tellReached(heard: number): void {
    while (heard > 0 && this.#waiting[0] !== undefined && this.#waiting[0].frame <= heard) {
      const due = this.#waiting.shift();
      if (due !== undefined) this.#options.onSpoken(due.mark);
    }
  }

  async #look(): Promise<void> {
    this.#looking = true;
    const { signal } = (this.#resting ??= new AbortController());
    const { playhead, clock, sampleRate, telling } = this.#options;
    telling?.add(this);
    for (;;) {
      const heard = playhead.heardFrames();
      this.#tellReached(heard);
      const next = this.#waiting[0];
      if (next === undefined) break;
      const aheadMs = ((next.frame - heard) * 1000) / sampleRate;
      await rest(clock, Math.min(LONGEST_LOOK_MS, Math.max(heard === 0 ? SILENT_LOOK_MS : SHORTEST_LOOK_MS, aheadMs)), signal);
      if (this.#isStopped) break;
    }
    this.#looking = false;
    telling?.delete(this);
  }
}
