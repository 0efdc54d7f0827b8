import { assertSpoken, numberedText, type ScriptedEngineOptions } from "@parlando/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { compareSpeech } from "../cloud/speech-of.test-helper.ts";
import { checkParts } from "./page/check-parts.ts";
import { speak, type SpeechOrder, type SpeechResult } from "./page/speak.ts";
import { hasBrowser, inBrowser, openRig, samplesOf, type BrowserRig, type OpenPage } from "./rig.test-helper.ts";

/** As a language model writes: a few letters at a time. */
const tokensOf = (text: string): readonly string[] => text.match(/[^]{1,7}/gu) ?? [];

const text = numberedText({ words: 24, sentenceWords: 6 });
const pieces = tokensOf(text);
/** Sines and tables of two engines of JavaScript may differ in the last digit. */
const ROUNDING = 1e-6;
const msPerCharacter = 40;

/** Engines that give samples, bytes of 16 and of 32 bits, and words as they are fed. */
const deliveries: Readonly<Record<string, ScriptedEngineOptions>> = {
  "samples, in blocks of 20 ms": {},
  "bytes of 16 bits, cut anywhere": { delivery: "bytes", chunkBytes: [1, 2_999] },
  "bytes of 32 bits, cut anywhere": { delivery: "bytes", chunkBytes: [1, 2_999], formats: [{ encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 }] },
  "WAV, cut anywhere": { delivery: "bytes", chunkBytes: [1, 2_999], formats: [{ encoding: "wav", sampleRate: 24_000, channels: 1 }] },
  "sessions that take words as they are fed": { input: ["segment", "incremental"], eagerCharacters: 20 },
};

describe.skipIf(!hasBrowser)(`core ${inBrowser}`, () => {
  let rig: BrowserRig;
  let page: OpenPage;

  beforeAll(async () => {
    rig = await openRig();
    page = await rig.openPage();
  }, 120_000);

  afterAll(() => rig.close());

  afterEach(() => {
    expect(page.takeProblems()).toEqual([]);
  });

  it("makes of samples, sentences and marks what it makes in Node", async () => {
    const [inPage, inNode] = [await page.checkParts(), checkParts()];
    expect(inPage.encoded).toEqual(inNode.encoded);
    expect(inPage.sentences).toEqual(inNode.sentences);
    expect(inPage.captions).toBe(inNode.captions);
    expect(inNode.sentences.length).toBeGreaterThan(4);
    expect(Object.keys(inPage.resampled)).toEqual(Object.keys(inNode.resampled));
    for (const [name, samples] of Object.entries(inNode.resampled)) expect(largestDifference(samplesOf(inPage.resampled[name] ?? ""), samplesOf(samples))).toBeLessThan(ROUNDING);
  });

  it.each(Object.entries(deliveries))("hears every sample of %s", async (_, options) => {
    const result = await page.speak({ engine: "scripted", pieces, options: { encoding: "exact", msPerCharacter, ...options } });
    expect(result.error).toBeUndefined();
    expect(result.warnings).toEqual([]);
    expect(result.text).toBe(text);
    const found = compareSpeech(samplesOf(result.samples), text, { encoding: "exact", sampleRate: 24_000, msPerCharacter });
    expect(found).toEqual({ words: 24, begunAgain: 0, repeated: 0, leftOut: 0, endsEarly: false, wrong: undefined });
    expect(compareSpeech(from16(result.samples16), text, { encoding: "exact", sampleRate: 24_000, msPerCharacter })).toEqual(found);
    expectWords(result);
  });

  it("hears every word at another rate, in two channels", async () => {
    const result = await page.speak({ engine: "scripted", pieces, options: { msPerCharacter }, stream: { output: { sampleRate: 44_100, channels: 2, chunkMs: 30 } } });
    const samples = samplesOf(result.samples);
    const channel = (first: number): Float32Array => samples.filter((_, index) => index % 2 === first);
    expect(result.sampleRate).toBe(44_100);
    assertSpoken(channel(0), 44_100, text);
    expect(largestDifference(channel(0), channel(1))).toBe(0);
    expectWords(result);
  });

  it("reads Markdown, addresses and emoji as in Node", async () => {
    const order: SpeechOrder = { engine: "scripted", pieces: tokensOf("# News\n\nIt costs **$12.50**, [see here](https://example.org/a?b=c) 🎉.\n\n- one\n- two\n"), forTheEar: true };
    const [inPage, inNode] = [await page.speak(order), await speak(order)];
    expect(wordsOf(inPage)).toEqual(wordsOf(inNode));
    expect(wordsOf(inPage).map(([value]) => value)).toEqual(expect.arrayContaining(["News", "see", "here", "party", "popper", "one"]));
  });

  it("speaks with the embedded voice", async () => {
    const order: SpeechOrder = { engine: "espeak", pieces: ["Hello 😀 world, ", "it costs $12.50. ", "A last sentence."], stream: { voice: "en-us" } };
    const result = await page.speak(order);
    expect(result.error).toBeUndefined();
    expect(wordsOf(result).map(([value]) => value)).toEqual(["Hello", "😀", "world", "it", "costs", "$12.50", "A", "last", "sentence"]);
    expect(samplesOf(result.samples).filter((sample) => Math.abs(sample) > 0.05).length).toBeGreaterThan(10_000);
    expect(await page.askEngine({ engine: "espeak" })).toMatchObject({ runsIn: ["node", "browser"], voices: expect.arrayContaining(["en-us", "de", "ar"]) as unknown });
  });

  it.each([["signal", "ABORTED"], ["interrupt", undefined], ["close", "STREAM_CLOSED"]] as const)("stops by %s", async (by, code) => {
    const result = await page.speak({ engine: "scripted", pieces, options: { realTimeFactor: 0.5 }, stop: { by, afterMs: 300 } });
    expect(result.error?.code).toBe(code);
    expect(result.interrupted).toBe(code === undefined ? true : undefined);
    expect(samplesOf(result.samples).length).toBeGreaterThan(7_000);
    expect(samplesOf(result.samples).length).toBeLessThan(48_000);
  });

  it("tells what went wrong by code", async () => {
    const missing = await page.speak({ engine: "scripted", pieces, stream: { voice: "nobody" } });
    expect(missing.error?.code).toBe("VOICE_NOT_FOUND");
    expect(missing.samples).toBe("");
  });
});

function expectWords(result: SpeechResult): void {
  expect(wordsOf(result).map(([value]) => value.replaceAll(/\W/gu, ""))).toEqual(text.replaceAll(".", "").split(" "));
  for (const [, start, end] of wordsOf(result)) expect(text.slice(start, end)).toMatch(/^W\d+\.?$/iu);
  expect(result.captions).toMatch(/^WEBVTT\n\n(?:[^]*-->){2}/u);
}

const wordsOf = ({ marks }: SpeechResult): (readonly [value: string, textStart: number, textEnd: number])[] => marks.flatMap(({ kind, value, textStart, textEnd }) => (kind === "word" ? [[value, textStart, textEnd] as const] : []));

function from16(base64: string): Float32Array {
  const bytes = Buffer.from(base64, "base64");
  return Float32Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(2 * index) / 32_768);
}

function largestDifference(left: Float32Array, right: Float32Array): number {
  expect(left).toHaveLength(right.length);
  return left.reduce((largest, sample, index) => Math.max(largest, Math.abs(sample - (right[index] ?? Number.NaN))), 0);
}
