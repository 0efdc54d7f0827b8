/** Length of the fades at pauses, interruptions and gaps: short enough to be heard as at once, long enough not to click. */
export const fadeMs = 5;

/** Time in which a change of volume is reached. */
const slewMs = 20;

/** Slope zero at both ends, so that a fade has no corners. */
const smooth = (position: number): number => position * position * (3 - 2 * position);

/** The gain of a sink over time: its volume, changed slowly, and the fades at its edges. Where both are 1 the samples pass unchanged. */
export class Envelope {
  readonly #channels: number;
  readonly #volumeStep: number;
  readonly fadeFrames: number;
  #target: number;
  #volume: number;
  /** 0 when silence was last, 1 when audio was. */
  #edge = 1;

  constructor(options: { sampleRate: number; channels: number; volume: number }) {
    this.#channels = options.channels;
    this.#target = options.volume;
    this.#volume = options.volume;
    this.#volumeStep = 1000 / (slewMs * options.sampleRate);
    this.fadeFrames = Math.max(1, Math.round((fadeMs * options.sampleRate) / 1000));
  }

  set volume(volume: number) {
    this.#target = volume;
  }

  /** Whether silence was last. */
  get silent(): boolean {
    return this.#edge === 0;
  }

  /** What comes next comes after silence, and fades in. */
  silenced(): void {
    this.#edge = 0;
  }

  /** Shapes the samples that come next; with `fadeOut` they end in silence. Gives the same array back when there is nothing to do. */
  shape(samples: Float32Array, fadeOut = false): Float32Array {
    const frames = samples.length / this.#channels;
    if (!fadeOut && this.#edge === 1 && this.#volume === 1 && this.#target === 1) return samples;
    const shaped = new Float32Array(samples.length);
    const fade = Math.min(this.fadeFrames, frames);
    for (let frame = 0; frame < frames; frame += 1) {
      const left = frames - frame - 1;
      const gain = this.#nextVolume() * smooth(this.#nextEdge()) * (fadeOut && left < fade ? smooth(left / fade) : 1);
      for (let channel = 0; channel < this.#channels; channel += 1) {
        const index = frame * this.#channels + channel;
        shaped[index] = (samples[index] ?? 0) * gain;
      }
    }
    if (fadeOut) this.#edge = 0;
    return shaped;
  }

  #nextEdge(): number {
    this.#edge = Math.min(1, this.#edge + 1 / this.fadeFrames);
    return this.#edge;
  }

  #nextVolume(): number {
    const distance = this.#target - this.#volume;
    this.#volume = Math.abs(distance) <= this.#volumeStep ? this.#target : this.#volume + Math.sign(distance) * this.#volumeStep;
    return this.#volume;
  }
}
