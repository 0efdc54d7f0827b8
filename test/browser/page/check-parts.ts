// What of core needs no stream and no clock, so that a page and Node have to agree to the sample.

import { createCaptions, createResampler, createSegmenter, encodePcm } from "@parlando/core";
import type { Mark } from "@parlando/engine";
import { base64Of } from "./base64.ts";

/** What the parts of core made. Samples and bytes are in base64. */
export interface PartResults {
  readonly resampled: Readonly<Record<string, string>>;
  readonly encoded: Readonly<Record<string, string>>;
  readonly sentences: readonly string[];
  readonly captions: string;
}

const rates: readonly (readonly [number, number])[] = [[24_000, 48_000], [24_000, 44_100], [22_050, 24_000], [48_000, 8_000]];
const text = "Dr. Smith paid $3.50 (or 3,50 €) at 10 a.m. – really? \"Yes!\" 今日は。元気ですか。 مرحبا، كيف حالك؟ The end…";

/** Runs them. */
export function checkParts(): PartResults {
  const samples = noise(9_000);
  return {
    resampled: Object.fromEntries(rates.map(([from, to]) => [`${from} to ${to} Hz`, base64Of([bytesOf(resample(samples, from, to))])])),
    encoded: Object.fromEntries((["pcm-s16le", "pcm-f32le", "mulaw", "alaw"] as const).map((encoding) => [encoding, base64Of([encodePcm(samples, encoding)])])),
    sentences: sentencesOf(text),
    captions: captionsOf(text),
  };
}

/** The same numbers everywhere, a little beyond full scale too. */
function noise(frames: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: frames }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 0xffffffff) * 2.2 - 1.1;
  });
}

function resample(samples: Float32Array, from: number, to: number): Float32Array {
  const resampler = createResampler(from, to);
  const blocks: Float32Array[] = [];
  for (let at = 0; at < samples.length; at += 777) blocks.push(resampler.process(samples.slice(at, at + 777)).slice());
  blocks.push(resampler.flush());
  return Float32Array.from(blocks.flatMap((block) => [...block]));
}

const bytesOf = (samples: Float32Array): Uint8Array => new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);

function sentencesOf(written: string): readonly string[] {
  const segmenter = createSegmenter({ language: "en" });
  const sentences = [...written].flatMap((letter) => segmenter.push(letter));
  return [...sentences, ...segmenter.flush()].map((sentence) => sentence.text);
}

/** Of words that last 300 ms each. */
function captionsOf(written: string): string {
  const captions = createCaptions({ format: "srt" });
  const marks = [...written.matchAll(/\S+/gu)].map(({ 0: value, index: textStart }, order): Mark => {
    return { kind: "word", timeMs: 300 * order, durationMs: 300, textStart, textEnd: textStart + value.length, value, source: "native" };
  });
  return marks.map((mark) => captions.add(mark)).join("") + captions.flush({ endMs: 300 * marks.length });
}
