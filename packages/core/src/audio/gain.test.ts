import type { Engine } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { createSpeechStream } from "../stream/create-speech-stream.ts";
import { createMemorySink } from "../sinks/memory-sink.ts";
import { createGain } from "./gain.ts";

const format = { encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 } as const;

/** Speaks loudly and softly in turn, with silence between; cannot change its volume. */
const engine: Engine = {
  contract: "parlando/1",
  id: "uneven",
  capabilities: {
    input: ["segment"], output: "streaming", formats: [format], marks: [], ssml: [], limits: {}, prosody: [], runsIn: ["node"],
    cancelCost: "none", cost: { startMs: 10, perCharacterMs: 2 }, deterministic: true,
  },
  async *synthesize({ text }) {
    yield { type: "start", format };
    const level = text.includes("loud") ? 0.8 : 0.01;
    for (let block = 0; block < 40; block += 1) {
      const isSilent = block % 10 > 6;
      yield { type: "pcm", samples: Float32Array.from({ length: 480 }, (_, index) => (isSilent ? 0 : level * Math.sin((block * 480 + index) / 15))) };
    }
  },
  close: async () => undefined,
};

async function speak(volume: number | undefined): Promise<{ chunks: readonly { samples: Float32Array }[]; samples: Float32Array }> {
  const sink = createMemorySink();
  const stream = createSpeechStream({ engines: [{ engine }] }, { sink, latency: "smoothest", volume });
  for (const text of ["One is loud. ", "Two is soft. ", "Three is loud. ", "Four is soft. "]) {
    await stream.feed(text);
    stream.flush();
  }
  stream.done();
  await stream.waitUntilDone();
  return { chunks: sink.chunks, samples: sink.samples() };
}

describe("the gain of a stream", () => {
  it.each([0.25, 1.7, 4])("is %f from the first chunk to the last, however loud each is: nothing pumps", async (volume) => {
    const [plain, changed] = [await speak(undefined), await speak(volume)];
    expect(changed.samples.length).toBe(plain.samples.length);
    const wrong = changed.samples.filter((sample, index) => Math.abs(sample - volume * (plain.samples[index] ?? 0)) > 1e-6);
    expect(wrong.length).toBe(0);
  });

  it("never makes silence loud", async () => {
    const [plain, changed] = [await speak(undefined), await speak(10)];
    const silent = changed.samples.filter((_, index) => plain.samples[index] === 0);
    expect(silent.length).toBeGreaterThan(10_000);
    expect(silent.every((sample) => sample === 0)).toBe(true);
  });

  it("limits nothing but where samples become integers", async () => {
    const { chunks } = await speak(4);
    expect(createGain(4).process(Float32Array.of(0.8), 24_000)[0]).toBeCloseTo(3.2, 5);
    const bytes = (chunks[0] as { samples: Float32Array; bytes(): Uint8Array }).bytes();
    const integers = new Int16Array(bytes.slice().buffer);
    expect([Math.max(...integers), Math.min(...integers)]).toEqual([32_767, -32_768]);
  });
});
