import { describe, expect, it } from "vitest";
import { byteBlocks, type ByteBlockOptions } from "./byte-blocks.ts";
import { createFakeSpeech } from "./fake-speech.ts";

const speech = createFakeSpeech("W0 w1 w2 w3.", { sampleRate: 24_000 });

async function take(options: Omit<ByteBlockOptions, "signal">, signal = new AbortController().signal): Promise<Uint8Array[]> {
  const blocks: Uint8Array[] = [];
  for await (const block of byteBlocks(speech, { ...options, signal })) blocks.push(block);
  return blocks;
}

describe("byteBlocks", () => {
  it("gives whole blocks, and the rest at the end", async () => {
    const blocks = await take({ blockMs: 100 });
    expect(new Set(blocks.slice(0, -1).map(({ length }) => length))).toEqual(new Set([4_800]));
    expect(Buffer.concat(blocks).equals(speech.read(0, speech.byteLength))).toBe(true);
  });

  it("cuts at any byte, the same for the same seed", async () => {
    const blocks = await take({ blockMs: 20, raggedSeed: 7 });
    const sizes = blocks.map(({ length }) => length);
    expect(sizes).toContain(1);
    expect(sizes.some((size) => size > 960)).toBe(true);
    expect(sizes.some((size) => size > 1 && size % 2 === 1)).toBe(true);
    expect(Buffer.concat(blocks).equals(speech.read(0, speech.byteLength))).toBe(true);
    expect((await take({ blockMs: 20, raggedSeed: 7 })).map(({ length }) => length)).toEqual(sizes);
    expect((await take({ blockMs: 20, raggedSeed: 8 })).map(({ length }) => length)).not.toEqual(sizes);
  });

  it("waits before the first block and keeps the pace", async () => {
    const startedAtMs = performance.now();
    const times: number[] = [];
    for await (const _ of byteBlocks(speech, { blockMs: 200, firstAudioMs: 20, realTimeFactor: 0.05, signal: new AbortController().signal })) times.push(performance.now() - startedAtMs);
    // Timers drop fractions of a millisecond, and their clock may be one behind.
    times.forEach((time, index) => expect(time).toBeGreaterThanOrEqual(18 + index * 10));
  });

  it("ends when it is called off, also while it waits", async () => {
    const leave = new AbortController();
    setTimeout(() => leave.abort(), 10);
    expect(await take({ blockMs: 100, firstAudioMs: 60_000 }, leave.signal)).toEqual([]);
    const half = new AbortController();
    const blocks: Uint8Array[] = [];
    for await (const block of byteBlocks(speech, { blockMs: 100, signal: half.signal })) {
      if (blocks.push(block) === 2) half.abort();
    }
    expect(blocks).toHaveLength(2);
  });

  it("lets other work run while it makes a long text", async () => {
    const long = createFakeSpeech("w1 ".repeat(2_000), { sampleRate: 24_000 });
    let turns = 0;
    let going = true;
    const count = (): void => {
      turns += 1;
      if (going) setImmediate(count);
    };
    setImmediate(count);
    for await (const _ of byteBlocks(long, { blockMs: 20, signal: new AbortController().signal })) continue;
    going = false;
    expect(turns).toBeGreaterThan(2);
  });
});
