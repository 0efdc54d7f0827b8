import { TTSError } from "@parlando/engine";
import type { AudioProcessor } from "./audio-processor.ts";

/**
 * Multiplies every sample by one number. A gain of 1 returns the array that was given.
 *
 * One gain for a stream: a gain for each chunk would pump.
 *
 * @param gain Linear, at least 0; 0.5 is -6 dB. Nothing is limited here: that happens, once, where samples become integers.
 * @throws TTSError `INVALID_INPUT` for a negative or endless gain.
 */
export function createGain(gain: number): AudioProcessor {
  if (!Number.isFinite(gain) || gain < 0) {
    throw new TTSError("INVALID_INPUT", `A gain of ${String(gain)} was asked for; expected a number of at least 0, where 1 changes nothing.`);
  }
  return {
    latencyFrames: 0,
    process: gain === 1 ? (samples) => samples : (samples) => multiply(samples, gain),
    flush: () => new Float32Array(0),
  };
}

function multiply(samples: Float32Array, gain: number): Float32Array {
  const louder = new Float32Array(samples.length);
  for (let index = 0; index < samples.length; index += 1) louder[index] = (samples[index] as number) * gain;
  return louder;
}
