/** Bytes that wait until enough of them have come. */
export interface HeldBytes {
  /** How many there are. */
  readonly length: number;
  /** A view of all of them, good until the next `append`. */
  view(): Uint8Array;
  append(part: Uint8Array): void;
  /** Forgets them; what was viewed stays readable until the next `append`. */
  clear(): void;
}

const firstCapacity = 4_096;

/** Makes memory for `most` bytes at the very most. It grows with what has come, whatever a head announces. */
export function createHeldBytes(most: number): HeldBytes {
  let memory = new Uint8Array(Math.min(firstCapacity, most));
  let length = 0;
  return {
    get length() {
      return length;
    },
    view: () => memory.subarray(0, length),
    append(part) {
      if (length + part.length > memory.length) {
        const grown = new Uint8Array(Math.min(most, 2 * (length + part.length)));
        grown.set(memory.subarray(0, length));
        memory = grown;
      }
      memory.set(part, length);
      length += part.length;
    },
    clear() {
      length = 0;
    },
  };
}
