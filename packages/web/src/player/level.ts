import type { LevelMessage } from "./worklet-messages.ts";

/** Measures what is played, and only while somebody listens. */
export class LevelMeter {
  #everyFrames = 0;
  #frames = 0;
  #peak = 0;
  #energy = 0;

  /** 0: nobody listens. */
  set everyFrames(frames: number) {
    this.#everyFrames = frames;
    this.#begin();
  }

  /** The level since the last one, when it is time for one. */
  measure(output: Float32Array): LevelMessage | undefined {
    if (this.#everyFrames === 0) return undefined;
    for (const sample of output) {
      this.#peak = Math.max(this.#peak, Math.abs(sample));
      this.#energy += sample * sample;
    }
    this.#frames += output.length;
    if (this.#frames < this.#everyFrames) return undefined;
    const level: LevelMessage = { type: "level", peak: Math.min(1, this.#peak), mean: Math.min(1, Math.sqrt(this.#energy / this.#frames)) };
    this.#begin();
    return level;
  }

  #begin(): void {
    this.#frames = 0;
    this.#peak = 0;
    this.#energy = 0;
  }
}
