/** A frame that was sent. */
export interface FrameSlot {
  /** When it is to be played, by the clock of the sink. */
  readonly dueMs: number;
  /** Its first frame of the stream, and how many; what is left of it is silence, or a sound that fades out. */
  readonly startFrame: number;
  readonly frames: number;
  /** Of the stream, as they came: they may have to be sent again. */
  readonly samples: Float32Array;
}

/** What {@link FrameTimetable} needs. */
export interface FrameTimetableOptions {
  /** Length of a frame; need not be whole milliseconds. */
  readonly frameMs: number;
  /** What was held up for longer than this is not made up for: the frames after it are sent later instead of all at once. */
  readonly catchUpMs: number;
  readonly sampleRate: number;
  /** So much of what was played is remembered. */
  readonly pastMs: number;
}

/**
 * When which frame is to be played. Every time is reckoned from the one before, never from when a timer came, so that nothing adds up.
 * Also the book of what was sent, from which the playhead is read.
 */
export class FrameTimetable {
  readonly #options: FrameTimetableOptions;
  #slots: FrameSlot[] = [];
  #nextMs: number | undefined;
  #isInterrupted = false;
  #sentFrames = 0;

  constructor(options: FrameTimetableOptions) {
    this.#options = options;
  }

  /** Frames of the stream that were sent. */
  get sentFrames(): number {
    return this.#sentFrames;
  }

  /** The frame that was sent last. */
  get last(): FrameSlot | undefined {
    return this.#slots.at(-1);
  }

  /** When everything of the stream that was sent will have been played. */
  get endMs(): number {
    const last = this.#slots.at(-1);
    if (last === undefined) return Number.NEGATIVE_INFINITY;
    return last.frames === 0 ? last.dueMs : last.dueMs + this.#options.frameMs;
  }

  /** The newest samples of the stream that were sent, at most so many. */
  newest(samples: number): Float32Array {
    const newest = new Float32Array(Math.min(samples, this.#slots.reduce((sum, slot) => sum + slot.samples.length, 0)));
    let missing = newest.length;
    for (const slot of this.#slots.toReversed()) {
      const part = slot.samples.subarray(Math.max(0, slot.samples.length - missing));
      missing -= part.length;
      newest.set(part, missing);
    }
    return newest;
  }

  /** When the next frame is to be played. */
  dueMs(nowMs: number): number {
    const { catchUpMs } = this.#options;
    const nextMs = this.#nextMs ?? nowMs;
    // Whoever had nothing to send is not late; whoever was held up makes up for some of it.
    const earliestMs = this.#isInterrupted ? nowMs : nowMs - catchUpMs;
    this.#isInterrupted = false;
    this.#nextMs = Math.max(nextMs, earliestMs);
    return this.#nextMs;
  }

  /** There is nothing to send, or it may not be sent: what comes next begins when it comes, unless it is still in time. */
  interrupt(): void {
    this.#isInterrupted = true;
  }

  /** The next frame is sent, with so many frames of the stream in it. */
  sent(samples: Float32Array, frames: number, nowMs: number): FrameSlot {
    const slot = { dueMs: this.dueMs(nowMs), startFrame: this.#sentFrames, frames, samples };
    this.#forget(nowMs);
    this.#slots.push(slot);
    this.#sentFrames += frames;
    this.#nextMs = slot.dueMs + this.#options.frameMs;
    return slot;
  }

  /** The far side drops what it is not playing yet: the samples that are to be sent again. */
  takeBack(nowMs: number): Float32Array[] {
    const dropped = this.#slots.filter((slot) => slot.dueMs > nowMs);
    const first = dropped[0];
    if (first === undefined) return [];
    this.#slots = this.#slots.filter((slot) => slot.dueMs <= nowMs);
    this.#sentFrames = first.startFrame;
    this.#nextMs = first.dueMs;
    return dropped.map((slot) => slot.samples);
  }

  /** Frames of the stream that were played. */
  playedFrames(nowMs: number): number {
    const slot = this.#slots.findLast(({ dueMs }) => dueMs <= nowMs);
    if (slot === undefined) return this.#slots[0]?.startFrame ?? this.#sentFrames;
    return slot.startFrame + Math.max(0, Math.min(slot.frames, Math.floor(((nowMs - slot.dueMs) * this.#options.sampleRate) / 1000)));
  }

  /** Keeps the one being played, which tells where the playhead is, and what is remembered before it. */
  #forget(nowMs: number): void {
    const playing = this.#slots.findLastIndex(({ dueMs }) => dueMs <= nowMs);
    const kept = playing - Math.ceil(this.#options.pastMs / this.#options.frameMs);
    if (kept > 0) this.#slots = this.#slots.slice(kept);
  }
}
