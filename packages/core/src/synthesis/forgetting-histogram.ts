/** Width of a bucket, in milliseconds: less is not worth waiting for. */
const BUCKET_MS = 10;
/** What is later counts as this late. */
const LONGEST_MS = 2_000;
/**
 * What a value weighs when the next one comes. NetEq, the jitter buffer of WebRTC, forgets by the same factor; at the start it forgets faster,
 * so that the first values count alike (`start_forget_weight` 2).
 */
const FORGET_FACTOR = 0.983;
const START_FORGET_WEIGHT = 2;

/** How often which length of time was seen, the older the less. */
export class ForgettingHistogram {
  readonly #weights = new Float64Array(LONGEST_MS / BUCKET_MS + 1);
  #added = 0;

  /** Adds a length of time in milliseconds; what is below zero counts as zero. */
  add(ms: number): void {
    this.#added += 1;
    const factor = Math.max(0, Math.min(FORGET_FACTOR, 1 - START_FORGET_WEIGHT / (this.#added + 1)));
    const index = Math.floor(Math.max(0, Math.min(LONGEST_MS, ms)) / BUCKET_MS);
    const weights = this.#weights;
    for (let bucket = 0; bucket < weights.length; bucket += 1) weights[bucket] = (weights[bucket] as number) * factor;
    weights[index] = (weights[index] as number) + 1 - factor;
  }

  /** What a share of `share` (0 to 1) of the values does not exceed, in milliseconds; 0 before any, and where it lies in the first bucket. */
  quantile(share: number): number {
    let sum = 0;
    for (let bucket = 0; bucket < this.#weights.length; bucket += 1) {
      sum += this.#weights[bucket] as number;
      // The weights add up to 1, give or take what floating point loses.
      if (sum >= share - 1e-9) return bucket === 0 ? 0 : (bucket + 1) * BUCKET_MS;
    }
    return 0;
  }
}
