/** About 700 ms at 24,000 Hz; doubled when more comes. */
const firstCapacity = 16_384;

/** Samples in order, in memory that is used again: the audio thread must not wait for a garbage collector. */
export class SampleRing {
  #samples = new Float32Array(firstCapacity);
  #first = 0;
  #held = 0;

  /** Frames held. */
  get held(): number {
    return this.#held;
  }

  push(samples: Float32Array): void {
    if (this.#held + samples.length > this.#samples.length) this.#grow(this.#held + samples.length);
    const capacity = this.#samples.length;
    const at = (this.#first + this.#held) % capacity;
    const untilEdge = Math.min(samples.length, capacity - at);
    this.#samples.set(samples.subarray(0, untilEdge), at);
    this.#samples.set(samples.subarray(untilEdge), 0);
    this.#held += samples.length;
  }

  /** The sample `ahead` frames behind the front; 0 where there is none. */
  peek(ahead: number): number {
    return ahead < this.#held ? (this.#samples[(this.#first + ahead) % this.#samples.length] ?? 0) : 0;
  }

  /** Lets go of the oldest. */
  drop(frames: number): void {
    const dropped = Math.min(frames, this.#held);
    this.#first = (this.#first + dropped) % this.#samples.length;
    this.#held -= dropped;
  }

  #grow(needed: number): void {
    let capacity = this.#samples.length;
    while (capacity < needed) capacity *= 2;
    const grown = new Float32Array(capacity);
    for (let frame = 0; frame < this.#held; frame += 1) grown[frame] = this.peek(frame);
    this.#samples = grown;
    this.#first = 0;
  }
}
