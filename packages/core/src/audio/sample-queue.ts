/** A first-in, first-out store of samples that grows as needed and keeps what it is given exactly. */
export interface SampleQueue {
  readonly length: number;
  push(samples: Float32Array): void;
  /** The oldest `count` samples (fewer where there are fewer), as an array of their own. */
  take(count: number): Float32Array;
  /** Forgets the oldest `count` samples. */
  drop(count: number): void;
}

/**
 * Makes an empty queue. Its owner bounds it: it holds what was pushed and not yet taken.
 *
 * @param capacity Samples to make room for at first.
 */
export function createSampleQueue(capacity = 1_024): SampleQueue {
  let store = new Float32Array(Math.max(1, capacity));
  let first = 0;
  let length = 0;

  const makeRoom = (extra: number): void => {
    if (first + length + extra <= store.length) return;
    const target = length + extra <= store.length / 2 ? store : new Float32Array((length + extra) * 2);
    target.set(store.subarray(first, first + length));
    store = target;
    first = 0;
  };

  const drop = (count: number): void => {
    const dropped = Math.min(count, length);
    first += dropped;
    length -= dropped;
  };

  return {
    get length() {
      return length;
    },
    push(samples) {
      makeRoom(samples.length);
      store.set(samples, first + length);
      length += samples.length;
    },
    take(count) {
      const taken = store.slice(first, first + Math.min(count, length));
      drop(count);
      return taken;
    },
    drop,
  };
}

const nothing = new Float32Array(0);

/** Puts arrays one after the other. A single array that has samples is returned as it is, not copied. */
export function joinSamples(parts: readonly Float32Array[]): Float32Array {
  const filled = parts.filter((part) => part.length > 0);
  if (filled.length <= 1) return filled[0] ?? nothing;
  const joined = new Float32Array(filled.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of filled) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
