/** Numbers that look random and are the same for the same seed, on every machine. */
export interface Random {
  /** The next 32 bits, as an unsigned integer. */
  bits(): number;
  /** The next number in [0, 1), with 53 bits. */
  unit(): number;
}

/**
 * Makes a generator: xoshiro128** (Blackman and Vigna, 2018), its state filled from the seed by a mixing function, so that near seeds have nothing in common.
 *
 * @param seed - An integer; its lowest 32 bits count.
 */
export function createRandom(seed: number): Random {
  let a = mixSeed(seed, 0);
  let b = mixSeed(seed, 1);
  let c = mixSeed(seed, 2);
  // The state must not be all zeros.
  let d = mixSeed(seed, 3) | 1;
  const bits = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
  return { bits, unit: () => ((bits() >>> 5) * 67_108_864 + (bits() >>> 6)) / 9_007_199_254_740_992 };
}

/**
 * A seed of its own for one step of many: neither near seeds nor near steps give anything alike.
 *
 * @returns An unsigned integer of 32 bits.
 */
export function mixSeed(seed: number, step: number): number {
  return scramble(scramble(seed >>> 0) + Math.imul((step >>> 0) + 1, 0x9e37_79b9));
}

/** The last steps of MurmurHash3: every bit of the input moves every bit of the output. */
function scramble(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function rotate(value: number, places: number): number {
  return (value << places) | (value >>> (32 - places));
}
