import { joinSamples } from "./join-samples.ts";
import { areAdjacent, viewFrom } from "./sample-slab.ts";
import { fullScaleOf, type Samples } from "./samples.ts";

/** An edge below this (-54 dBFS) stays as it is, to the bit: it lies under what counts as a click beside silence of -60 dBFS. */
const quietLevel = 0.002;

/** Share of a fade, 1.5 ms of 5, in which a piece must be quiet at its edge: as far from a join as a click is looked for. */
const quietShare = 0.3;

const nothing: Samples = new Float32Array(0);

/** Fades the edges of one piece of audio where they would click. */
export interface EdgeFader<Kind extends Samples> {
  process(samples: Kind): Kind;
  flush(): Kind;
}

/**
 * Makes a fader. It holds back `fadeFrames`, because any of them may turn out to be the last; what it gives out may be a part of what it
 * was given.
 *
 * @param fadeFrames Length of a fade. Two raised cosines of 5 ms between unrelated pieces of speech stay 19 dB below what a click meter counts at the median, 7 dB at p95.
 */
export function createEdgeFader<Kind extends Samples>({ fadeFrames }: { fadeFrames: number }): EdgeFader<Kind> {
  /** What is held back lies at the end of `source`, from `heldFrom` on. */
  let source = nothing as Kind;
  let heldFrom = 0;
  let hasBegun = false;

  const hold = (samples: Kind): void => {
    source = samples;
    heldFrom = Math.max(0, samples.length - fadeFrames);
  };

  const held = (): Kind => source.subarray(heldFrom) as Kind;

  /** Most pieces: they lie behind those before, and nothing is copied. */
  const passOn = (samples: Kind, shown: number): Kind => {
    const output = viewFrom(source, heldFrom, shown);
    hold(samples);
    return output;
  };

  return {
    process(samples) {
      if (samples.length === 0) return samples;
      const shown = source.length - heldFrom + samples.length - fadeFrames;
      if (hasBegun && samples.length >= fadeFrames && areAdjacent(source, samples)) return passOn(samples, shown);
      const joined = joinSamples([held(), samples]) as Kind;
      if (shown <= 0) {
        hold(joined);
        return samples.subarray(0, 0) as Kind;
      }
      const begun = hasBegun || !clicks(joined.subarray(0, fadeFrames)) ? joined : fadeIn(joined, fadeFrames);
      // Held where it lies in `samples`, so that what comes next may lie right behind it.
      hold(begun === joined && samples.length > fadeFrames ? samples : begun);
      hasBegun = true;
      return begun.subarray(0, shown) as Kind;
    },
    flush() {
      let rest = held();
      source = nothing as Kind;
      heldFrom = 0;
      if (!hasBegun && clicks(rest)) rest = fadeIn(rest, rest.length);
      return clicks(rest.slice().reverse()) ? faded(rest, (index) => raisedCosine((rest.length - index - 0.5) / rest.length)) : rest;
    },
  };
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
