const decibels = (power: number): number => (power > 0 ? 10 * Math.log10(power) : -Infinity);

/** Mean level in dB below full scale (RMS; a full-scale square wave is 0, a sine -3.01); -Infinity for silence or nothing. */
export function levelDb(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return decibels(sum / Math.max(1, samples.length));
}

/** Highest sample in dB below full scale. */
export function peakDb(samples: Float32Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return decibels(peak * peak);
}

/** Length in milliseconds of interleaved samples. */
export function durationMs(samples: { readonly length: number }, sampleRate: number, channels = 1): number {
  return (samples.length * 1000) / channels / sampleRate;
}

/** A stretch of silence, in frames. */
export interface Silence {
  startFrame: number;
  endFrame: number;
}

/**
 * Finds silence in mono samples: every stretch of at least `minMs` (default 20) in which no sample is above `thresholdDb`
 * (default -60).
 */
export function findSilences(samples: Float32Array, sampleRate: number, options: { thresholdDb?: number | undefined; minMs?: number | undefined } = {}): Silence[] {
  const threshold = 10 ** ((options.thresholdDb ?? -60) / 20);
  const shortest = ((options.minMs ?? 20) * sampleRate) / 1000;
  const silences: Silence[] = [];
  let startFrame = 0;
  for (let frame = 0; frame <= samples.length; frame += 1) {
    if (frame < samples.length && Math.abs(samples[frame] ?? 0) <= threshold) continue;
    if (frame > startFrame && frame - startFrame >= shortest) silences.push({ startFrame, endFrame: frame });
    startFrame = frame + 1;
  }
  return silences;
}
