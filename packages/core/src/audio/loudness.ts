import { fullScaleOf, type Samples } from "./samples.ts";

/** Looked at in blocks of this length. */
const BLOCK_MS = 50;
/** Blocks below (-46 dBFS) are pauses: they say nothing of how loud a voice is. */
const PAUSE = 0.005;
/** Every so many samples are looked at. */
const STRIDE = 4;
/** Blocks with sound before the loudness of a voice is known. */
const ENOUGH_BLOCKS = 6;
/** Half is forgotten at so many, so that a change shows. */
const MOST_BLOCKS = 2_000;

/** How loud a voice is: the mean power of what is not a pause. */
export class LoudnessMeter {
  #blockFrames: number;
  #blocks = 0;
  #power = 0;
  #inBlock = 0;
  #blockPower = 0;

  constructor(sampleRate: number) {
    this.#blockFrames = framesOf(sampleRate);
  }

  /** What comes next has another rate. */
  setRate(sampleRate: number): void {
    this.#blockFrames = framesOf(sampleRate);
  }

  /** Root mean square of its sound, full scale at 1; undefined while too little was heard. */
  get level(): number | undefined {
    return this.#blocks < ENOUGH_BLOCKS ? undefined : Math.sqrt(this.#power / this.#blocks);
  }

  /** Takes the next samples, mono. */
  push(samples: Samples): void {
    const scale = 1 / fullScaleOf(samples);
    for (let index = 0; index < samples.length; index += STRIDE) {
      const sample = (samples[index] as number) * scale;
      this.#blockPower += sample * sample;
      this.#inBlock += STRIDE;
      if (this.#inBlock >= this.#blockFrames) this.#endBlock();
    }
  }

  #endBlock(): void {
    const power = (this.#blockPower * STRIDE) / this.#inBlock;
    this.#blockPower = 0;
    this.#inBlock = 0;
    if (power < PAUSE ** 2) return;
    this.#blocks += 1;
    this.#power += power;
    if (this.#blocks < MOST_BLOCKS) return;
    this.#blocks /= 2;
    this.#power /= 2;
  }
}

function framesOf(sampleRate: number): number {
  return Math.max(STRIDE, Math.round((BLOCK_MS * sampleRate) / 1000));
}
