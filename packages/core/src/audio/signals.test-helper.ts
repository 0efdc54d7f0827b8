import fc from "fast-check";

/** Sizes of the pieces that something is cut into. */
export const cutting: fc.Arbitrary<number[]> = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 40 });

/** Cuts an array into pieces of the given sizes, again and again until it is used up. */
export function cut<T extends Float32Array | Uint8Array>(whole: T, sizes: readonly number[]): T[] {
  const pieces: T[] = [];
  const useful = sizes.some((size) => size > 0) ? sizes : [1];
  for (let offset = 0, turn = 0; offset < whole.length; turn += 1) {
    const size = useful[turn % useful.length] ?? 1;
    pieces.push(whole.subarray(offset, offset + size) as T);
    offset += size;
  }
  return pieces;
}

/** Numbers from 0 to 1 that are the same on every run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** White noise at half of full scale. */
export function noise(length: number, seed = 1): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => random() - 0.5);
}

/** A sine at half of full scale. */
export function tone(length: number, frequency: number, sampleRate: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => 0.5 * Math.sin((2 * Math.PI * frequency * index) / sampleRate));
}

/** A ratio of amplitudes in dB; nothing is -240. */
export const decibels = (ratio: number): number => 20 * Math.log10(Math.max(ratio, 1e-12));

/** Cosine terms of a window whose side lobes are below -160 dB (Albrecht's seven-term minimum, doi 10.1109/ICASSP.2001.940309). */
const windowTerms = [0.27105140069342, -0.43329793923448, 0.21812299954311, -0.06592544638803, 0.01081174209837, -0.00077658482522, 0.00001388721735];

/** Amplitude of one frequency in a signal. */
export function amplitudeAt(signal: Float32Array, frequency: number, sampleRate: number): number {
  let real = 0, imaginary = 0, total = 0;
  for (let index = 0; index < signal.length; index += 1) {
    const turn = (2 * Math.PI * index) / (signal.length - 1);
    const weight = windowTerms.reduce((sum, term, order) => sum + term * Math.cos(order * turn), 0);
    const angle = (2 * Math.PI * frequency * index) / sampleRate;
    real += weight * (signal[index] ?? 0) * Math.cos(angle);
    imaginary += weight * (signal[index] ?? 0) * Math.sin(angle);
    total += weight;
  }
  return (2 * Math.hypot(real, imaginary)) / total;
}
