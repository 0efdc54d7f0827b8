import { copySamples } from "./copy-samples.ts";
import { sharedPages, type SamplePage, type SamplePages } from "./sample-pages.ts";
import type { Samples } from "./samples.ts";

/** Samples of one kind on one page. */
interface Stretch {
  readonly page: SamplePage;
  readonly isInteger: boolean;
  start: number;
  end: number;
}

const nothing: Samples = new Float32Array(0);

/**
 * Samples that wait to be handed out, copied in and copied out: whoever gave them may use the array again, whoever takes them owns what they get.
 *
 * They lie on pages that are used again, so that a stream that holds a second of audio leaves nothing to collect but what was handed out.
 */
export class HeldSamples {
  readonly #pages: SamplePages;
  #stretches: Stretch[] = [];
  #frames = 0;
  /** Of all that waits, what is floating point. */
  #floats = 0;

  constructor(pages: SamplePages = sharedPages) {
    this.#pages = pages;
  }

  /** Frames that are waiting. */
  get frames(): number {
    return this.#frames;
  }

  /** Copies samples in. */
  push(samples: Samples): void {
    const isInteger = samples instanceof Int16Array;
    this.#frames += samples.length;
    if (!isInteger) this.#floats += samples.length;
    for (let from = 0; from < samples.length; ) {
      const last = this.#stretches.at(-1);
      const stretch = last !== undefined && last.isInteger === isInteger && roomOf(last) > 0 ? last : this.#open(isInteger);
      const count = Math.min(samples.length - from, roomOf(stretch));
      copySamples(samples, from, { target: viewOf(stretch), at: stretch.end, count });
      stretch.end += count;
      from += count;
    }
  }

  /** Takes at most `maximum` frames; 16-bit where all that waits is, floating point otherwise. Nobody else has a part of the array. */
  take(maximum: number): Samples {
    const frames = Math.max(0, Math.min(maximum, this.#frames));
    if (frames === 0) return nothing;
    const taken = this.#floats === 0 ? new Int16Array(frames) : new Float32Array(frames);
    for (let at = 0; at < frames; ) {
      const stretch = this.#stretches[0];
      if (stretch === undefined) break;
      const count = Math.min(frames - at, stretch.end - stretch.start);
      copySamples(viewOf(stretch), stretch.start, { target: taken, at, count });
      if (!stretch.isInteger) this.#floats -= count;
      stretch.start += count;
      at += count;
      if (stretch.start === stretch.end) this.#closeFirst();
    }
    this.#frames -= frames;
    return taken;
  }

  /** Forgets everything. */
  clear(): void {
    for (const { page } of this.#stretches) this.#pages.giveBack(page);
    this.#stretches = [];
    this.#frames = 0;
    this.#floats = 0;
  }

  #open(isInteger: boolean): Stretch {
    const stretch = { page: this.#pages.borrow(), isInteger, start: 0, end: 0 };
    this.#stretches.push(stretch);
    return stretch;
  }

  #closeFirst(): void {
    const stretch = this.#stretches.shift();
    if (stretch !== undefined) this.#pages.giveBack(stretch.page);
  }
}

function viewOf({ page, isInteger }: Stretch): Samples {
  return isInteger ? page.integers : page.floats;
}

function roomOf(stretch: Stretch): number {
  return viewOf(stretch).length - stretch.end;
}
