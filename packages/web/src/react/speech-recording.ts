import type { AudioChunk } from "@parlando/core";
import { wavFile } from "./wav-file.ts";

/** Audio that one peak stands for, in milliseconds. */
export const peakMs: number = 20;

/** As much is kept for a file: 10 minutes. */
const longestMs = 600_000;

/** What was received of one utterance, for a file and for a waveform. Bounded: what comes after ten minutes is only counted. */
export class SpeechRecording {
  readonly #blocks: Uint8Array<ArrayBuffer>[] = [];
  #peaks: Float32Array = new Float32Array(512);
  #peakCount = 0;
  #peak = 0;
  #peakFrames = 0;
  #sampleRate = 0;
  #frames = 0;

  /** Frames received, in all. */
  get frames(): number {
    return this.#frames;
  }

  /** In Hz; 0 before the first audio. */
  get sampleRate(): number {
    return this.#sampleRate;
  }

  /** Milliseconds received, in all. */
  get receivedMs(): number {
    return this.#sampleRate === 0 ? 0 : (this.#frames * 1000) / this.#sampleRate;
  }

  /** The greatest sample of each 20 ms, 0 to 1. A view: it stays right, and a later one is longer. */
  get peaks(): Float32Array {
    return this.#peaks.subarray(0, this.#peakCount);
  }

  /** To be called before the chunk is given away: a player takes its samples. */
  add(chunk: AudioChunk): void {
    this.#sampleRate = chunk.sampleRate;
    const isKept = this.receivedMs < longestMs;
    this.#frames += chunk.samples.length / chunk.channels;
    if (!isKept) return;
    this.#blocks.push(chunk.bytes("pcm-s16le"));
    this.#addPeaks(chunk);
  }

  /** All that was kept as one WAV file of 16 bits; undefined where nothing came. */
  toBlob(): Blob | undefined {
    return this.#blocks.length === 0 ? undefined : wavFile(this.#blocks, this.#sampleRate);
  }

  #addPeaks({ samples, sampleRate }: AudioChunk): void {
    const framesOfPeak = Math.round((sampleRate * peakMs) / 1000);
    for (const sample of samples) {
      this.#peak = Math.max(this.#peak, Math.abs(sample));
      this.#peakFrames += 1;
      if (this.#peakFrames < framesOfPeak) continue;
      this.#pushPeak(Math.min(1, this.#peak));
      this.#peak = 0;
      this.#peakFrames = 0;
    }
  }

  #pushPeak(peak: number): void {
    if (this.#peakCount === this.#peaks.length) {
      const longer = new Float32Array(2 * this.#peaks.length);
      longer.set(this.#peaks);
      this.#peaks = longer;
    }
    this.#peaks[this.#peakCount] = peak;
    this.#peakCount += 1;
  }
}
