import { AssertionError } from "node:assert";
import { linearPrediction, predictionResidual } from "./linear-prediction.ts";

/** How much a place sounds like a click. */
export interface ClickMeasure {
  frame: number;
  /** Above 6 is a click; natural speech has 2.8 at its 99th percentile and never 6. */
  db: number;
}

const order = 24;
const joinMs = 1.5;
const contextMs = 100;
/** What prediction cannot explain below -60 dBFS is not heard as a click, so quiet and very regular sound is measured against that. */
const floor = 10 ** (-60 / 20);
/** The places looked at when none are given lie this far apart. */
const scanMs = 2 * joinMs;

/**
 * Measures clicks in mono samples: the largest residual of a linear prediction of order 24 within 1.5 ms of a place, over the 99.5th
 * percentile of the residual in the 100 ms before and after it, in dB. Without positions the whole is searched, and the places above
 * 6 dB are returned.
 */
export function measureClicks(samples: Float32Array, sampleRate: number, positions?: readonly number[]): ClickMeasure[] {
  if (positions) return positions.map((frame) => ({ frame, db: measureAt(samples, sampleRate, frame) }));
  const step = Math.max(1, Math.round((scanMs * sampleRate) / 1000));
  const found: ClickMeasure[] = [];
  for (let frame = Math.round(step / 2); frame < samples.length; frame += step) {
    const db = measureAt(samples, sampleRate, frame);
    if (db > 6) found.push({ frame, db });
  }
  return found;
}

function measureAt(samples: Float32Array, sampleRate: number, frame: number): number {
  const context = Math.round((contextMs * sampleRate) / 1000);
  const join = Math.round((joinMs * sampleRate) / 1000);
  const from = Math.max(0, frame - context);
  const around = samples.subarray(from, Math.min(samples.length, frame + context));
  if (around.length <= 2 * order) return -Infinity;
  const residual = predictionResidual(around, linearPrediction(around, order));
  const first = Math.max(order, frame - from - join);
  const last = Math.min(residual.length, frame - from + join);
  let peak = 0;
  for (let index = first; index < last; index += 1) peak = Math.max(peak, residual[index] ?? 0);
  // The join itself does not count as its own surroundings.
  residual.copyWithin(first, last);
  const others = residual.subarray(order, residual.length - Math.max(0, last - first)).sort();
  const usual = others[Math.floor(others.length * 0.995)] ?? 0;
  return 20 * Math.log10(Math.max(peak, Number.MIN_VALUE) / Math.max(usual, floor));
}

/** Ends a test if there is a click at one of the positions (anywhere, where none are given). `maxDb` is 6 unless told otherwise. */
export function assertNoClicks(samples: Float32Array, sampleRate: number, options: { positions?: readonly number[] | undefined; maxDb?: number | undefined } = {}): void {
  const { positions, maxDb = 6 } = options;
  const clicks = measureClicks(samples, sampleRate, positions).filter(({ db }) => db > maxDb);
  if (clicks.length === 0) return;
  const list = clicks.slice(0, 5).map(({ frame, db }) => `${db.toFixed(1)} dB at ${((frame * 1000) / sampleRate).toFixed(1)} ms`);
  throw new AssertionError({ message: `The audio clicks in ${clicks.length} places, the first ${list.join(", ")}; at most ${maxDb} dB is allowed.`, stackStartFn: assertNoClicks });
}
