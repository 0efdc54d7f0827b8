/** Held before the first sound as long as nothing else was learned: less is heard as a stutter on an ordinary network. */
export const leastPrebufferMs = 120;

/** No more is learned than this: longer gaps are pauses of the writer, and no buffer of a sensible size would hide them. */
export const mostPrebufferMs = 1_500;

const growth = 1.5;
const calmMs = 30_000;

/** What is to be held after an underrun, in any unit; `most` in the same. What an app has set above that stays. */
export function grownPrebuffer(prebuffer: number, most: number): number {
  return Math.max(prebuffer, Math.min(most, Math.ceil(prebuffer * growth)));
}

/** How much a player holds before the first sound of a stream: grows by half at an underrun, and goes back after each 30 s without one. */
export class PrebufferPolicy {
  #learnedMs = leastPrebufferMs;
  #sinceMs = 0;

  /** A stream had an underrun, and now holds so much. */
  learn(prebufferMs: number, nowMs: number): void {
    this.#learnedMs = Math.min(mostPrebufferMs, Math.max(this.wantedMs(nowMs), prebufferMs));
    this.#sinceMs = nowMs;
  }

  wantedMs(nowMs: number): number {
    const calmTimes = Math.floor((nowMs - this.#sinceMs) / calmMs);
    return Math.max(leastPrebufferMs, Math.round(this.#learnedMs / growth ** calmTimes));
  }
}
