/**
 * Coefficients that predict each sample from those before it (autocorrelation method under a Hann window, Levinson-Durbin).
 * The diagonal is raised by -90 dB, so that pure tones stay solvable.
 */
export function linearPrediction(samples: Float32Array, order: number): Float64Array {
  const windowed = Float64Array.from(samples, (sample, index) => sample * (0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / samples.length)));
  const correlation = new Float64Array(order + 1);
  for (let lag = 0; lag <= order; lag += 1) {
    let sum = 0;
    for (let index = lag; index < windowed.length; index += 1) sum += (windowed[index] ?? 0) * (windowed[index - lag] ?? 0);
    correlation[lag] = sum;
  }
  correlation[0] = (correlation[0] ?? 0) * (1 + 1e-9);
  return levinson(correlation, order);
}

function levinson(correlation: Float64Array, order: number): Float64Array {
  let coefficients = new Float64Array(order);
  let error = correlation[0] ?? 0;
  for (let step = 0; step < order && error > 0; step += 1) {
    let sum = correlation[step + 1] ?? 0;
    for (let index = 0; index < step; index += 1) sum -= (coefficients[index] ?? 0) * (correlation[step - index] ?? 0);
    const reflection = sum / error;
    const next = Float64Array.from(coefficients);
    next[step] = reflection;
    for (let index = 0; index < step; index += 1) next[index] = (coefficients[index] ?? 0) - reflection * (coefficients[step - 1 - index] ?? 0);
    coefficients = next;
    error *= 1 - reflection * reflection;
  }
  return coefficients;
}

/** What prediction leaves unexplained of each sample, as magnitudes; zero for the first, which have nothing before them. */
export function predictionResidual(samples: Float32Array, coefficients: Float64Array): Float64Array {
  const residual = new Float64Array(samples.length);
  for (let index = coefficients.length; index < samples.length; index += 1) {
    let predicted = 0;
    for (let tap = 0; tap < coefficients.length; tap += 1) predicted += (coefficients[tap] ?? 0) * (samples[index - 1 - tap] ?? 0);
    residual[index] = Math.abs((samples[index] ?? 0) - predicted);
  }
  return residual;
}
