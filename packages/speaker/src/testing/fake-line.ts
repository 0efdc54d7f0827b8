import type { TTSError } from "@parlando/engine";

import type { Line, LinePacing } from "../line/line.ts";

/** A line that plays in the time of `performance.now()` (a test's own, where timers are faked) and keeps what was put. */
export class FakeLine implements Line {
  readonly backend = "fake";
  readonly sampleRate = 48_000;
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

  constructor(options: { canCut: boolean }) {
    const frames = (ms: number): number => ms * 48;
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
    if (!this.standsStill) this.#heard = Math.min(this.samples.length, this.#heard + (now - this.#at) * 48);
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

  /** Stops 5 ms from now, on the border of a block. */
  #cut(): number {
    const frame = Math.min(this.samples.length, Math.ceil((this.heardFrames() + 240) / 128) * 128);
    this.samples.length = frame;
    return frame;
  }
}
