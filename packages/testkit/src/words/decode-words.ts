import { AssertionError } from "node:assert";
import type { DecodedWord } from "./decoded-word.ts";
import { decodeExact } from "./exact-code.ts";
import { expectedWords } from "./spoken-word.ts";
import { decodeTones } from "./tone-decoder.ts";

/** How audio is read. */
export interface DecodeWordsOptions {
  /** The `encoding` of the scripted engine. Default "tones". */
  encoding?: "tones" | "exact" | undefined;
  /** For "exact": how far a sample may be off. Default 1/8192. */
  tolerance?: number | undefined;
}

/**
 * Reads the words out of audio of the scripted engine: which, in what order, whether whole. Mono samples. Tones survive
 * resampling, fades of 5 ms and trimmed silence; they are placed to within about 4 ms, and a gap, or a loss of 30 ms,
 * shows.
 * The exact code shows the loss of a single sample.
 *
 * @example
 * ```ts
 * const ids = decodeWords(sink.played(), 24_000).map((word) => word.id);
 * expect(ids).toEqual(expectedWords(text));
 * ```
 */
export function decodeWords(samples: Float32Array, sampleRate: number, options: DecodeWordsOptions = {}): DecodedWord[] {
  return options.encoding === "exact" ? decodeExact(samples, options.tolerance ?? 1 / 8192) : decodeTones(samples, sampleRate);
}

/** Ends a test unless the audio is the text: every word whole, in order, none missing, none twice. Mono samples. */
export function assertSpoken(samples: Float32Array, sampleRate: number, text: string, options: DecodeWordsOptions = {}): void {
  const expected = expectedWords(text);
  const found = decodeWords(samples, sampleRate, options);
  const count = Math.max(expected.length, found.length);
  for (let index = 0; index < count; index += 1) {
    const word = found[index];
    if (word?.id === expected[index] && word?.complete === true) continue;
    const at = word === undefined ? "at the end" : `at ${Math.round((1000 * word.startFrame) / sampleRate)} ms`;
    const state = word === undefined ? "no word" : `${word.complete ? "the" : "the damaged"} word ${word.id ?? "that cannot be read"}`;
    throw new AssertionError({
      message: `The audio is not the text: word ${index} of ${expected.length} should be ${expected[index] ?? "absent"}, but ${at} is ${state} (${found.length} words in all).`,
      actual: found.map(({ id }) => id),
      expected,
      stackStartFn: assertSpoken,
    });
  }
}
