import { TTSError } from "@parlando/engine";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cut, cutting, noise, seededRandom } from "./signals.test-helper.ts";
import { encodePcm } from "./pcm.ts";
import { joinSamples } from "./join-samples.ts";
import { ascii, join, riffChunk, wavBytes } from "./wav-bytes.test-helper.ts";
import { createWavDecoder } from "./wav-decoder.ts";
import { wavHeader } from "./wav-header.ts";

const samples = encodedTwice(noise(500, 3));
const audio = encodePcm(samples, "pcm-s16le");

/** Rounded to 16 bits, so that it can be compared to the bit. */
function encodedTwice(source: Float32Array): Float32Array {
  return source.map((sample) => Math.round(sample * 32_768) / 32_768);
}

function decode(bytes: Uint8Array, sizes: readonly number[] = [bytes.length]): { samples: Float32Array; sampleRate: number } {
  const decoder = createWavDecoder({ announcedRate: 16_000 });
  const parts = cut(bytes, sizes).map((part) => decoder.push(part));
  return { samples: joinSamples([...parts, decoder.flush()]), sampleRate: decoder.sampleRate };
}

const codeOf = (action: () => unknown): string => {
  try {
    action();
    return "none";
  } catch (error) {
    return TTSError.isInstance(error) ? error.code : `untyped: ${String(error)}`;
  }
};

describe("createWavDecoder: honest headers", () => {
  it("believes the header's rate over the announced one", () => {
    expect(decode(wavBytes({ audio, sampleRate: 22_050 }))).toEqual({ samples, sampleRate: 22_050 });
  });

  it("is the same however the bytes are cut", () => {
    const file = wavBytes({ audio, between: riffChunk("LIST", ascii("INFOISFT")), after: riffChunk("id3 ", ascii("tag")) });
    fc.assert(fc.property(cutting, (sizes) => void expect(decode(file, sizes).samples).toEqual(samples)), { numRuns: 100, seed: 1 });
    expect(decode(file, [1]).samples).toEqual(samples);
  });

  it.each([
    ["JUNK before the format", { first: riffChunk("JUNK", new Uint8Array(28)) }],
    ["LIST and fact before the audio", { between: join(riffChunk("LIST", new Uint8Array(33)), riffChunk("fact", new Uint8Array(4))) }],
    ["a long chunk before the audio", { between: riffChunk("PAD ", new Uint8Array(900_000)) }],
    ["LIST after the audio", { after: riffChunk("LIST", new Uint8Array(50)) }],
    ["an unknown chunk after the audio", { after: riffChunk("Xy01", new Uint8Array(50)) }],
    ["an extensible format", { extensible: true }],
    ["a wrong block size", { blockBytes: 0 }],
    ["another wrong block size", { blockBytes: 4, byteRate: 1 }],
  ])("reads past %s", (_name, parts) => {
    expect(decode(wavBytes({ audio, ...parts })).samples).toEqual(samples);
  });

  it("skips the padding of an odd length", () => {
    const eight = Uint8Array.of(128, 255, 0);
    const file = wavBytes({ audio: eight, bits: 8, after: riffChunk("LIST", new Uint8Array(10)) });
    expect(decode(file).samples).toEqual(Float32Array.of(0, 127 / 128, -1));
  });

  it("reads a second file behind the first", () => {
    const file = wavBytes({ audio });
    expect(decode(join(file, file), [7]).samples).toEqual(joinSamples([samples, samples]));
    expect(decode(join(file, file)).samples.length).toBe(1_000);
  });

  it("reads sizes beyond 4 GB from a ds64 chunk", () => {
    const sizes = new Uint8Array(28);
    new DataView(sizes.buffer).setBigUint64(8, BigInt(audio.length), true);
    const file = wavBytes({ audio, dataSize: 0xffff_ffff, first: riffChunk("ds64", sizes), after: riffChunk("LIST", new Uint8Array(20)) });
    file.set(ascii("RF64"));
    expect(decode(file).samples).toEqual(samples);
  });

  it("reads what our own header announces", () => {
    for (const encoding of ["pcm-s16le", "pcm-f32le"] as const) {
      const bytes = encodePcm(samples, encoding);
      for (const dataBytes of [undefined, bytes.length]) {
        expect(decode(join(wavHeader({ sampleRate: 24_000, channels: 1, encoding, dataBytes }), bytes)).samples).toEqual(samples);
      }
    }
  });
});

describe("createWavDecoder: layouts", () => {
  const layouts: readonly (readonly [string, number, number, number[], number])[] = [
    ["8-bit integers", 1, 8, [0x40], -0.5],
    ["16-bit integers", 1, 16, [0x00, 0xc0], -0.5],
    ["24-bit integers", 1, 24, [0x00, 0x00, 0xc0], -0.5],
    ["32-bit integers", 1, 32, [0x00, 0x00, 0x00, 0xc0], -0.5],
    ["32-bit floats", 3, 32, [0x00, 0x00, 0x00, 0xbf], -0.5],
    ["64-bit floats", 3, 64, [0, 0, 0, 0, 0, 0, 0xe0, 0xbf], -0.5],
    ["A-law", 6, 8, [0x2a], -32_256 / 32_768],
    ["µ-law", 7, 8, [0x00], -32_124 / 32_768],
  ];
  it.each(layouts)("reads %s", (_name, tag, bits, bytes, value) => {
    for (const extensible of [false, true]) {
      const file = wavBytes({ audio: Uint8Array.from([...bytes, ...bytes]), tag, bits, extensible });
      expect(decode(file, [3]).samples).toEqual(Float32Array.of(value, value));
    }
  });

  it("reads 24 bits that lie in 4 bytes where block size and byte rate agree", () => {
    const file = wavBytes({ audio: Uint8Array.of(0, 0, 0, 0xc0), bits: 24, blockBytes: 4 });
    expect(decode(file).samples).toEqual(Float32Array.of(-0.5));
  });

  it("averages channels", () => {
    const file = wavBytes({ audio: encodePcm(Float32Array.of(0.5, 0.25, -0.5, 0.5), "pcm-s16le"), channels: 2 });
    expect(decode(file, [1]).samples).toEqual(Float32Array.of(0.375, 0));
  });

  it.each([[2, 4], [0x55, 16], [1, 40], [3, 16], [0x1234, 16]])("refuses format tag %d with %d bits", (tag, bits) => {
    expect(codeOf(() => decode(wavBytes({ audio, tag, bits })))).toBe("UNSUPPORTED");
  });
});

describe("createWavDecoder: lying headers", () => {
  it.each([0, 0x7fff_ffff, 0x7fff_ffff - 36, 0x8000_0000, 0xffff_ffff, 0xffff_ffff - 36])("takes a size of %d for unknown", (dataSize) => {
    expect(decode(wavBytes({ audio, dataSize }), [13]).samples).toEqual(samples);
  });

  it.each([0, 36, 0x7fff_ffff])("does not mind a RIFF size of %d", (riffSize) => {
    expect(decode(wavBytes({ audio, riffSize })).samples).toEqual(samples);
  });

  it("reads on where the size is too small", () => {
    const quiet = new Uint8Array(200);
    expect(decode(wavBytes({ audio: join(quiet, audio), dataSize: 100 }), [9]).samples).toEqual(joinSamples([new Float32Array(100), samples]));
  });

  it("reads what there is where the size is too large", () => {
    expect(decode(wavBytes({ audio, dataSize: audio.length + 9_000 })).samples).toEqual(samples);
  });

  it("takes no chunk behind an empty file for audio", () => {
    expect(decode(wavBytes({ audio: new Uint8Array(0), after: riffChunk("LIST", new Uint8Array(40)) })).samples.length).toBe(0);
  });

  it("keeps even one sample behind a size of 0", () => {
    expect(decode(wavBytes({ audio: Uint8Array.of(0, 0x40), dataSize: 0 })).samples).toEqual(Float32Array.of(0.5));
  });

  it("drops half a sample at the end", () => {
    expect(decode(wavBytes({ audio: join(audio, Uint8Array.of(1)), dataSize: 0 })).samples).toEqual(samples);
  });
});

describe("createWavDecoder: what is not WAV", () => {
  it.each([
    ["JSON", '{"error":{"message":"secret words"}}'],
    ["JSON", ' [1]'],
    ["HTML", "<!DOCTYPE html><title>secret words"],
    ["XML", "<speak>secret words</speak>"],
    ["MP3", "ID3\u0004secret words"],
    ["Ogg", "OggSsecret words"],
    ["FLAC", "fLaCsecret words"],
    ["RIFF file that is not WAVE", "RIFF\u0000\u0000\u0000\u0000AVI secret words"],
    ["big-endian", "RIFX\u0000\u0000\u0000\u0000WAVE"],
    ["plain text", "secret words"],
    ["unknown binary", "\u0001\u0002\u0003\u0099secret words"],
    ["zeros", "\0\0\0\0\0\0\0\0\0\0\0\0\0"],
  ])("names %s without telling its content", (kind, body) => {
    expect(() => decode(ascii(body), [5])).toThrow(expect.objectContaining({ code: "BAD_AUDIO", message: expect.stringContaining(kind) }));
    expect(() => decode(ascii(body))).not.toThrow(expect.objectContaining({ message: expect.stringContaining("secret") }));
  });

  it("names MP3 by its frame", () => {
    expect(() => decode(Uint8Array.of(0xff, 0xf3, ...new Uint8Array(40)))).toThrow(/MP3/);
  });

  it.each([
    ["no format chunk", join(ascii("RIFF\0\0\0\0WAVE"), riffChunk("data", audio))],
    ["a short format chunk", join(ascii("RIFF\0\0\0\0WAVE"), riffChunk("fmt ", new Uint8Array(8)), riffChunk("data", audio))],
    ["no channels", wavBytes({ audio, channels: 0 })],
    ["too many channels", wavBytes({ audio, channels: 60_000 })],
    ["a rate of 0", wavBytes({ audio, sampleRate: 0 })],
    ["a rate beyond reason", wavBytes({ audio, sampleRate: 0xffff_ffff })],
    ["a header that does not end", wavBytes({ audio, between: riffChunk("JUNK", new Uint8Array(10), 0xffff_fffe) })],
    ["a header of many chunks that does not end", wavBytes({ audio, between: emptyChunks(140_000) })],
    ["an extensible format that is too short", wavBytes({ audio, tag: 0xfffe })],
    ["a second file of another rate", join(wavBytes({ audio }), wavBytes({ audio, sampleRate: 8_000 }))],
  ])("refuses %s", (_name, bytes) => {
    expect(codeOf(() => decode(bytes))).toBe("BAD_AUDIO");
  });

  it("says TRUNCATED where the header is cut off, and nothing where there is nothing", () => {
    const file = wavBytes({ audio });
    for (const length of [1, 3, 11, 12, 19, 30, 43]) expect(codeOf(() => decode(file.subarray(0, length)))).toBe("TRUNCATED");
    expect(decode(new Uint8Array(0)).samples.length).toBe(0);
    expect(decode(file.subarray(0, 44)).samples.length).toBe(0);
  });

  it("answers 5,000 damaged files with samples or a typed error, and never with more samples than bytes", () => {
    const random = seededRandom(42);
    const pick = (limit: number): number => Math.floor(random() * limit);
    const seed = wavBytes({ audio: audio.subarray(0, 120), between: riffChunk("LIST", new Uint8Array(7)), after: riffChunk("id3 ", new Uint8Array(9)) });
    const outcomes = new Map<string, number>();
    for (let round = 0; round < 5_000; round += 1) {
      const bytes = damage(seed, pick);
      const outcome = codeOf(() => {
        const found = decode(bytes, [1 + pick(60)]).samples;
        if (found.length > bytes.length || found.some((sample) => !Number.isFinite(sample))) throw new RangeError("impossible samples");
      });
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    const allowed = new Set(["none", "BAD_AUDIO", "UNSUPPORTED", "TRUNCATED"]);
    expect([...outcomes.keys()].filter((outcome) => !allowed.has(outcome))).toEqual([]);
    expect(outcomes.size).toBe(allowed.size);
  });
});

function emptyChunks(count: number): Uint8Array {
  const one = riffChunk("JUNK", new Uint8Array(0));
  return Uint8Array.from({ length: count * one.length }, (_, index) => one[index % one.length] ?? 0);
}

/** A few bytes changed, inserted, removed or repeated; mostly in the header, where it matters. */
function damage(seed: Uint8Array, pick: (limit: number) => number): Uint8Array {
  let bytes: Uint8Array = seed.slice();
  for (let count = 1 + pick(4); count > 0; count -= 1) {
    const at = pick(Math.max(1, pick(3) === 0 ? bytes.length : Math.min(80, bytes.length)));
    const kind = pick(6);
    if (kind < 3) bytes[at] = [0, 1, 0x7f, 0x80, 0xff, pick(256)][pick(6)] ?? 0;
    else if (kind === 3) bytes = join(bytes.subarray(0, at), Uint8Array.from({ length: pick(9) }, () => pick(256)), bytes.subarray(at));
    else if (kind === 4) bytes = join(bytes.subarray(0, at), bytes.subarray(at + pick(9)));
    else bytes = pick(4) === 0 ? bytes.slice(0, at) : join(bytes.subarray(0, at), bytes.subarray(Math.floor(at / 2)));
  }
  return bytes;
}
