import { joinSamples } from "./join-samples.ts";
import { areAdjacent, createSampleSlab, viewFrom } from "./sample-slab.ts";
import { fullScaleOf, toFloat, type Samples } from "./samples.ts";

/** An edge below this (-54 dBFS) stays as it is, to the bit: it lies under what counts as a click beside silence of -60 dBFS. */
const quietLevel = 0.002;

/** Share of a fade, 1.5 ms of 5, in which a piece must be quiet at its edge: as far from a join as a click is looked for. */
const quietShare = 0.3;

const nothing: Samples = new Float32Array(0);

/** Fades the edges of one piece of audio where they would click. */
export interface EdgeFader<Kind extends Samples> {
  /** Floating-point samples are copied once, and may be used again by whoever gave them; 16-bit ones must stay as they are. */
  process(samples: Kind): Kind;
  flush(): Kind;
}

/**
 * Makes a fader. It holds back `fadeFrames`, because any of them may turn out to be the last.
 *
 * @param fadeFrames Length of a fade. Two raised cosines of 5 ms between unrelated pieces of speech stay 19 dB below what a click meter counts at the median, 7 dB at p95.
 */
export function createEdgeFader<Kind extends Samples>({ fadeFrames }: { fadeFrames: number }): EdgeFader<Kind> {
  /** What is held back lies at the end of `source`, from `heldFrom` on. */
  let source = nothing as Kind;
  let heldFrom = 0;
  let hasBegun = false;
  /** Short pieces lie together, so that a chunk of them is one copy. */
  const slab = createSampleSlab();
  /** Floating-point samples are held in these in turn: one is read while the other is filled. */
  let held: Float32Array | undefined;
  let spare: Float32Array | undefined;

  /** Whether what is held and `samples` are both 16-bit. */
  const isInteger = (samples: Kind): boolean => samples instanceof Int16Array && (source instanceof Int16Array || source.length === heldFrom);

  /** Keeps the last `count` frames of what is held and `samples`. */
  const hold = (samples: Kind, count: number): void => {
    if (samples instanceof Int16Array && samples.length >= count) {
      source = samples;
      heldFrom = samples.length - count;
      return;
    }
    const target = isInteger(samples) ? new Int16Array(fadeFrames) : (spare ??= new Float32Array(fadeFrames));
    gather({ first: source, from: source.length + samples.length - count, second: samples, target: target.subarray(fadeFrames - count) });
    if (target instanceof Float32Array) [held, spare] = [target, held];
    source = target as Kind;
    heldFrom = fadeFrames - count;
  };

  const begin = (samples: Kind, shown: number): Kind => {
    hasBegun = true;
    const joined = joinSamples([source.subarray(heldFrom), samples]) as Kind;
    const isLoud = clicks(joined.subarray(0, fadeFrames));
    const begun = isLoud ? fadeIn(joined, fadeFrames) : joined;
    // Held where it lies in `samples`, so that what comes next may lie right behind it.
    hold(isLoud || samples.length < fadeFrames ? begun : samples, fadeFrames);
    const output = begun.subarray(0, shown) as Kind;
    return begun === samples && output instanceof Float32Array ? (output.slice() as Samples as Kind) : output;
  };

  return {
    process(samples) {
      if (samples.length === 0) return samples;
      const shown = source.length - heldFrom + samples.length - fadeFrames;
      if (shown <= 0) {
        hold(samples, source.length - heldFrom + samples.length);
        return samples.subarray(0, 0) as Kind;
      }
      if (!hasBegun) return begin(samples, shown);
      // Most 16-bit pieces lie behind those before: nothing is copied.
      const isBehind = samples instanceof Int16Array && samples.length >= fadeFrames && areAdjacent(source, samples);
      const output: Samples = isBehind ? viewFrom(source, heldFrom, shown) : isInteger(samples) ? new Int16Array(shown) : slab.take(shown);
      if (!isBehind) gather({ first: source, from: heldFrom, second: samples, target: output });
      hold(samples, fadeFrames);
      return output as Kind;
    },
    flush() {
      let rest = source.subarray(heldFrom) as Kind;
      source = nothing as Kind;
      heldFrom = 0;
      if (!hasBegun && clicks(rest)) rest = fadeIn(rest, rest.length);
      return clicks(rest.slice().reverse()) ? faded(rest, (index) => raisedCosine((rest.length - index - 0.5) / rest.length)) : rest;
    },
  };
}

/** Fills `target` with the samples from place `from` on of two arrays, one behind the other. */
function gather({ first, from, second, target }: { first: Samples; from: number; second: Samples; target: Samples }): void {
  const ofFirst = Math.max(0, Math.min(target.length, first.length - from));
  if (ofFirst > 0) fill(target, 0, first.subarray(from, from + ofFirst));
  const start = Math.max(0, from - first.length);
  if (target.length > ofFirst) fill(target, ofFirst, second.subarray(start, start + target.length - ofFirst));
}

function fill(target: Samples, at: number, source: Samples): void {
  target.set(target instanceof Float32Array ? toFloat(source) : source, at);
}

/** Whether a piece that begins like this clicks behind silence. The first sample alone does not tell: it may be a zero crossing. */
function clicks(start: Samples): boolean {
  const level = quietLevel * fullScaleOf(start);
  const frames = Math.ceil(start.length * quietShare);
  for (let index = 0; index < frames; index += 1) if (Math.abs(start[index] ?? 0) > level) return true;
  return false;
}

function fadeIn<Kind extends Samples>(samples: Kind, frames: number): Kind {
  return faded(samples, (index) => (index < frames ? raisedCosine((index + 0.5) / frames) : 1));
}

function faded<Kind extends Samples>(samples: Kind, factor: (index: number) => number): Kind {
  const isInteger = fullScaleOf(samples) !== 1;
  const result = samples.slice() as Kind;
  for (let index = 0; index < result.length; index += 1) {
    const sample = (samples[index] as number) * factor(index);
    result[index] = isInteger ? Math.round(sample) : sample;
  }
  return result;
}

/** From 0 to 1 with a level start and end. */
function raisedCosine(place: number): number {
  return (1 - Math.cos(Math.PI * place)) / 2;
}
