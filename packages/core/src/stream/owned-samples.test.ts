import type { AudioFormat, Engine, EngineEvent } from "@parlando/engine";
import { createFakeClock } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import { encodePcm } from "../audio/pcm.ts";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { StreamOptions } from "./stream-options.ts";

const RATE = 24_000;
const BLOCK_FRAMES = 1_200;

/** A tone that every stretch of can be told from every other. */
const valueAt = (frame: number): number => 0.3 * Math.sin(frame / 11) + 0.1 * Math.sin(frame / 1_700);

/** An engine with one array for all its blocks, of all its requests: it fills it again as soon as it is asked for more. */
function createThriftyEngine(encoding: "pcm-f32le" | "pcm-s16le"): { engine: Engine; memory: ArrayBufferLike } {
  const format: AudioFormat = { encoding, sampleRate: RATE, channels: 1 };
  const samples = new Float32Array(BLOCK_FRAMES);
  const bytes = new Uint8Array(2 * BLOCK_FRAMES);
  const engine: Engine = {
    contract: "parlando/1",
    id: "thrifty",
    capabilities: { input: ["segment"], output: "streaming", formats: [format], marks: [], ssml: [], limits: {}, prosody: [], runsIn: ["node"], cancelCost: "none", cost: { startMs: 10, perCharacterMs: 1 }, deterministic: true },
    async *synthesize({ text }): AsyncGenerator<EngineEvent> {
      yield { type: "start", format };
      for (let from = 0; from < text.length * 1_500; from += BLOCK_FRAMES) {
        samples.forEach((_, index) => (samples[index] = valueAt(from + index)));
        if (encoding === "pcm-f32le") yield { type: "pcm", samples };
        bytes.set(encodePcm(samples, "pcm-s16le"));
        if (encoding === "pcm-s16le") yield { type: "audio", bytes };
        samples.fill(0.9);
        bytes.fill(77);
      }
    },
    close: async () => undefined,
  };
  return { engine, memory: encoding === "pcm-f32le" ? samples.buffer : bytes.buffer };
}

/** The chunks, with what was in them when they came. An app may write to what is its own: so it does. */
async function take(encoding: "pcm-f32le" | "pcm-s16le", options: StreamOptions, spoils: boolean): Promise<{ chunks: AudioChunk[]; heard: number[]; memory: ArrayBufferLike }> {
  const clock = createFakeClock();
  const { engine, memory } = createThriftyEngine(encoding);
  const chunks: AudioChunk[] = [];
  const heard: number[] = [];
  const onChunk = (chunk: AudioChunk): void => {
    chunks.push(chunk);
    // Encoded, so that what is read of the chunk later is read of what it was made from.
    const bytes = chunk.bytes("pcm-f32le");
    expect(bytes.byteLength).toBe(bytes.buffer.byteLength);
    heard.push(...new Float32Array(bytes.buffer));
    if (!spoils) return;
    chunk.bytes().fill(99);
    chunk.samples.fill(-0.7);
  };
  const stream = createSpeechStream({ engines: [{ engine }], clock }, { onChunk, ...options, output: { sampleRate: RATE, ...options.output } });
  void stream.feed("One sentence to begin with. Another one follows it. And a third one ends it all, for now.");
  stream.done();
  await clock.runUntil(stream.waitUntilDone());
  return { chunks, heard, memory };
}

describe.each(["pcm-f32le", "pcm-s16le"] as const)("chunks of %s", (encoding) => {
  it.each<[string, StreamOptions]>([
    ["as they come", {}],
    ["of 50 ms", { output: { chunkMs: 50 } }],
    ["of 1 s", { output: { chunkMs: 1_000 } }],
    ["of two channels", { output: { channels: 2 } }],
    ["of another rate", { output: { sampleRate: 48_000 } }],
  ])("%s are the app's own: nobody writes to them, and what it writes nobody hears", async (_, options) => {
    const { chunks, heard, memory } = await take(encoding, options, false);
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.flatMap((chunk) => [...chunk.samples])).toEqual(heard);
    expect(new Set([memory, ...chunks.map((chunk) => chunk.samples.buffer)]).size).toBe(chunks.length + 1);
    const spoiled = await take(encoding, options, true);
    expect(spoiled.heard).toEqual(heard);
    expect(spoiled.chunks.flatMap((chunk) => [...chunk.samples]).every((sample) => Math.abs(sample + 0.7) < 1e-6)).toBe(true);
  });

  it("hold what the engine made, in order", async () => {
    const { heard } = await take(encoding, {}, false);
    const spoken = heard.slice(2_400, 12_000);
    const start = Array.from({ length: 2_400 }, (_unused, lead) => lead).find((lead) => Math.abs(valueAt(lead) - (spoken[0] ?? 9)) < 1e-4 && Math.abs(valueAt(lead + 700) - (spoken[700] ?? 9)) < 1e-4) ?? 2_400;
    expect(Math.max(...spoken.map((sample, index) => Math.abs(sample - valueAt(start + index))))).toBeLessThan(1 / 32_768);
  });
});
