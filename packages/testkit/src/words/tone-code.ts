/**
 * How a word becomes tones: a start tone, a chord of four tones (one of sixteen for each hexadecimal digit of the word's number), an
 * end tone, in proportions 1 : 3 : 1. All lie between 380 and 3,350 Hz, so that the code survives 8 kHz audio.
 */
export const toneCode = {
  startHz: 380,
  endHz: 3350,
  chordLowHz: 500,
  /** Also 1 / the time after which neighbouring tones can be told apart. */
  chordStepHz: 42,
  digits: 4,
  /** Part of a word that is start tone, and that is end tone. */
  edgePart: 0.2,
  /** Every part fades in and out over this long. */
  fadeMs: 4,
  /** Shorter words are made this long: the chord needs 24 ms and room around it. */
  shortestMs: 60,
} as const;

/** -15.4 dBFS for every part of a word. */
const singleAmplitude = 0.24;
const chordAmplitude = 0.12;

/** The frequency in Hz of one digit of a word's number; digit 0 is the lowest. */
export function chordHz(digit: number, value: number): number {
  return toneCode.chordLowHz + (digit * 16 + value) * toneCode.chordStepHz;
}

/** Makes the samples of one word. "hard" leaves out the fades at the word's own edges, so that joins must be made well. */
export function renderTones(id: number, frames: number, sampleRate: number, edges: "soft" | "hard"): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(frames);
  const edge = Math.round(frames * toneCode.edgePart);
  addTone(samples, 0, edge, toneCode.startHz / sampleRate, singleAmplitude);
  for (let digit = 0; digit < toneCode.digits; digit += 1) {
    addTone(samples, edge, frames - edge, chordHz(digit, (id >>> (4 * digit)) & 15) / sampleRate, chordAmplitude);
  }
  addTone(samples, frames - edge, frames, toneCode.endHz / sampleRate, singleAmplitude);
  const fade = Math.round((toneCode.fadeMs * sampleRate) / 1000);
  for (const border of [edge, frames - edge]) fadeAround(samples, border, fade);
  if (edges === "soft") for (const border of [0, frames]) fadeAround(samples, border, fade);
  return samples;
}

function addTone(samples: Float32Array, from: number, to: number, cycles: number, amplitude: number): void {
  for (let frame = from; frame < to; frame += 1) samples[frame] = (samples[frame] ?? 0) + amplitude * Math.sin(2 * Math.PI * cycles * (frame - from));
}

/** A raised cosine that reaches zero at `border`. */
function fadeAround(samples: Float32Array, border: number, fade: number): void {
  for (let frame = Math.max(0, border - fade); frame < Math.min(samples.length, border + fade); frame += 1) {
    const distance = Math.abs(frame + 0.5 - border) / fade;
    samples[frame] = (samples[frame] ?? 0) * (0.5 - 0.5 * Math.cos(Math.PI * distance));
  }
}
