import { encodePcm, type StatelessEncoding } from "../audio/pcm.ts";
import { SampleQueue } from "../audio/sample-queue.ts";
import { FrameEdges, pastMs } from "./frame-edges.ts";
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
  readonly #edges: FrameEdges;
  readonly #frameSamples: number;
  readonly #frameMs: number;
  #queue = new SampleQueue();

  constructor(options: FrameLineOptions) {
    const { sampleRate, channels } = options.format;
    const frames = Math.round((options.frameMs * sampleRate) / 1000);
    this.format = options.format;
    this.#options = options;
    this.#frameSamples = frames * channels;
    // Rates at which a frame is no whole number of samples have frames that are a little longer or shorter.
    this.#frameMs = (frames * 1000) / sampleRate;
    this.timetable = new FrameTimetable({ frameMs: this.#frameMs, catchUpMs: options.catchUpMs, sampleRate, pastMs });
    this.#edges = new FrameEdges({ sampleRate, channels, frameSamples: this.#frameSamples });
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
      // Nothing is known to come: what is missing when it has to be played breaks the sound off.
      if (waiting === 0) return isEnded ? this.#rest() : this.sendFadeOut(nowMs, 0);
      const dueMs = this.timetable.dueMs(nowMs);
      // A frame that is not full yet may wait for the rest until it has to be played.
      const leadMs = waiting >= this.#frameSamples || isEnded ? this.#options.leadMs : 0;
      const restMs = dueMs - leadMs - nowMs;
      if (restMs > EARLY_MS) return restMs;
      this.#sendNext(nowMs, isEnded);
    }
  }

  /**
   * Where the stream stops in the middle of a sound, one more frame lets it fade out. There is nothing of the stream in it: no sample is
   * taken, and the playhead stands. Milliseconds until it is time for that; undefined when there is nothing to do.
   */
  sendFadeOut(nowMs: number, leadMs: number): number | undefined {
    const { last, endMs } = this.timetable;
    // So late, the far side has long been silent.
    if (last === undefined || !this.#isBrokenBy(last) || nowMs > endMs + this.#frameMs) return this.#rest();
    const restMs = endMs - leadMs - nowMs;
    if (restMs > EARLY_MS) return restMs;
    const past = this.timetable.newest(this.#edges.pastSamples);
    const nothing = new Float32Array(0);
    this.#send(this.#edges.fadedOut(past, nothing), this.timetable.sent(nothing, 0, nowMs));
    return this.#rest();
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

  #sendNext(nowMs: number, isEnded: boolean): void {
    const samples = this.#queue.take(this.#frameSamples);
    const before = this.timetable.last;
    const endMs = this.timetable.endMs;
    const slot = this.timetable.sent(samples, samples.length / this.format.channels, nowMs);
    const isAfterBreak = before !== undefined && this.#isAfterBreak(before, slot.dueMs - endMs);
    // What was taken stays as it is: it may have to be sent again.
    const begun = isAfterBreak && this.#edges.beginsInSound(samples) ? this.#edges.fadedIn(samples) : samples;
    this.#send(this.#filledUp(begun, isEnded), slot);
  }

  #filledUp(samples: Float32Array, isEnded: boolean): Float32Array {
    if (samples.length === this.#frameSamples) return samples;
    if (!isEnded && this.#edges.endsInSound(samples)) return this.#edges.fadedOut(this.timetable.newest(this.#edges.pastSamples), samples);
    const whole = new Float32Array(this.#frameSamples);
    whole.set(samples);
    return whole;
  }

  /** Whether silence after this frame would click. */
  #isBrokenBy({ samples }: FrameSlot): boolean {
    return samples.length === this.#frameSamples && this.#edges.endsInSound(samples);
  }

  /** Whether the stream stopped in the middle of a sound after this frame. */
  #isAfterBreak({ samples }: FrameSlot, gapMs: number): boolean {
    if (samples.length === this.#frameSamples && gapMs <= EARLY_MS) return false;
    return samples.length === 0 || this.#edges.endsInSound(samples);
  }

  #rest(): undefined {
    this.timetable.interrupt();
  }

  #send(samples: Float32Array, slot: FrameSlot): void {
    this.#options.send(encodePcm(samples, this.#options.encoding), slot);
  }
}
