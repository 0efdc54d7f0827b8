import { describe, expect, it } from "vitest";
import { createRandom } from "../../random.ts";
import { assertSpoken } from "../../words/decode-words.ts";
import { alawByte, mulawByte } from "./companding.ts";
import { createFakeSpeech, type FakeSpeech, type FakeSpeechFormat } from "./fake-speech.ts";

const text = "W0 w1 w2 w3. Größe, w4!";
const formats: FakeSpeechFormat[] = ["pcm-s16le", "pcm-f32le", "mulaw", "alaw"];

function wholeOf(speech: FakeSpeech): Buffer {
  return Buffer.from(speech.read(0, speech.byteLength));
}

function samples(bytes: Buffer, format: FakeSpeechFormat): Float32Array {
  if (format === "pcm-s16le") return Float32Array.from({ length: bytes.length / 2 }, (_, frame) => bytes.readInt16LE(frame * 2) / 32_768);
  if (format === "pcm-f32le") return Float32Array.from({ length: bytes.length / 4 }, (_, frame) => bytes.readFloatLE(frame * 4));
  return Float32Array.from(bytes, (byte) => (format === "mulaw" ? expandMulaw(byte) : expandAlaw(byte)) / 32_768);
}

// The decoder tables of G.711, in the form of its definition: sign, segment, step.
function expandMulaw(byte: number): number {
  const bits = ~byte & 0xff;
  const magnitude = ((((bits & 15) << 3) + 132) << ((bits >> 4) & 7)) - 132;
  return bits & 0x80 ? -magnitude : magnitude;
}
function expandAlaw(byte: number): number {
  const bits = byte ^ 0x55;
  const segment = (bits >> 4) & 7;
  const magnitude = segment === 0 ? ((bits & 15) << 4) + 8 : (((bits & 15) << 4) + 264) << (segment - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}

describe("createFakeSpeech", () => {
  for (const format of formats) {
    it(`says the text in ${format}`, () => {
      const speech = createFakeSpeech(text, { sampleRate: 16_000, format });
      const encoding = format.startsWith("pcm") ? "exact" : "tones";
      assertSpoken(samples(wholeOf(speech), format), 16_000, text, { encoding });
      expect(speech.byteLength).toBe(speech.frames * speech.bytesPerFrame);
      expect(speech.durationMs).toBeCloseTo(speech.frames / 16, 6);
      expect(speech.words.map((word) => word.text)).toEqual(text.split(" "));
    });

    it(`gives the same bytes wherever ${format} is cut`, () => {
      const speech = createFakeSpeech(text, { sampleRate: 8_000, format });
      const random = createRandom(1);
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < speech.byteLength;) {
        const size = random.integer(1, 99);
        pieces.push(speech.read(at, at + size));
        at += size;
      }
      expect(Buffer.concat(pieces).equals(wholeOf(speech))).toBe(true);
    });
  }

  it("is empty for an empty text", () => {
    const speech = createFakeSpeech(" ", { sampleRate: 24_000 });
    expect([speech.frames, speech.byteLength, speech.read(0, 10).length]).toEqual([0, 0, 0]);
  });

  it("paces words by their characters", () => {
    const speech = createFakeSpeech("abcd", { sampleRate: 10_000, msPerCharacter: 100 });
    expect(speech.durationMs).toBe(500);
  });
});

describe("G.711", () => {
  it("comes back within half a step, and silence as silence", () => {
    for (let sample = -32_768; sample <= 32_767; sample += 1) {
      const size = Math.min(Math.abs(sample), 32_635);
      const mulaw = expandMulaw(mulawByte(sample));
      const alaw = expandAlaw(alawByte(sample));
      if (Math.abs(mulaw) > size + (size + 132) / 32 || Math.abs(mulaw) < size - (size + 132) / 32 || (size > 8 && Math.sign(mulaw) !== Math.sign(sample))) expect.fail(`µ-law of ${sample} is ${mulaw}`);
      if (Math.abs(Math.abs(alaw) - Math.abs(sample)) > Math.max(8, Math.abs(sample) / 32) || Math.sign(alaw) !== (sample < 0 ? -1 : 1)) expect.fail(`A-law of ${sample} is ${alaw}`);
    }
    expect([mulawByte(0), alawByte(0)]).toEqual([0xff, 0xd5]);
  });
});
