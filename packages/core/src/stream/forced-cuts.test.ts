import { createRandom, type ScriptedEngineOptions } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { unspacedTexts } from "../segments/unspaced-texts.test-helper.ts";
import { cutText } from "./fuzz-text.test-helper.ts";
import { openSessionStream, type SessionSetup } from "./session.test-helper.ts";

const texts: Readonly<Record<string, string>> = {
  ...unspacedTexts,
  numbers: "The total of 1 000 000 000 000 and 250 000 000 or 17 000 000 was 3 500 000 000 000 000 above 42 000 000 000 in the year before that",
  links: "See https://example.com/a/long/path/to/a/page?with=a&query=that&goes=on and then a-word-that-is-joined-of-many-others or not",
  mixed: "昨天晚上Node.js和TypeScript一起升级到了最新的版本于是我们把所有的测试都重新跑了一遍 แล้วก็กลับบ้าน 😀😀👩‍👩‍👧 จบแล้วครับ",
  emoji: `Look: a${"👩‍👩‍👧".repeat(14)} or${"🇩🇪🇫🇷🇮🇹".repeat(9)}👍🏽👍🏽👍🏽❤️‍🔥 and so on`,
  letters: `${"\u1112\u1161\u11ab\u1100\u1173\u11af".repeat(12)} xy${"e\u0301z\u0323\u0302".repeat(22)} end`,
};
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

async function segmentsOf(pieces: readonly string[], script: ScriptedEngineOptions, everyMs: number): Promise<SessionSetup["segments"]> {
  const { clock, stream, segments } = openSessionStream({ latency: "smoothest", highWaterMs: 60_000 }, script);
  const feeding = (async () => {
    for (const piece of pieces) {
      await stream.feed(piece);
      await clock.sleep(everyMs);
    }
    stream.done();
  })();
  await clock.runUntil(feeding, { maxMs: 3_600_000 });
  await clock.runUntil(stream.waitUntilDone(), { maxMs: 3_600_000 });
  return segments;
}

/** The places inside of what readers see as one character at which a text was cut. */
function cutsInCharacters(text: string, segments: SessionSetup["segments"]): number[] {
  const borders = new Set(Array.from(graphemes.segment(text), ({ index }) => index).concat(text.length));
  return segments.map(({ textEnd }) => textEnd).filter((end) => !borders.has(end));
}

describe.each([["segment"], ["segment", "incremental"]] as const)("text of which an engine takes little in one piece: %s %s", (...input) => {
  it.each(Object.entries(texts))("is not cut inside of a character: %s", async (_name, text) => {
    for (const limits of [{ segmentCharacters: 11 }, { segmentCharacters: 44 }, { segmentBytes: 70 }]) {
      const segments = await segmentsOf([text], { input, limits, capabilities: { flush: "costly" }, msPerCharacter: 5, startMs: 0, realTimeFactor: 0 }, 0);
      expect(segments.map((segment) => segment.text).join("").replaceAll(/\s/gu, "")).toBe(text.replaceAll(/\s/gu, ""));
      expect(cutsInCharacters(text, segments), JSON.stringify(limits)).toEqual([]);
    }
  });
});

describe.each(Object.entries(texts))("text that an engine takes as it comes, and little in one piece: %s", (_name, text) => {
  it.each([{ segmentCharacters: 11 }, { segmentCharacters: 30 }, { segmentCharacters: 44 }, { segmentBytes: 70 }])("is cut at the same places whatever the pieces: %j", async (limits) => {
    const random = createRandom(text.length);
    // What is said does not matter here, so little of it is made.
    const script = { limits, capabilities: { flush: "costly" }, msPerCharacter: 5, startMs: 0, realTimeFactor: 0 } as const;
    const whole = await segmentsOf([text], script, 0);
    for (const size of [1, 5]) expect(await segmentsOf(text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [], script, 1), `pieces of ${size}`).toEqual(whole);
    for (let round = 0; round < 4; round += 1) {
      const pieces = cutText(random, text);
      expect(await segmentsOf(pieces, script, random.integer(0, 3)), JSON.stringify(pieces.map(({ length }) => length))).toEqual(whole);
    }
  });
});
