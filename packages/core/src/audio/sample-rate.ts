import { TTSError } from "@parlando/engine";

/** Slowest rate that is taken for audio, in Hz. Telephone speech is 8,000; the bound keeps a false header from asking for endless output. */
export const minimumSampleRate = 1_000;

/** Fastest rate that is taken for audio, in Hz: the top of what sound devices offer. */
export const maximumSampleRate = 768_000;

/** Whether a number can be a sample rate: whole, and within what audio uses. */
export function isSampleRate(value: number): boolean {
  return Number.isInteger(value) && value >= minimumSampleRate && value <= maximumSampleRate;
}

/**
 * Refuses what cannot be a sample rate.
 *
 * @param what Names the value in the message: "the output rate".
 * @throws TTSError `INVALID_INPUT`
 */
export function checkSampleRate(value: number, what: string): void {
  if (isSampleRate(value)) return;
  throw new TTSError(
    "INVALID_INPUT",
    `${what} is ${String(value)}; expected a whole number of Hz from ${minimumSampleRate} to ${maximumSampleRate}.`,
  );
}
