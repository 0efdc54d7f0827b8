import { encodePcm, type StatelessEncoding } from "../audio/pcm.ts";
import { SampleQueue } from "../audio/sample-queue.ts";
import { FrameTimetable, type FrameSlot } from "./frame-timetable.ts";
import type { HeaderFormat } from "./sink-format.ts";

/** How frames are made of samples. */
export interface FrameLineOptions {
  readonly format: HeaderFormat;
  readonly encoding: StatelessEncoding;
  readonly frameMs: number;
  readonly leadMs: number;
  readonly catchUpMs: number;
  readonly send: (bytes: Uint8Array<ArrayBuffer>, slot: FrameSlot) => void;
}

/** A frame may leave so much early: timers count whole milliseconds. */
const EARLY_MS = 0.5;

/** Cuts samples into frames of one length, and sends each when it is time for it. */
export class FrameLine {
  readonly format: HeaderFormat;
  readonly timetable: FrameTimetable;
  readonly #options: FrameLineOptions;
  readonly #frameSamples: number;
  #queue = new SampleQueue();

  constructor(options: FrameLineOptions) {
    const { sampleRate, channels } = options.format;
    const frames = Math.round((options.frameMs * sampleRate) / 1000);
    this.format = options.format;
    this.#options = options;
    this.#frameSamples = frames * channels;
    // Rates at which a frame is no whole number of samples have frames that are a little longer or shorter.
    this.timetable = new FrameTimetable({ frameMs: (frames * 1000) / sampleRate, catchUpMs: options.catchUpMs, sampleRate });
  }

  /** Frames that wait to be sent, the last one in part. */
  get waitingFrames(): number {
    return this.#queue.frames / this.#frameSamples;
  }

  push(samples: Float32Array): void {
    this.#queue.push(samples);
  }

  /** Sends what is due. Milliseconds until there is more to do; undefined when nothing waits. */
  sendDue(nowMs: number, isEnded: boolean): number | undefined {
    for (;;) {
      const waiting = this.#queue.frames;
      if (waiting === 0) {
        this.timetable.interrupt();
        return undefined;
      }
      const dueMs = this.timetable.dueMs(nowMs);
      // A frame that is not full yet may wait for the rest until it has to be played.
      const leadMs = waiting >= this.#frameSamples || isEnded ? this.#options.leadMs : 0;
      const restMs = dueMs - leadMs - nowMs;
      if (restMs > EARLY_MS) return restMs;
      this.#send(nowMs);
    }
  }

  /** What the far side drops waits to be sent again. */
  takeBack(nowMs: number): void {
    const again = new SampleQueue();
    for (const samples of this.timetable.takeBack(nowMs)) again.push(samples);
    again.push(this.#queue.take(this.#queue.frames));
    this.#queue = again;
  }

  /** Forgets what waits. */
  drop(): void {
    this.#queue.clear();
  }

  #send(nowMs: number): void {
    const samples = this.#queue.take(this.#frameSamples);
    const slot = this.timetable.sent(samples, samples.length / this.format.channels, nowMs);
    let whole = samples;
    if (samples.length < this.#frameSamples) {
      whole = new Float32Array(this.#frameSamples);
      whole.set(samples);
    }
    this.#options.send(encodePcm(whole, this.#options.encoding), slot);
  }
}
