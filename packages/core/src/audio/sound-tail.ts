import { copySamples } from "./copy-samples.ts";
import type { Samples } from "./samples.ts";

const nothing: Samples = new Float32Array(0);

/** The last of some sound, copied: who needs to know how it ended need not keep all of it. */
export class SoundTail {
  readonly #frames: number;
  #samples: Samples = nothing;
  #length = 0;

  /** @param frames How much is kept. */
  constructor(frames: number) {
    this.#frames = frames;
  }

  /** The sound goes on. Where its kind changes, the tail begins anew. */
  push(samples: Samples): void {
    const isInteger = samples instanceof Int16Array;
    if (this.#samples === nothing || this.#samples instanceof Int16Array !== isInteger) {
      this.#samples = isInteger ? new Int16Array(this.#frames) : new Float32Array(this.#frames);
      this.#length = 0;
    }
    const added = Math.min(samples.length, this.#frames);
    const kept = Math.min(this.#length, this.#frames - added);
    if (kept > 0) this.#samples.copyWithin(0, this.#length - kept, this.#length);
    copySamples(samples, samples.length - added, { target: this.#samples, at: kept, count: added });
    this.#length = kept + added;
  }

  /** At most as much as is kept, less where there was less. Holds until more is pushed. */
  read(): Samples {
    return this.#samples.subarray(0, this.#length);
  }
}
