import { continueSound } from "./frame-continuation.ts";

/** As long as the fades of segments: one of them beside silence stays below what a click meter counts. */
const fadeMs = 5;

/** An edge below this (-54 dBFS) for so long does not click, and stays as it is: so do the edges of segments. */
const quietLevel = 0.002;
const quietMs = 1.5;

/** So much sound tells how it goes on; longer, and a vowel is another. */
export const pastMs = 20;

/** What {@link FrameEdges} needs. */
export interface FrameEdgesOptions {
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples of a frame, those of all channels counted. */
  readonly frameSamples: number;
}

/** Edges of sound that is broken off between or inside frames, and of sound that goes on after that. Samples are interleaved. */
export class FrameEdges {
  readonly #channels: number;
  readonly #frameSamples: number;
  readonly #fadeSamples: number;
  readonly #quietSamples: number;
  /** Samples that tell how a sound goes on. */
  readonly pastSamples: number;

  constructor({ sampleRate, channels, frameSamples }: FrameEdgesOptions) {
    const samplesOf = (ms: number): number => Math.max(1, Math.round((ms * sampleRate) / 1000)) * channels;
    this.#channels = channels;
    this.#frameSamples = frameSamples;
    this.#fadeSamples = Math.min(samplesOf(fadeMs), frameSamples);
    this.#quietSamples = samplesOf(quietMs);
    this.pastSamples = samplesOf(pastMs);
  }

  /** Whether silence before these would be heard as a click. */
  beginsInSound(samples: Float32Array): boolean {
    return samples.subarray(0, this.#quietSamples).some(isLoud);
  }

  /** Whether silence after these would be heard as a click. */
  endsInSound(samples: Float32Array): boolean {
    return samples.subarray(-this.#quietSamples).some(isLoud);
  }

  /** A copy that begins in silence. */
  fadedIn(samples: Float32Array): Float32Array {
    return samples.map((sample, index) => (index < this.#fadeSamples ? sample * this.#gain(index) : sample));
  }

  /** A whole frame: the samples, then the sound as it would have gone on, faded out within 5 ms or by the end of the frame; then silence. */
  fadedOut(past: Float32Array, samples: Float32Array): Float32Array {
    const whole = new Float32Array(this.#frameSamples);
    whole.set(samples);
    const fadeStart = Math.min(samples.length, this.#frameSamples - this.#fadeSamples);
    const end = fadeStart + this.#fadeSamples;
    for (let channel = 0; channel < this.#channels; channel += 1) {
      const more = continueSound(past.filter((_, index) => index % this.#channels === channel), (end - samples.length) / this.#channels);
      more.forEach((sample, frame) => (whole[samples.length + frame * this.#channels + channel] = sample));
    }
    for (let index = fadeStart; index < end; index += 1) whole[index] = (whole[index] ?? 0) * this.#gain(end - 1 - index);
    return whole;
  }

  /** A raised cosine from 0 to 1. */
  #gain(index: number): number {
    const place = (Math.floor(index / this.#channels) + 0.5) / (this.#fadeSamples / this.#channels);
    return (1 - Math.cos(Math.PI * place)) / 2;
  }
}

function isLoud(sample: number): boolean {
  return Math.abs(sample) > quietLevel;
}
