/** Mono samples on their way through a stream: floating point, full scale at ±1, or 16-bit as they came, where nothing has to be converted. */
export type Samples = Float32Array | Int16Array;

/** What stands for full scale. */
export function fullScaleOf(samples: Samples): 1 | 32_768 {
  return samples instanceof Int16Array ? 32_768 : 1;
}

/** Samples as floating point; the array itself where it is. */
export function toFloat(samples: Samples): Float32Array {
  if (samples instanceof Float32Array) return samples;
  const converted = new Float32Array(samples.length);
  scaleInt16(samples, converted);
  return converted;
}

/** Fills `target` with 16-bit samples as floating point. */
export function scaleInt16(source: Int16Array, target: Float32Array): void {
  for (let index = 0; index < target.length; index += 1) target[index] = (source[index] as number) * (1 / 32_768);
}
