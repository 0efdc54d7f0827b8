import type { ResamplerTable } from "./resampler-table.ts";

/** Where a run of output samples begins, and what it is made from. */
export interface ResamplerBlock {
  readonly table: ResamplerTable;
  readonly input: Float64Array;
  /** Index in `input` of the first tap of the first output. */
  readonly start: number;
  /** Place of the first output between two input samples, in `1 / up`. */
  readonly phase: number;
  readonly output: Float32Array;
  readonly outputStart: number;
  readonly count: number;
}

/**
 * Computes a run of output samples.
 *
 * Every output is one plain sum from its first tap to its last, whichever kernel makes it: so the bits do not depend on how the
 * input was cut. Kernels that make four outputs at once exist because four independent sums keep the processor's adders busy
 * and share what they load; measured, they are three times as fast as one sum at a time. `| 0` and `Math.imul` keep indices
 * whole numbers for the compiler: indices of an exact table stay far below 2^31, and without it every access costs a conversion.
 */
export function renderBlock(block: ResamplerBlock): void {
  if (!block.table.exact) return renderInterpolated(block);
  const { up } = block.table;
  const four = block.table.down === 1 ? fourSliding : fourOfOnePhase;
  const tiles = block.count - (block.count % (4 * up));
  for (let first = 0; first < tiles; first += 4 * up) {
    for (let offset = 0; offset < up; offset += 1) four(block, first + offset);
  }
  const quads = tiles + ((block.count - tiles) & ~3);
  for (let first = tiles; first < quads; first += 4) fourInARow(block, first);
  for (let index = quads; index < block.count; index += 1) one(block, index);
}

/** Outputs `first`, `first + up`, `first + 2 up` and `first + 3 up`: they share a phase, so each coefficient is loaded once. */
function fourOfOnePhase({ table, input, start, phase, output, outputStart }: ResamplerBlock, first: number): void {
  const { up, down, taps, rows } = table;
  const position = (phase + first * down) | 0;
  const row = Math.imul(position % up, taps);
  const a = (start + position / up) | 0;
  const b = (a + down) | 0;
  const c = (b + down) | 0;
  const d = (c + down) | 0;
  let sumA = 0, sumB = 0, sumC = 0, sumD = 0;
  for (let tap = 0; tap < taps; tap += 1) {
    const weight = rows[row + tap] as number;
    sumA += weight * (input[a + tap] as number);
    sumB += weight * (input[b + tap] as number);
    sumC += weight * (input[c + tap] as number);
    sumD += weight * (input[d + tap] as number);
  }
  const target = outputStart + first;
  output[target] = sumA;
  output[target + up] = sumB;
  output[target + 2 * up] = sumC;
  output[target + 3 * up] = sumD;
}

/** The same where whole multiples are made (24 to 48 kHz): neighbours then share all input but one frame, which stays in registers. */
function fourSliding({ table, input, start, phase, output, outputStart }: ResamplerBlock, first: number): void {
  const { up, taps, rows } = table;
  const position = (phase + first) | 0;
  const row = Math.imul(position % up, taps);
  const a = (start + position / up) | 0;
  const next = (a + 3) | 0;
  let frameA = input[a] as number, frameB = input[a + 1] as number, frameC = input[a + 2] as number;
  let sumA = 0, sumB = 0, sumC = 0, sumD = 0;
  for (let tap = 0; tap < taps; tap += 1) {
    const weight = rows[row + tap] as number;
    const frameD = input[next + tap] as number;
    sumA += weight * frameA;
    sumB += weight * frameB;
    sumC += weight * frameC;
    sumD += weight * frameD;
    frameA = frameB;
    frameB = frameC;
    frameC = frameD;
  }
  const target = outputStart + first;
  output[target] = sumA;
  output[target + up] = sumB;
  output[target + 2 * up] = sumC;
  output[target + 3 * up] = sumD;
}

/** Outputs `first` to `first + 3`. */
function fourInARow({ table, input, start, phase, output, outputStart }: ResamplerBlock, first: number): void {
  const { up, down, taps, rows } = table;
  const p0 = (phase + first * down) | 0, p1 = (p0 + down) | 0, p2 = (p1 + down) | 0, p3 = (p2 + down) | 0;
  const rowA = Math.imul(p0 % up, taps), rowB = Math.imul(p1 % up, taps);
  const rowC = Math.imul(p2 % up, taps), rowD = Math.imul(p3 % up, taps);
  const a = (start + p0 / up) | 0, b = (start + p1 / up) | 0, c = (start + p2 / up) | 0, d = (start + p3 / up) | 0;
  let sumA = 0, sumB = 0, sumC = 0, sumD = 0;
  for (let tap = 0; tap < taps; tap += 1) {
    sumA += (rows[rowA + tap] as number) * (input[a + tap] as number);
    sumB += (rows[rowB + tap] as number) * (input[b + tap] as number);
    sumC += (rows[rowC + tap] as number) * (input[c + tap] as number);
    sumD += (rows[rowD + tap] as number) * (input[d + tap] as number);
  }
  const target = outputStart + first;
  output[target] = sumA;
  output[target + 1] = sumB;
  output[target + 2] = sumC;
  output[target + 3] = sumD;
}

function one({ table, input, start, phase, output, outputStart }: ResamplerBlock, index: number): void {
  const position = phase + index * table.down;
  const row = (position % table.up) * table.taps;
  output[outputStart + index] = dot(table, row, input, start + Math.floor(position / table.up));
}

/** For ratios without a phase of their own: both neighbours, and the line between them. */
function renderInterpolated({ table, input, start, phase, output, outputStart, count }: ResamplerBlock): void {
  for (let index = 0; index < count; index += 1) {
    const position = phase + index * table.down;
    const place = ((position % table.up) / table.up) * table.phases;
    const lower = Math.min(Math.floor(place), table.phases - 1);
    const from = start + Math.floor(position / table.up);
    const below = dot(table, lower * table.taps, input, from);
    const above = dot(table, (lower + 1) * table.taps, input, from);
    output[outputStart + index] = below + (above - below) * (place - lower);
  }
}

function dot({ rows, taps }: ResamplerTable, firstTap: number, input: Float64Array, firstFrame: number): number {
  const row = firstTap | 0;
  const from = firstFrame | 0;
  let sum = 0;
  for (let tap = 0; tap < taps; tap += 1) sum += (rows[row + tap] as number) * (input[from + tap] as number);
  return sum;
}
