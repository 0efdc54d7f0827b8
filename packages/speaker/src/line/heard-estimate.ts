/** Without a report for so long, the device is taken to stand still. */
const longestGuessMs = 250;

/**
 * Where playback is between two reports of a device: the last report plus the time gone by. Never falls and never passes what
 * was put.
 */
export class HeardEstimate {
  readonly #framesPerMs: number;
  #frames = 0;
  #at = 0;
  #reportedAt = 0;
  #moving = false;
  #highest = 0;

  constructor(sampleRate: number) {
    this.#framesPerMs = sampleRate / 1000;
  }

  /** Takes a report that is true at `at` (of `performance.now()`); `moving` says whether the device plays on from there. */
  report(frames: number, at: number, moving = true): void {
    this.#frames = frames;
    this.#at = at;
    this.#reportedAt = at;
    this.#moving = moving;
  }

  /** The frame heard at `at`, at most `putFrames`. */
  at(at: number, putFrames: number): number {
    if (this.#moving) {
      const until = Math.min(at, this.#reportedAt + longestGuessMs);
      // Set anew on each look: a line that ran dry goes on from where it stood, not from where it would have been.
      this.#frames = Math.min(putFrames, this.#frames + Math.max(0, until - this.#at) * this.#framesPerMs);
      this.#at = Math.max(this.#at, at);
    }
    this.#highest = Math.max(this.#highest, Math.min(putFrames, Math.floor(this.#frames)));
    return this.#highest;
  }
}
