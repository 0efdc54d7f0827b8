interface PutEntry {
  readonly lineStart: number;
  readonly streamStart: number;
  readonly frames: number;
  /** As written, before any gain; kept where the line can give back what was not heard. */
  readonly samples: Float32Array | undefined;
}

/** Which frame of the stream lies at which frame of the line: between stretches of audio the line has silence. */
export class PutLog {
  readonly #channels: number;
  readonly #keepSamples: boolean;
  #entries: PutEntry[] = [];
  #nextStreamFrame = 0;
  #lineEnd = 0;

  constructor(options: { channels: number; keepSamples: boolean }) {
    this.#channels = options.channels;
    this.#keepSamples = options.keepSamples;
  }

  /** Frames of the stream put so far. */
  get streamFrames(): number {
    return this.#nextStreamFrame;
  }

  /** First frame of the line after all audio. */
  get lineEnd(): number {
    return this.#lineEnd;
  }

  /** Notes that the next samples of the stream were put at `lineStart`. */
  add(lineStart: number, samples: Float32Array): void {
    const frames = samples.length / this.#channels;
    this.#entries.push({ lineStart, streamStart: this.#nextStreamFrame, frames, samples: this.#keepSamples ? samples : undefined });
    this.#nextStreamFrame += frames;
    this.#lineEnd = lineStart + frames;
  }

  /** The frame of the stream at a frame of the line; what lies in silence counts as the end of the audio before it. */
  streamFrameAt(lineFrame: number): number {
    let found = this.#entries[0]?.streamStart ?? this.#nextStreamFrame;
    for (const entry of this.#entries) {
      if (entry.lineStart > lineFrame) break;
      found = entry.streamStart + Math.min(entry.frames, lineFrame - entry.lineStart);
    }
    return found;
  }

  /** Forgets what lies wholly before a frame of the line that was heard. */
  forget(heardLineFrame: number): void {
    const kept = this.#entries.findIndex((entry) => entry.lineStart + entry.frames > heardLineFrame);
    if (kept > 0) this.#entries = this.#entries.slice(kept);
    if (kept < 0 && this.#entries.length > 1) this.#entries = this.#entries.slice(-1);
  }

  /** Takes back what was put from a frame of the line on: the samples, to be put again. */
  takeBack(lineFrame: number): Float32Array {
    const streamFrame = this.streamFrameAt(lineFrame);
    const taken = new Float32Array((this.#nextStreamFrame - streamFrame) * this.#channels);
    for (const entry of this.#entries) {
      const skipped = Math.max(0, streamFrame - entry.streamStart);
      if (skipped >= entry.frames || entry.samples === undefined) continue;
      taken.set(entry.samples.subarray(skipped * this.#channels, entry.frames * this.#channels), (entry.streamStart + skipped - streamFrame) * this.#channels);
    }
    this.#entries = this.#entries
      .filter((entry) => entry.streamStart < streamFrame)
      .map((entry) => ({ ...entry, frames: Math.min(entry.frames, streamFrame - entry.streamStart) }));
    this.#nextStreamFrame = streamFrame;
    this.#lineEnd = Math.min(this.#lineEnd, lineFrame);
    return taken;
  }
}
