/** Resonances of a voice below 8 kHz take two terms each; more terms say nothing of 20 ms of sound. */
const mostTerms = 16;

/** As much sound for each term, at least: with less there is nothing to learn. */
const valuesPerTerm = 3;

/**
 * How a sound would go on if nothing drove it any more: its resonances ring out from where they stand. Linear prediction by Burg's method
 * (Burg 1975; always stable, and good with as little as a frame), so that there is no corner where the sound ends and this begins.
 *
 * @param past One channel, its newest value last.
 * @returns `count` values within [-1, 1].
 */
export function continueSound(past: Float32Array, count: number): Float32Array {
  const terms = predictionOf(past, Math.min(mostTerms, Math.floor(past.length / valuesPerTerm)));
  const values = new Float64Array(past.length + count);
  values.set(past);
  for (let index = past.length; index < values.length; index += 1) {
    let value = 0;
    terms.forEach((term, back) => (value += term * (values[index - back - 1] ?? 0)));
    values[index] = Math.max(-1, Math.min(1, value));
  }
  return Float32Array.from(values.subarray(past.length));
}

/** The weights, the newest value's first, by which the next value is told from those before it. */
function predictionOf(past: Float32Array, order: number): Float64Array {
  const forward = Float64Array.from(past);
  const backward = Float64Array.from(past);
  let terms = new Float64Array(0);
  for (let step = 1; step <= order; step += 1) {
    const reflection = reflectionOf(forward, backward, step);
    for (let index = past.length - 1; index >= step; index -= 1) {
      const ahead = forward[index] ?? 0;
      const behind = backward[index - 1] ?? 0;
      forward[index] = ahead - reflection * behind;
      backward[index] = behind - reflection * ahead;
    }
    const before = terms;
    terms = new Float64Array(step);
    for (let index = 0; index < step - 1; index += 1) terms[index] = (before[index] ?? 0) - reflection * (before[step - 2 - index] ?? 0);
    terms[step - 1] = reflection;
  }
  return terms;
}

/** What is common to the errors of both directions; within [-1, 1]. */
function reflectionOf(forward: Float64Array, backward: Float64Array, step: number): number {
  let common = 0;
  let energy = 0;
  for (let index = step; index < forward.length; index += 1) {
    const ahead = forward[index] ?? 0;
    const behind = backward[index - 1] ?? 0;
    common += ahead * behind;
    energy += ahead * ahead + behind * behind;
  }
  return energy > 0 ? (2 * common) / energy : 0;
}
