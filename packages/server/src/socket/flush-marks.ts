import type { DoneSegment } from "@parlando/core";

/** A flush that was not answered yet. */
interface PendingFlush {
  /** How much text had been sent when it came. */
  readonly through: number;
  /** The same without the white space at its end, of which nothing may ever be said. */
  readonly spokenThrough: number;
  /** The frame before which all of its audio lies; undefined while that is not known. */
  endFrame: number | undefined;
}

/** Keeps which flushes wait for their audio: by the text that was fed, the segments that are done, and the frames that were sent. Offsets and frames count from the start of the utterance. */
export class FlushMarks {
  readonly #pending: PendingFlush[] = [];
  #fed = 0;
  /** Where the last text ends that is no white space. */
  #spoken = 0;
  #flushed = 0;
  #doneThrough = 0;
  #doneFrame = 0;

  /** Units that were fed. */
  get fedUnits(): number {
    return this.#fed;
  }

  /** Text was fed. */
  fed(text: string): void {
    const spoken = text.trimEnd().length;
    if (spoken > 0) this.#spoken = this.#fed + spoken;
    this.#fed += text.length;
  }

  /** A flush came; false where it has nothing new before it, and there is nothing to do. */
  flush(): boolean {
    if (this.#fed === this.#flushed) return false;
    this.#flushed = this.#fed;
    const isDone = this.#spoken <= this.#doneThrough;
    this.#pending.push({ through: this.#fed, spokenThrough: this.#spoken, endFrame: isDone ? this.#doneFrame : undefined });
    return true;
  }

  /** A segment was handed out whole. */
  segmentDone({ textThrough, endFrame }: Pick<DoneSegment, "textThrough" | "endFrame">): void {
    this.#doneThrough = Math.max(this.#doneThrough, textThrough);
    this.#doneFrame = endFrame;
    for (const flush of this.#pending) {
      if (flush.spokenThrough > this.#doneThrough) return;
      flush.endFrame ??= endFrame;
    }
  }

  /** How many frames there are from `sentFrames` to the next end of a flush's audio: a frame of the wire ends there, so that nothing of the next segment comes before the answer. `Infinity` where none is known. */
  framesToEnd(sentFrames: number): number {
    const next = this.#pending.find(({ endFrame }) => endFrame !== undefined && endFrame > sentFrames);
    return (next?.endFrame ?? Infinity) - sentFrames;
  }

  /** The offsets of the flushes of which all audio was sent, once each, in order. With `Infinity`: of all. */
  due(sentFrames: number): readonly number[] {
    const waiting = this.#pending.findIndex(({ endFrame }) => (endFrame ?? Infinity) > sentFrames);
    return this.#pending.splice(0, waiting === -1 ? this.#pending.length : waiting).map(({ through }) => through);
  }
}
