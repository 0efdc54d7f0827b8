import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../random.ts";
import { assertSpoken, decodeWords } from "./decode-words.ts";
import { expectedWords, numberedText, spokenWords, wordId } from "./spoken-word.ts";
import { createWordAudio, expectedSamples } from "./word-audio.ts";

/** Plain linear interpolation: a poor resampler, which the code must survive. */
function resample(samples: Float32Array, from: number, to: number): Float32Array {
  return Float32Array.from({ length: Math.floor((samples.length * to) / from) }, (_, frame) => {
    const at = (frame * from) / to;
    const low = Math.floor(at);
    return (samples[low] ?? 0) * (1 - at + low) + (samples[low + 1] ?? 0) * (at - low);
  });
}

const without = (samples: Float32Array, from: number, to: number): Float32Array => Float32Array.from([...samples.subarray(0, from), ...samples.subarray(to)]);

describe("words", () => {
  it("numbers words", () => {
    expect(wordId("w17")).toBe(17);
    expect(wordId("“W512.”")).toBe(512);
    expect(wordId("Hello")).toBe(wordId("hello,"));
    expect(wordId("Hello")).not.toBe(wordId("world"));
    expect(expectedWords("w1 — w2... 你好。")).toEqual([1, 2, wordId("你"), wordId("好")]);
  });

  it("keeps exact offsets", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      let end = 0;
      for (const word of spokenWords(text)) {
        expect(word.textStart).toBeGreaterThanOrEqual(end);
        expect(text.slice(word.textStart, word.textEnd)).toBe(word.text);
        end = word.textEnd;
      }
    }));
  });

  it("makes a numbered text", () => {
    expect(numberedText({ words: 5, sentenceWords: 3, first: 9 })).toBe("W9 w10 w11. W12 w13.");
  });
});

describe("audio of words", () => {
  const text = numberedText({ words: 40, first: 4080 });

  it.each(["tones", "exact"] as const)("is the same however the text is cut between words (%s)", (encoding) => {
    const cut = text.lastIndexOf(" ", 60);
    const pieces = [text.slice(0, cut), text.slice(cut)].map((part) => expectedSamples(part, { encoding }));
    const joined = Buffer.concat(pieces.map((piece) => Buffer.from(piece.buffer)));
    expect(joined.equals(Buffer.from(expectedSamples(text, { encoding }).buffer))).toBe(true);
  });

  it("is loud, at the pace asked for", () => {
    const samples = expectedSamples("w1 w2", { wordMs: 500 });
    expect(samples.length).toBe(24_000);
    const level = 10 * Math.log10(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
    expect(level).toBeGreaterThan(-17);
    expect(expectedSamples("w1").length).toBe(Math.round((3 * 24_000) / 15));
  });

  it.each([8000, 16_000, 22_050, 24_000, 44_100, 48_000])("can be read at %i Hz", (sampleRate) => {
    assertSpoken(expectedSamples(text, { sampleRate }), sampleRate, text);
  });

  it("can be read for every digit of every place", () => {
    const all = Array.from({ length: 256 }, (_, index) => `w${(index * 257 + (index >> 4) * 4096) & 0xffff}`).join(" ");
    assertSpoken(expectedSamples(all, { wordMs: 60 }), 24_000, all);
  });

  it("can be read after resampling", () => {
    const samples = expectedSamples(text);
    for (const rate of [16_000, 22_050, 48_000]) assertSpoken(resample(samples, 24_000, rate), rate, text);
  });

  it("can be read with faded and trimmed edges, hard ones too", () => {
    const samples = expectedSamples(text, { edges: "hard" });
    for (let frame = 0; frame < 120; frame += 1) {
      samples[frame] = (samples[frame] ?? 0) * (frame / 120);
      samples[samples.length - 1 - frame] = (samples[samples.length - 1 - frame] ?? 0) * (frame / 120);
    }
    assertSpoken(samples.subarray(20, samples.length - 20), 24_000, text);
  });

  it("can be read between silences, and at a tenth of the volume", () => {
    const samples = new Float32Array(100_000);
    samples.set(expectedSamples("w1 w2").map((sample) => sample / 10), 10_000);
    samples.set(expectedSamples("w3").map((sample) => sample / 10), 60_000);
    assertSpoken(samples, 24_000, "w1 w2 w3");
  });

  it("places words to within a few milliseconds", () => {
    const decoded = decodeWords(expectedSamples("w1 w2 w3", { wordMs: 200 }), 24_000);
    decoded.forEach((word, index) => expect(Math.abs(word.startFrame - index * 4800)).toBeLessThan(96));
  });

  it("shows what is missing, damaged or there twice", () => {
    const short = numberedText({ words: 8, first: 4080 });
    const samples = expectedSamples(short, { wordMs: 250 });
    const random = createRandom(1);
    for (let round = 0; round < 60; round += 1) {
      const from = random.integer(720, samples.length - 1000);
      expect(() => assertSpoken(without(samples, from, from + 720), 24_000, short), `30 ms lost at ${from}`).toThrow(/not the text/u);
      const repeated = Float32Array.from([...samples.subarray(0, from), ...samples.subarray(from - 720)]);
      expect(() => assertSpoken(repeated, 24_000, short), `30 ms doubled at ${from}`).toThrow(/not the text/u);
    }
    expect(() => assertSpoken(samples, 24_000, `${short} w1`)).toThrow(/absent|no word/u);
    expect(() => assertSpoken(without(samples, 6000, 12_000), 24_000, short)).toThrow(/not the text/u);
  });

  it("shows a single lost sample in exact code", () => {
    const samples = expectedSamples(text, { encoding: "exact" });
    assertSpoken(samples, 24_000, text, { encoding: "exact" });
    const random = createRandom(2);
    for (let round = 0; round < 30; round += 1) {
      const from = random.integer(0, samples.length - 2);
      expect(() => assertSpoken(without(samples, from, from + 1), 24_000, text, { encoding: "exact" })).toThrow(/not the text/u);
    }
  });

  it("survives 16 bits in exact code, with either scale", () => {
    const samples = expectedSamples(text, { encoding: "exact" });
    assertSpoken(samples.map((sample) => Math.round(sample * 32_767) / 32_768), 24_000, text, { encoding: "exact" });
    expect(samples.every((sample) => Number.isInteger(sample * 32_768))).toBe(true);
  });
});

describe("createWordAudio", () => {
  it("gives everybody the same words, which nobody can change", () => {
    const { words } = createWordAudio("one two three");
    expect(createWordAudio("one two three").words).toBe(words);
    expect(() => Object.assign(words[1] ?? {}, { startFrame: 0 })).toThrow(TypeError);
    expect(() => Object.assign(words, { length: 0 })).toThrow(TypeError);
  });

  it("lays a text out anew for another pace, and when many others have come", () => {
    const { words } = createWordAudio("one two three");
    expect(createWordAudio("one two three", { wordMs: 100 }).words).not.toEqual(words);
    for (let index = 0; index < 25; index += 1) createWordAudio(numberedText({ words: 1_000, first: index }));
    const again = createWordAudio("one two three").words;
    expect(again).not.toBe(words);
    expect(again).toEqual(words);
  });
});
