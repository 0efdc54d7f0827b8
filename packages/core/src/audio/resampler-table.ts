/**
 * The filter of the resampler: a sinc under a Kaiser window.
 *
 * Units are samples of the slower of the two rates, so that one design serves every ratio. Chosen by a search over half-width,
 * beta and cut-off for the smallest half-width (it is the latency) that is down by at most 0.1 dB at 0.90 of the slower Nyquist
 * frequency and by at least 120 dB from 1.00 of it onwards.
 */
const halfWidth = 66;
const beta = 12.4;
const cutoff = 0.9378;

/** Ratios with larger terms than this share a table of {@link sharedPhases} phases and interpolate between them. All common pairs of rates are below. */
const largestExactTerm = 2_560;

/** Phases for a sample of the slower rate where phases are interpolated: the error of a line between them is about (pi / phases)² / 8, -130 dB. */
const sharedPhases = 2_048;

/** Tables kept for later streams. A server meets a handful of ratios; a hostile sender of headers must not fill the memory. */
const cacheSize = 16;

/** One filter for each place an output sample can have between two input samples. */
export interface ResamplerTable {
  /** Interpolation term of the reduced ratio: output positions are multiples of `down / up` input samples. */
  readonly up: number;
  readonly down: number;
  /** Coefficients of one phase. */
  readonly taps: number;
  /** Taps that lie at or before the output's place; the other half looks ahead. */
  readonly lookBack: number;
  /** Phases between two input samples: `up` where the table is exact. */
  readonly phases: number;
  readonly exact: boolean;
  /** Rows of `taps` coefficients; one row more than `phases` where neighbours are interpolated. */
  readonly rows: Float64Array;
}

const cache = new Map<string, ResamplerTable>();

/** The table for a pair of rates; made once, then kept. */
export function resamplerTable(fromRate: number, toRate: number): ResamplerTable {
  const divisor = greatestCommonDivisor(fromRate, toRate);
  const up = toRate / divisor;
  const down = fromRate / divisor;
  const key = `${up}/${down}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const table = buildTable(up, down);
  for (const oldest of cache.keys()) {
    if (cache.size < cacheSize) break;
    cache.delete(oldest);
  }
  cache.set(key, table);
  return table;
}

function buildTable(up: number, down: number): ResamplerTable {
  const stretch = Math.max(1, down / up);
  const lookBack = Math.ceil(halfWidth * stretch);
  const taps = 2 * lookBack;
  const exact = Math.max(up, down) <= largestExactTerm;
  const phases = exact ? up : Math.ceil(sharedPhases / stretch);
  const rowCount = exact ? phases : phases + 1;
  const rows = new Float64Array(rowCount * taps);
  for (let phase = 0; phase < rowCount; phase += 1) {
    fillRow(rows.subarray(phase * taps, (phase + 1) * taps), lookBack, phase / phases, stretch);
  }
  return { up, down, taps, lookBack, phases, exact, rows };
}

/** One phase, scaled so that its sum is 1: a constant signal stays exactly what it is. */
function fillRow(row: Float64Array, lookBack: number, fraction: number, stretch: number): void {
  let sum = 0;
  for (let tap = 0; tap < row.length; tap += 1) {
    const value = kernel((tap - (lookBack - 1) - fraction) / stretch);
    row[tap] = value;
    sum += value;
  }
  for (let tap = 0; tap < row.length; tap += 1) row[tap] = (row[tap] ?? 0) / sum;
}

function kernel(time: number): number {
  const place = time / halfWidth;
  if (Math.abs(place) >= 1) return 0;
  const angle = Math.PI * cutoff * time;
  const sinc = Math.abs(angle) < 1e-9 ? 1 : Math.sin(angle) / angle;
  return sinc * besselI0(beta * Math.sqrt(1 - place * place));
}

/** Modified Bessel function of order 0 by its power series, which converges fast for the arguments of a Kaiser window. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k += 1) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
