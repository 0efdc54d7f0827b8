/** Codes of one speech with what comes before them; places before the first code are negative. */
export interface CodeBuffer {
  /** Codes of the speech. */
  readonly length: number;
  /** The first place: minus the length of the context. */
  readonly start: number;
  push(code: number): void;
  /** A copy of the places `from` up to `to`; places behind the end repeat the last code. */
  copy(from: number, to: number): Int32Array;
}

const firstCapacity = 256;

/** @param context - Codes that come before the first one. */
export function createCodeBuffer(context: Int32Array): CodeBuffer {
  const start = -context.length;
  let codes = new Int32Array(context.length + firstCapacity);
  let filled = context.length;
  codes.set(context);
  return {
    get length() {
      return filled + start;
    },
    start,
    push(code) {
      if (filled === codes.length) {
        const larger = new Int32Array(2 * filled);
        larger.set(codes);
        codes = larger;
      }
      codes[filled] = code;
      filled += 1;
    },
    copy(from, to) {
      const copied = new Int32Array(to - from).fill(codes[filled - 1] ?? 0);
      copied.set(codes.subarray(from - start, Math.min(to - start, filled)));
      return copied;
    },
  };
}
