/** Interleaved samples that wait to be played, in order. Not core's queue: that has one channel, and nothing can be put back into it after a pause. */
export class SampleQueue {
  readonly #channels: number;
  #parts: Float32Array[] = [];
  #frames = 0;

  constructor(channels: number) {
    this.#channels = channels;
  }

  get frames(): number {
    return this.#frames;
  }

  push(samples: Float32Array): void {
    if (samples.length === 0) return;
    this.#parts.push(samples);
    this.#frames += samples.length / this.#channels;
  }

  /** Puts samples back before all others. */
  unshift(samples: Float32Array): void {
    if (samples.length === 0) return;
    this.#parts.unshift(samples);
    this.#frames += samples.length / this.#channels;
  }

  /** Takes up to `frames` frames from the front; what comes back is the caller's. */
  take(frames: number): Float32Array {
    const taken = new Float32Array(Math.min(frames, this.#frames) * this.#channels);
    let filled = 0;
    while (filled < taken.length) {
      const part = this.#parts.shift();
      if (part === undefined) break;
      const wanted = taken.length - filled;
      taken.set(part.length > wanted ? part.subarray(0, wanted) : part, filled);
      if (part.length > wanted) this.#parts.unshift(part.subarray(wanted));
      filled += Math.min(part.length, wanted);
    }
    this.#frames -= taken.length / this.#channels;
    return taken;
  }

  clear(): void {
    this.#parts = [];
    this.#frames = 0;
  }
}
