import { TTSError } from "@parlando/engine";

/** What probing finds: how codes and samples lie to each other. */
export interface ProbedGeometry {
  readonly samplesPerCode: number;
  readonly leadSamples: number;
  readonly missingSamples: number;
}

/** A window's sound, without anything around it. */
export type DecodeWindow = (codes: Int32Array) => Promise<Float32Array>;

/** Long enough that a code in the middle is far from both edges; short enough to be quick when a model is loaded. */
const probeCodes = 33;
const middle = 16;
/** Codes that are said around, and the one in the middle is changed into: of all kinds in NeuCodec's 65,536 (each base-4 digit is one of its eight levels). */
const changes: readonly (readonly [number, number])[] = [[0.1, 0.8], [0.55, 0.3], [0.9, 0.2]];

/**
 * Finds a decoder's geometry by asking it. Two lengths give the samples of a code and what is missing at the edges. Where the sound changes when one code is
 * changed tells the lead: it is nothing, half of what is missing (trimmed on both sides) or all of it; the nearest of these is taken.
 *
 * @param codes - How many codes the decoder knows; it is probed with some of them.
 * @throws TTSError `MODEL_NOT_FOUND` when its lengths do not grow evenly, or changing a code changes nothing.
 */
export async function probeGeometry(decode: DecodeWindow, codes = 65_536): Promise<ProbedGeometry> {
  const lengths: number[] = [];
  for (const count of [probeCodes, probeCodes + 1, 2 * probeCodes]) lengths.push((await decode(new Int32Array(count))).length);
  const [short = 0, next = 0, long = 0] = lengths;
  const samplesPerCode = next - short;
  const missingSamples = probeCodes * samplesPerCode - short;
  if (samplesPerCode < 1 || missingSamples < 0 || long !== 2 * probeCodes * samplesPerCode - missingSamples) {
    throw new TTSError("MODEL_NOT_FOUND", `Probing the codec: ${String(probeCodes)}, ${String(probeCodes + 1)} and ${String(2 * probeCodes)} codes became ${lengths.join(", ")} samples; a length that grows by the same with each code was expected. Check that the file is a NeuCodec decoder.`);
  }
  if (missingSamples === 0) return { samplesPerCode, leadSamples: 0, missingSamples };
  const lead = samplesPerCode * (middle + 0.5) - (await centreOfChange(decode, codes));
  const leadSamples = nearest(lead, [0, Math.round(missingSamples / 2), missingSamples]);
  return { samplesPerCode, leadSamples, missingSamples };
}

/** Where, in samples of the window, the sound changes when the code in the middle does; the mean of several changes. */
async function centreOfChange(decode: DecodeWindow, codes: number): Promise<number> {
  let sum = 0;
  for (const [around, other] of changes) {
    const window = new Int32Array(probeCodes).fill(Math.floor(around * codes));
    const before = await decode(window);
    const changed = window.slice();
    changed[middle] = Math.floor(other * codes);
    sum += centreOfDifference(before, await decode(changed));
  }
  return sum / changes.length;
}

/** The mean place of the difference, weighted by its square: the far reach of attention, weak and wide, counts little. */
function centreOfDifference(before: Float32Array, after: Float32Array): number {
  let weights = 0;
  let places = 0;
  for (let index = 0; index < before.length; index += 1) {
    const weight = ((after[index] ?? 0) - (before[index] ?? 0)) ** 2;
    weights += weight;
    places += weight * (index + 0.5);
  }
  if (!(weights > 0)) throw new TTSError("MODEL_NOT_FOUND", "Probing the codec: changing a code did not change the sound, so where a code is heard cannot be found. Check that the file is a NeuCodec decoder.");
  return places / weights;
}

function nearest(value: number, candidates: readonly number[]): number {
  return candidates.reduce((best, candidate) => (Math.abs(candidate - value) < Math.abs(best - value) ? candidate : best));
}
