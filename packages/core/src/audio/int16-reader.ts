/** Sees bytes that were cut anywhere as 16-bit samples, little-endian and mono. */
export interface Int16Reader {
  /** The samples that are complete; they lie in the bytes themselves where those begin and end with a sample, and hold as long as they do. */
  push(bytes: Uint8Array): Int16Array;
}

/** Whether the bytes of a 16-bit sample lie in memory as on the wire. */
export const isLittleEndian: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Makes a reader, for processors that are little-endian. Holds back at most one byte. */
export function createInt16Reader(): Int16Reader {
  let first: number | undefined;
  return {
    push(bytes) {
      if (first === undefined && bytes.byteOffset % 2 === 0 && bytes.length % 2 === 0) return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
      const carried = first === undefined ? 0 : 1;
      const length = carried + bytes.length;
      const samples = new Int16Array(length >> 1);
      const target = new Uint8Array(samples.buffer);
      const used = target.length - carried;
      if (samples.length > 0) {
        if (first !== undefined) target[0] = first;
        target.set(used === bytes.length ? bytes : bytes.subarray(0, used), carried);
      }
      if (length % 2 === 0) first = undefined;
      else if (bytes.length > 0) first = bytes[bytes.length - 1];
      return samples;
    },
  };
}
