import { joinSamples } from "./join-samples.ts";
import type { Samples } from "./samples.ts";

const NOTHING: Samples = new Float32Array(0);

/** Samples waiting in order, added in pieces of any size and taken in pieces of any size. */
export class SampleQueue<Kind extends Samples = Float32Array> {
  #pieces: Kind[] = [];
  /** Frames of the first piece that were taken. */
  #taken = 0;
  #frames = 0;

  /** Frames that are waiting. */
  get frames(): number {
    return this.#frames;
  }

  push(samples: Kind): void {
    if (samples.length === 0) return;
    this.#frames += samples.length;
    this.#pieces.push(samples);
  }

  /** Takes at most `maximum` frames: a part of one piece as it lies, which shares its buffer with the rest, else a copy. */
  take(maximum: number): Kind {
    const frames = Math.min(maximum, this.#frames);
    const first = this.#pieces[0];
    if (frames <= 0 || first === undefined) return NOTHING as Kind;
    const isWhole = this.#taken === 0 && first.length === frames;
    const samples = isWhole ? first : joinSamples(this.#parts(frames));
    this.drop(frames);
    return samples as Kind;
  }

  /** Forgets the oldest `count` frames. */
  drop(count: number): void {
    const frames = Math.min(count, this.#frames);
    this.#frames -= frames;
    this.#taken += frames;
    while (this.#pieces[0] !== undefined && this.#taken >= this.#pieces[0].length) {
      this.#taken -= this.#pieces[0].length;
      this.#pieces.shift();
    }
  }

  clear(): void {
    this.#pieces = [];
    this.#taken = 0;
    this.#frames = 0;
  }

  #parts(frames: number): Kind[] {
    const parts: Kind[] = [];
    let from = this.#taken;
    let missing = frames;
    for (const piece of this.#pieces) {
      const part = piece.subarray(from, from + missing) as Kind;
      parts.push(part);
      missing -= part.length;
      from = 0;
      if (missing === 0) break;
    }
    return parts;
  }
}
