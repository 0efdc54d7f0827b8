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
 * Longer pieces go to pages at once: they would be taken in parts, and be copied there all the same. Shorter ones are mostly taken with others. At 24 kHz 63 and
 * 340 ms.
 */
const shortestFresh = 1_500;
const longestFresh = 8_192;

/**
 * Samples that wait to be handed out, copied in and copied out: whoever gave them may use the array again, whoever takes them owns what they get.
 *
 * They lie on pages that are used again, so that a stream that holds a second of audio leaves nothing to collect but what was handed out. A block of some length that comes while
 * nothing waits is copied once only: its taker mostly stands by, and gets the copy.
 */
export class HeldSamples {
  readonly #pages: SamplePages;
  #stretches: Stretch[] = [];
  /** All that waits, in an array of its own and on no page. */
  #fresh: Samples | undefined;
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
    if (samples.length === 0) return;
    const isAlone = this.#frames === 0 && samples.length >= shortestFresh && samples.length <= longestFresh;
    this.#frames += samples.length;
    if (!(samples instanceof Int16Array)) this.#floats += samples.length;
    if (isAlone) this.#fresh = samples.slice();
    else {
      this.#settleFresh();
      this.#copyIn(samples);
    }
  }

  /** What waits in an array of its own goes to a page: more has come, or a part of it is wanted. */
  #settleFresh(): void {
    const fresh = this.#fresh;
    this.#fresh = undefined;
    if (fresh !== undefined) this.#copyIn(fresh);
  }

  #copyIn(samples: Samples): void {
    const isInteger = samples instanceof Int16Array;
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
    const fresh = this.#fresh;
    if (fresh !== undefined && frames === fresh.length) {
      this.clear();
      return fresh;
    }
    this.#settleFresh();
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
    if (this.#stretches.length > 0) this.#stretches = [];
    this.#fresh = undefined;
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
