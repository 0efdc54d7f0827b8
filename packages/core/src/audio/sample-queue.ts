import { ownSamples } from "./sample-slab.ts";

const NOTHING: Float32Array = new Float32Array(0);

/** Samples waiting in order, added in pieces of any size and taken in pieces of any size. */
export class SampleQueue {
  #pieces: Float32Array[] = [];
  #frames = 0;

  /** Frames that are waiting. */
  get frames(): number {
    return this.#frames;
  }

  push(samples: Float32Array): void {
    if (samples.length === 0) return;
    this.#pieces.push(samples);
    this.#frames += samples.length;
  }

  /** Takes at most `maximum` frames, as an array that shares its buffer with nothing. A piece that has its own and fits is given away without a copy. */
  take(maximum: number): Float32Array {
    const frames = Math.min(maximum, this.#frames);
    if (frames <= 0) return NOTHING;
    this.#frames -= frames;
    const first = this.#pieces[0] ?? NOTHING;
    if (first.length === frames) {
      this.#pieces.shift();
      return ownSamples(first);
    }
    if (first.length > frames) {
      this.#pieces[0] = first.subarray(frames);
      return first.slice(0, frames);
    }
    return this.#join(frames);
  }

  /** Forgets the oldest `count` frames. */
  drop(count: number): void {
    let missing = Math.min(count, this.#frames);
    this.#frames -= missing;
    while (missing > 0) {
      const piece = this.#pieces[0] ?? NOTHING;
      if (piece.length <= missing) this.#pieces.shift();
      else this.#pieces[0] = piece.subarray(missing);
      missing -= Math.min(missing, piece.length);
    }
  }

  clear(): void {
    this.#pieces = [];
    this.#frames = 0;
  }

  #join(frames: number): Float32Array {
    const joined = new Float32Array(frames);
    let filled = 0;
    while (filled < frames) {
      const piece = this.#pieces[0] ?? NOTHING;
      const used = Math.min(piece.length, frames - filled);
      joined.set(piece.subarray(0, used), filled);
      filled += used;
      if (used === piece.length) this.#pieces.shift();
      else this.#pieces[0] = piece.subarray(used);
    }
    return joined;
  }
}
