import { describe, expect, it } from "vitest";
import { createFakeSpeech } from "../shared/fake-speech.ts";
import { inputProsody, ssmlProsody, withVolume } from "./azure-prosody.ts";

const ssmlOf = (attributes: string): string => `<speak><voice name="a"><prosody ${attributes}>w1</prosody></voice></speak>`;

describe("prosody of the fake Azure", () => {
  it.each([
    ['rate="+50%"', 1.5, 1],
    ["rate='-25%' volume='50'", 0.75, 0.5],
    ['rate="1.5" volume="100"', 1.5, 1],
    ['rate="+900%" pitch="+2st"', 2, 1],
    ['rate="fast" volume="loud"', 1, 1],
  ])("%s", (attributes, rate, volume) => {
    expect(ssmlProsody(ssmlOf(attributes))).toEqual({ rate, volume });
  });

  it("of text in pieces is told by its context", () => {
    expect(inputProsody({ rate: "+10%", volume: "25" })).toEqual({ rate: 1.1, volume: 0.25 });
    expect(inputProsody()).toEqual({ rate: 1, volume: 1 });
  });

  it("makes every sample softer, wherever it is cut", () => {
    const speech = createFakeSpeech("w1 w2", { sampleRate: 8000, encoding: "tones" });
    const whole = Buffer.from(speech.read(0, speech.byteLength));
    const soft = withVolume(speech, 0.5);
    const parts = Array.from({ length: Math.ceil(speech.byteLength / 7) }, (_, index) => soft.read(index * 7, index * 7 + 7));
    const joined = Buffer.concat(parts);
    expect(joined.length).toBe(whole.length);
    for (let at = 0; at + 1 < whole.length; at += 2) expect(joined.readInt16LE(at)).toBe(Math.round(whole.readInt16LE(at) * 0.5) + 0);
  });
});
