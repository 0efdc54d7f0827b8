import type { TTSError } from "@parlando/engine";

import type { Line, LinePacing } from "../line/line.ts";

/** A line that plays in the time of `performance.now()` (a test's own, where timers are faked) and keeps what was put. */
export class FakeLine implements Line {
  readonly backend = "fake";
  readonly sampleRate: number;
  readonly channels = 1;
  readonly blockFrames: number;
  readonly pacing: LinePacing;
  readonly cut: (() => Promise<number>) | undefined;
  /** Everything put and not taken back, silence included. */
  readonly samples: number[] = [];
  failure: TTSError | undefined;
  standsStill = false;
  closed = 0;
  #heard = 0;
  #at = performance.now();

  constructor(options: { canCut: boolean; sampleRate?: number | undefined }) {
    this.sampleRate = options.sampleRate ?? 48_000;
    const frames = (ms: number): number => Math.round((ms * this.sampleRate) / 1000);
    this.blockFrames = options.canCut ? 128 : 1;
    this.pacing = options.canCut
      ? { leadFrames: frames(150), lowFrames: frames(60), silenceFrames: 0, tickMs: 20 }
      : { leadFrames: frames(50), lowFrames: frames(30), silenceFrames: frames(38), tickMs: 10 };
    this.cut = options.canCut ? async () => this.#cut() : undefined;
  }

  get putFrames(): number {
    return this.samples.length;
  }

  heardFrames(): number {
    const now = performance.now();
    if (!this.standsStill) this.#heard = Math.min(this.samples.length, this.#heard + ((now - this.#at) * this.sampleRate) / 1000);
    this.#at = now;
    return Math.floor(this.#heard);
  }

  put(samples: Float32Array): void {
    this.heardFrames();
    for (const sample of samples) this.samples.push(sample);
  }

  async close(): Promise<void> {
    this.closed += 1;
  }

  /** Fades out over the next 5 ms, and stops on the border of a block. */
  #cut(): number {
    const from = this.heardFrames();
    const frame = Math.min(this.samples.length, Math.ceil((from + this.sampleRate / 200) / this.blockFrames) * this.blockFrames);
    for (let index = from; index < frame; index += 1) this.samples[index] = (this.samples[index] ?? 0) * ((frame - index) / (frame - from));
    this.samples.length = frame;
    return frame;
  }
}
