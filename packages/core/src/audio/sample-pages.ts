/** A piece of memory for samples that is used again and again, seen as either kind. */
export interface SamplePage {
  readonly floats: Float32Array<ArrayBuffer>;
  readonly integers: Int16Array<ArrayBuffer>;
}

/** Where pages come from and go back to. */
export interface SamplePages {
  /** Pages that wait to be used again. */
  readonly free: number;
  /** A page; what it holds is of no meaning. */
  borrow(): SamplePage;
  /** Nobody looks at the page any more. */
  giveBack(page: SamplePage): void;
}

/** 85 ms of floating-point samples at 24 kHz, 170 ms of 16-bit ones. */
const pageBytes = 8_192;

/**
 * Makes a store of pages that keeps at most `mostFree`; more are left to the garbage collector.
 *
 * Audio waits in a stream for about as long as an object needs to count as old. As arrays of its own it would make the runtime look
 * through its whole memory several times a second where many streams run: memory of arrays counts as pressure. Pages go round instead.
 */
export function createSamplePages(mostFree: number): SamplePages {
  const free: SamplePage[] = [];
  return {
    get free() {
      return free.length;
    },
    borrow() {
      const page = free.pop();
      if (page !== undefined) return page;
      const buffer = new ArrayBuffer(pageBytes);
      return { floats: new Float32Array(buffer), integers: new Int16Array(buffer) };
    },
    giveBack(page) {
      if (free.length < mostFree) free.push(page);
    },
  };
}

/** The pages of all streams: at most 16 MiB of them wait. */
export const sharedPages: SamplePages = createSamplePages(2_048);
