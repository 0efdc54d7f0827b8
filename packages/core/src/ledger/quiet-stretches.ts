import { fullScaleOf, type Samples } from "../audio/samples.ts";

/** A pause heard in audio, in frames from its start. */
export interface QuietStretch {
  readonly startFrame: number;
  readonly endFrame: number;
}

/** Looked at in blocks of this length. */
const BLOCK_MS = 10;
/** Shorter ones are the closure of a consonant. */
const SHORTEST_MS = 70;
/** Quiet is what stays this far (-36 dB) below the loudest sound so far, for want of which -60 dBFS. */
const RELATIVE = 0.016;
const ABSOLUTE = 0.001;
/** Every so many samples are looked at: speech has no sound that hides between them. */
const STRIDE = 8;
/** More are not needed to place the words of a segment. */
const MOST = 200;

/** Finds where the audio of a segment begins to sound, where it pauses and where it ends. */
export class QuietStretches {
  readonly #blockFrames: number;
  readonly #shortestFrames: number;
  readonly #found: QuietStretch[] = [];
  #frames = 0;
  #blockPeak = 0;
  #inBlock = 0;
  #loudest = 0;
  #soundStart: number | undefined;
  #soundEnd = 0;

  constructor(sampleRate: number) {
    this.#blockFrames = Math.max(1, Math.round((BLOCK_MS * sampleRate) / 1000));
    this.#shortestFrames = Math.round((SHORTEST_MS * sampleRate) / 1000);
  }

  /** Pauses between two sounds, in order. */
  get pauses(): readonly QuietStretch[] {
    return this.#found;
  }

  /** First frame of the first block with sound; undefined while there is none. */
  get soundStart(): number | undefined {
    return this.#soundStart;
  }

  /** Frame behind the last block with sound. */
  get soundEnd(): number {
    return this.#soundEnd;
  }

  /** Takes the next samples, mono. */
  push(samples: Samples): void {
    const scale = 1 / fullScaleOf(samples);
    let index = 0;
    while (index < samples.length) {
      const end = Math.min(samples.length, index + this.#blockFrames - this.#inBlock);
      let peak = 0;
      for (let at = index; at < end; at += STRIDE) {
        const sample = samples[at] ?? 0;
        if (sample > peak) peak = sample;
        else if (-sample > peak) peak = -sample;
      }
      this.#blockPeak = Math.max(this.#blockPeak, peak * scale);
      this.#inBlock += end - index;
      this.#frames += end - index;
      index = end;
      if (this.#inBlock >= this.#blockFrames) this.#endBlock();
    }
  }

  #endBlock(): void {
    const peak = this.#blockPeak;
    if (peak > this.#loudest) this.#loudest = peak;
    if (peak > Math.max(ABSOLUTE, this.#loudest * RELATIVE)) {
      const start = this.#frames - this.#inBlock;
      if (this.#soundStart === undefined) this.#soundStart = start;
      else if (start - this.#soundEnd >= this.#shortestFrames && this.#found.length < MOST) this.#found.push({ startFrame: this.#soundEnd, endFrame: start });
      this.#soundEnd = this.#frames;
    }
    this.#blockPeak = 0;
    this.#inBlock = 0;
  }
}
