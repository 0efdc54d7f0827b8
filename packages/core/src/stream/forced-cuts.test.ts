import { createRandom, type ScriptedEngineOptions } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { unspacedTexts } from "../segments/unspaced-texts.test-helper.ts";
import { cutText } from "./fuzz-text.test-helper.ts";
import { openSessionStream } from "./session.test-helper.ts";

const texts: Readonly<Record<string, string>> = {
  ...unspacedTexts,
  numbers: "The total of 1 000 000 000 000 and 250 000 000 or 17 000 000 was 3 500 000 000 000 000 above 42 000 000 000 in the year before that",
  links: "See https://example.com/a/long/path/to/a/page?with=a&query=that&goes=on and then a-word-that-is-joined-of-many-others or not",
  mixed: "昨天晚上Node.js和TypeScript一起升级到了最新的版本于是我们把所有的测试都重新跑了一遍 แล้วก็กลับบ้าน 😀😀👩‍👩‍👧 จบแล้วครับ",
};

async function segmentsOf(pieces: readonly string[], script: ScriptedEngineOptions, everyMs: number): Promise<unknown> {
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
