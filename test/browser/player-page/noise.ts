// What is played in these tests: the same in the page and in Node.

/** Samples as of 16 bits, none of them 0, all of them different for every seed. */
export function noise(frames: number, seed: number): Float32Array<ArrayBuffer> {
  const next = randomOf(seed);
  return Float32Array.from({ length: frames }, () => (Math.floor(next() * 65_535) - 32_767 || 1) / 32_768);
}

/** The same numbers from 0 to 1 everywhere. */
export function randomOf(seed: number): () => number {
  let state = (Math.imul(seed, 2_654_435_761) + 1) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}
