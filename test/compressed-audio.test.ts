// Engines that send MP3 or Opus, and streams that are written as such: core, the codecs and parlando together.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDecoder, openEncoder } from "@parlando/codecs";
import { createSpeechStream, type Codecs, type SpeechStream } from "@parlando/core";
import { TTSError, type AudioFormat, type Capabilities, type Engine } from "@parlando/engine";
import { createTTS } from "parlando";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const codecs = async (): Promise<Codecs> => ({ openDecoder, openEncoder });
const rate = 24_000;
/** Of each segment. */
const segmentMs = 700;

const tone = (frames: number, sampleRate: number): Float32Array => Float32Array.from({ length: frames }, (_, index) => 0.4 * Math.sin((2 * Math.PI * 220 * index) / sampleRate));

/** An engine that knows compressed formats, and speaks a tone in pieces of odd lengths. */
function compressedEngine(formats: readonly AudioFormat[], asked: AudioFormat[] = []): Engine {
  const capabilities: Capabilities = {
    input: ["segment"], output: "streaming", formats, marks: [], ssml: [], languages: ["en"], limits: {}, prosody: [], runsIn: ["node", "browser"],
    cancelCost: "none", cost: { startMs: 10, perCharacterMs: 0.1 }, deterministic: true,
  };
  return {
    contract: "parlando/1",
    id: "compressed",
    capabilities,
    async *synthesize(request) {
      asked.push(request.format);
      yield { type: "start", format: request.format };
      const encoder = await openEncoder(request.format);
      const bytes = [encoder.begin(), encoder.push(tone((encoder.sampleRate * segmentMs) / 1000, encoder.sampleRate)), encoder.flush()];
      encoder.close();
      for (const part of bytes) for (let start = 0; start < part.length; start += 701) yield { type: "audio", bytes: part.subarray(start, start + 701) };
    },
    close: async () => undefined,
  };
}

const format = (encoding: AudioFormat["encoding"], sampleRate = rate): AudioFormat => ({ encoding, sampleRate, channels: 1 });

async function speak(stream: SpeechStream): Promise<Float32Array> {
  void stream.feed("One sentence is here. Another one follows it.");
  stream.done();
  const parts: Float32Array[] = [];
  for await (const chunk of stream) parts.push(chunk.samples);
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((offset, part) => {
    joined.set(part, offset);
    return offset + part.length;
  }, 0);
  return joined;
}

describe("an engine that sends compressed audio", () => {
  it.each(["mp3", "ogg-opus", "webm-opus"] as const)("is heard as it was encoded: %s", async (encoding) => {
    const stream = createSpeechStream({ engines: [{ engine: compressedEngine([format(encoding)]) }], codecs }, { sink: "pull", output: { sampleRate: rate } });
    const samples = await speak(stream);
    const { audioMs, segments } = await stream.waitUntilDone();
    const middle = samples.subarray(rate / 10, rate / 2);
    const wanted = tone(rate, rate);
    // The same tone, wherever its first period begins.
    const fits = Array.from({ length: 110 }, (_, shift) => middle.reduce((sum, sample, index) => sum + sample * (wanted[index + shift] ?? 0), 0) / middle.reduce((sum, sample) => sum + sample ** 2, 0));
    expect(Math.max(...fits)).toBeGreaterThan(0.9);
    expect(Math.max(...fits)).toBeLessThan(1.1);
    expect(audioMs).toBeGreaterThan(segments * segmentMs - 5);
    expect(audioMs).toBeLessThan(segments * (segmentMs + 300));
  });

  it("says what is missing where there are no codecs", async () => {
    const stream = createSpeechStream({ engines: [{ engine: compressedEngine([format("mp3")]) }] }, { sink: "pull" });
    await expect(speak(stream)).rejects.toMatchObject({ code: "UNSUPPORTED", message: expect.stringContaining("@parlando/codecs") });
    const tape = createSpeechStream({ engines: [{ engine: compressedEngine([format("flac")]) }], codecs }, { sink: "pull" });
    await expect(speak(tape)).rejects.toMatchObject({ code: "UNSUPPORTED", message: expect.stringContaining("flac") });
  });

  it("fails as one who answers with a page instead of audio", async () => {
    const engine = compressedEngine([format("mp3")]);
    engine.synthesize = async function* (request) {
      yield { type: "start", format: request.format };
      yield { type: "audio", bytes: new TextEncoder().encode("<html>The service is not there</html>") };
    };
    const stream = createSpeechStream({ engines: [{ engine }], codecs }, { sink: "pull" });
    await expect(speak(stream)).rejects.toMatchObject({ code: "BAD_AUDIO", message: expect.stringContaining("HTML") });
  });

  it("closes its decoder when the stream is closed in the middle", async () => {
    const open = { now: 0, ever: 0 };
    const counting = async (): Promise<Codecs> => ({
      openEncoder,
      async openDecoder(wanted) {
        const decoder = await openDecoder(wanted);
        open.now += 1;
        open.ever += 1;
        let isOpen = true;
        return {
          get sampleRate() {
            return decoder.sampleRate;
          },
          push: (bytes) => decoder.push(bytes),
          flush: () => decoder.flush(),
          close() {
            if (isOpen) open.now -= 1;
            isOpen = false;
            decoder.close?.();
          },
        };
      },
    });
    for (const leavesEarly of [true, false]) {
      const stream = createSpeechStream({ engines: [{ engine: compressedEngine([format("ogg-opus")]) }], codecs: counting }, { sink: "pull" });
      void stream.feed("One sentence is here. Another one follows it.");
      stream.done();
      for await (const chunk of stream) if (leavesEarly && chunk.startFrame >= 0) break;
      await stream.close();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(open.ever).toBeGreaterThan(0);
      expect(open.now).toBe(0);
    }
  });
});

describe("the format that is asked for", () => {
  it.each<[string, AudioFormat[], AudioFormat["encoding"], number]>([
    ["PCM at the stream's rate", [format("mp3"), format("pcm-s16le", 16_000), format("pcm-s16le")], "pcm-s16le", rate],
    ["PCM at another rate before all else", [format("mp3"), format("wav"), format("pcm-s16le", 16_000)], "pcm-s16le", 16_000],
    ["WAV before what is compressed", [format("mp3"), format("ogg-opus"), format("wav", 22_050)], "wav", 22_050],
    ["what is compressed before the telephone", [format("mulaw", 8_000), format("mp3", 44_100), format("ogg-opus")], "ogg-opus", rate],
    ["what can be read", [format("flac"), format("aac"), format("mp3")], "mp3", rate],
  ])("is %s", async (_name, formats, encoding, sampleRate) => {
    const asked: AudioFormat[] = [];
    const engine = compressedEngine(formats, asked);
    engine.synthesize = async function* (request) {
      asked.push(request.format);
      yield { type: "start", format: { encoding: "pcm-s16le", sampleRate: rate, channels: 1 } };
      yield { type: "pcm", samples: tone(rate / 10, rate) };
    };
    await speak(createSpeechStream({ engines: [{ engine }], codecs }, { sink: "pull", output: { sampleRate: rate } }));
    expect(asked[0]).toMatchObject({ encoding, sampleRate });
  });
});

describe("a stream that is encoded", () => {
  const toneEngine = (): Engine => compressedEngine([format("mp3")]);
  const make = (): SpeechStream => createSpeechStream({ engines: [{ engine: toneEngine() }], codecs }, { sink: "pull" });
  const collect = async (blocks: ReadableStream<Uint8Array>): Promise<Uint8Array[]> => {
    const all: Uint8Array[] = [];
    for await (const block of blocks as unknown as AsyncIterable<Uint8Array>) all.push(block);
    return all;
  };

  it.each(["ogg-opus", "webm-opus"] as const)("holds as much audio as the stream had: %s", async (encoding) => {
    const stream = make();
    void stream.feed("One sentence is here. Another one follows it.");
    stream.done();
    const blocks = await collect(stream.encoded({ encoding }));
    const { audioMs } = await stream.waitUntilDone();
    const decoder = await openDecoder(format(encoding));
    const frames = blocks.reduce((sum, block) => sum + decoder.push(block).length, 0) + decoder.flush().length;
    expect(frames).toBe(Math.round(audioMs * 48));
  });

  it("is cut into blocks of one size, and converted to a rate that the encoding knows", async () => {
    const stream = make();
    void stream.feed("One sentence is here.");
    stream.done();
    const blocks = await collect(stream.encoded({ encoding: "mp3", sampleRate: 23_000, bitrate: 48_000 }, { frameBytes: 144 }));
    expect(blocks.length).toBeGreaterThan(20);
    // 48 kbit/s at 24 kHz: a block is a frame.
    expect(blocks.every((block) => block.length === 144 && block[0] === 0xff)).toBe(true);
  });

  it("refuses at once what cannot be", () => {
    expect(() => make().encoded({ encoding: "flac" })).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
    for (const frameBytes of [0, -1, 1.5, 1e9]) expect(() => make().encoded({ encoding: "mp3" }, { frameBytes })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    const bare = createSpeechStream({ engines: [{ engine: toneEngine() }] }, { sink: "pull" });
    expect(() => bare.encoded({ encoding: "mp3" })).toThrow(expect.objectContaining({ code: "UNSUPPORTED", message: expect.stringContaining("@parlando/codecs") }));
  });

  it("closes its encoder at the end, when it is called off, and when it fails", async () => {
    let closed = 0;
    const counting = async (): Promise<Codecs> => ({
      openDecoder,
      async openEncoder(wanted) {
        const encoder = await openEncoder(wanted);
        return { ...encoder, close: () => ((closed += 1), encoder.close()) };
      },
    });
    const run = async (use: (blocks: ReadableStream<Uint8Array>, stream: SpeechStream) => Promise<void>): Promise<number> => {
      closed = 0;
      const stream = createSpeechStream({ engines: [{ engine: toneEngine() }], codecs: counting }, { sink: "pull" });
      void stream.feed("One sentence is here.");
      stream.done();
      await use(stream.encoded({ encoding: "ogg-opus" }), stream);
      await stream.close();
      await new Promise((resolve) => setTimeout(resolve, 20));
      return closed;
    };
    expect(await run(async (blocks) => void (await collect(blocks)))).toBeGreaterThan(0);
    expect(
      await run(async (blocks) => {
        const reader = blocks.getReader();
        await reader.read();
        await reader.cancel();
      }),
    ).toBeGreaterThan(0);
    expect(
      await run(async (blocks, stream) => {
        const reader = blocks.getReader();
        await reader.read();
        await stream.close();
        await expect((async () => { while (!(await reader.read()).done); })()).rejects.toMatchObject({ code: "STREAM_CLOSED" });
      }),
    ).toBeGreaterThan(0);
  });

  it("tells the reason where codecs cannot be had", async () => {
    const missing = async (): Promise<Codecs> => {
      throw new TTSError("UNSUPPORTED", "Not installed; npm install @parlando/codecs");
    };
    const stream = createSpeechStream({ engines: [{ engine: toneEngine() }], codecs: missing }, { sink: "pull" });
    void stream.feed("One sentence is here.");
    await expect(stream.encoded({ encoding: "mp3" }).getReader().read()).rejects.toMatchObject({ code: "UNSUPPORTED", message: expect.stringContaining("npm install") });
    await stream.close();
  });
});

describe("a file", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlando-compressed-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it.each([["speech.mp3", "mp3"], ["speech.ogg", "ogg-opus"], ["speech.opus", "ogg-opus"], ["speech.webm", "webm-opus"]] as const)("is written as its name says: %s", async (name, encoding) => {
    const tts = await createTTS({ engine: compressedEngine([format("mp3")]) });
    const { audioMs } = await tts.toFile("One sentence is here.", join(folder, name));
    await tts.close();
    const decoder = await openDecoder(format(encoding));
    const frames = decoder.push(new Uint8Array(await readFile(join(folder, name)))).length + decoder.flush().length;
    const decodedMs = (frames * 1000) / decoder.sampleRate;
    expect(decodedMs).toBeGreaterThanOrEqual(audioMs - 0.1);
    expect(decodedMs).toBeLessThan(audioMs + (encoding === "mp3" ? 60 : 0.1));
  });
});
