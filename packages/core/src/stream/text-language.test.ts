import { createScriptedEngine } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import type { EngineRoute } from "../synthesis/engine-route.ts";
import { createSpeechStream } from "./create-speech-stream.ts";
import { textLanguage } from "./text-language.ts";

const engine = createScriptedEngine({});
const route = (more: Partial<EngineRoute> = {}): EngineRoute => ({ engine, ...more });

describe("the language that chooses the rules of cutting", () => {
  it("is the stream's option, else the route's", () => {
    expect(textLanguage({ language: "de" }, route({ language: "fr" }))).toBe("de");
    expect(textLanguage({}, route({ language: "fr", voice: "de-DE-KatjaNeural" }))).toBe("fr");
  });

  it.each([
    ["de", "de"],
    ["en-us", "en-us"],
    ["zh-CN-XiaoxiaoNeural", "zh-CN"],
    ["Joanna", undefined],
    ["ash", undefined],
    ["af_heart", undefined],
    ["", undefined],
  ])("is read from a voice named %j: %j", (voice, language) => {
    expect(textLanguage({}, route({ voice }))).toBe(language);
  });

  it("is that of a voice with one language", () => {
    const capabilities = { ...engine.capabilities, languages: ["ja-JP"] };
    expect(textLanguage({ voice: "Mizuki" }, { engine: { ...engine, capabilities, capabilitiesOf: () => capabilities } })).toBe("ja-JP");
  });

  it("reaches the segmenter from the engine's route", async () => {
    const segments: string[] = [];
    const stream = createSpeechStream({ engines: [route({ language: "de" })] }, { latency: "smoothest", onChunk: () => undefined, onSegment: ({ text }) => segments.push(text) });
    await stream.feed("Am 3. Oktober kam Frau Dr. Meier. Es regnete.");
    stream.done();
    await stream.waitUntilDone();
    expect(segments).toEqual(["Am 3. Oktober kam Frau Dr. Meier.", "Es regnete."]);
  });
});
