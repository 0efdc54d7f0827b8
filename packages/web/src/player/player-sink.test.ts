import { createTestChunk } from "@parlando/testkit";
import { TTSError } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { MixerLine } from "./mixer-line.test-helper.ts";
import { LinePlayerSink } from "./player-sink.ts";

const ramp = (frames: number): Float32Array => Float32Array.from({ length: frames }, (_, index) => (index + 1) / frames);
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function open(options: { readonly latencyMs?: number; readonly aheadMs?: number; readonly prebufferMs?: number } = {}): { line: MixerLine; sink: LinePlayerSink } {
  const line = new MixerLine({ latencyMs: options.latencyMs });
  return { line, sink: new LinePlayerSink({ line, gain: 1, prebufferMs: options.prebufferMs ?? 0, aheadMs: options.aheadMs ?? 1_000 }) };
}

describe("the player's sink", () => {
  it("holds no more ahead than it is told, and resolves a write when it was taken", async () => {
    const { line, sink } = open({ aheadMs: 200 });
    const writes = [10_000, 10_000].map((frames) => ({ isTaken: false, promise: sink.write(createTestChunk({ samples: ramp(frames) })) }));
    for (const write of writes) void write.promise.then(() => (write.isTaken = true));
    await settled();
    expect(line.posted).toEqual(["open", "push", "push"]);
    let most = 0;
    while (!writes.every(({ isTaken }) => isTaken)) {
      await line.play(128);
      most = Math.max(most, ...line.states.map(({ heldFrames }) => heldFrames));
    }
    expect(most).toBeLessThanOrEqual(4_800 + 2_400);
    const ended = sink.end();
    await line.play(20_000);
    await ended;
    expect(line.played().slice(0, 20_000)).toEqual(Float32Array.from([...ramp(10_000), ...ramp(10_000)]));
  });

  it("reckons where the listener is between two messages, less what is on its way to the ear", async () => {
    const { line, sink } = open({ latencyMs: 50 });
    await sink.write(createTestChunk({ samples: ramp(12_000) }));
    await line.play(1_200);
    expect(sink.playedFrames()).toBe(1_280 - 1_200);
    await line.play(1_280);
    expect(sink.playedFrames()).toBe(2_560 - 1_200);
    const ended = sink.end();
    await line.play(12_000);
    await ended;
    expect(sink.playedFrames()).toBe(12_000);
  });

  it("says that all was heard when it has run dry, so that core learns of it", async () => {
    const { line, sink } = open();
    await sink.write(createTestChunk({ samples: ramp(2_400) }));
    await line.play(4_800);
    expect([sink.playedFrames(), sink.bufferedMs, sink.isSounding]).toEqual([2_400, 0, false]);
    await sink.write(createTestChunk({ samples: ramp(2_400), startFrame: 2_400 }));
    const ended = sink.end();
    for (let last = 2_400, played = 0; played < 4_800; played += 128, last = sink.playedFrames()) {
      await line.play(128);
      expect(sink.playedFrames()).toBeGreaterThanOrEqual(last);
    }
    await ended;
    expect(sink.playedFrames()).toBe(4_800);
  });

  it("takes no sample from who watches the stream", async () => {
    const { line, sink } = open();
    const chunk = createTestChunk({ samples: ramp(480) });
    await sink.write(chunk);
    await line.play(256);
    expect(chunk.samples).toEqual(ramp(480));
    await sink.close();
  });

  it("answers at once while nothing plays", async () => {
    const { line, sink } = open();
    line.isAnswering = false;
    await sink.write(createTestChunk({ samples: ramp(4_800) }));
    const ending = sink.end();
    await sink.pause();
    expect(await sink.clear()).toBe(0);
    await ending;
    await expect(sink.write(createTestChunk({ samples: ramp(10) }))).rejects.toMatchObject({ code: "STREAM_CLOSED" });
  });

  it("fails what waits when the line fails, and whoever comes later", async () => {
    const { line, sink } = open({ aheadMs: 100 });
    const failure = new TTSError("NO_AUDIO_DEVICE", "The worklet did not load.");
    const waiting = expect(sink.write(createTestChunk({ samples: ramp(24_000) }))).rejects.toBe(failure);
    line.fail(failure);
    await waiting;
    await expect(sink.write(createTestChunk({ samples: ramp(10) }))).rejects.toBe(failure);
    await expect(sink.end()).rejects.toBe(failure);
    const late = new LinePlayerSink({ line, gain: 1, prebufferMs: 0, aheadMs: 1_000 });
    await expect(late.write(createTestChunk({ samples: ramp(10) }))).rejects.toBe(failure);
    await Promise.all([sink.close(), late.close()]);
  });

  it("refuses another format, and more than anybody waits for", async () => {
    const { sink } = open();
    await expect(sink.write(createTestChunk({ samples: ramp(10), sampleRate: 48_000 }))).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(sink.write(createTestChunk({ samples: new Float32Array(20), channels: 2 }))).rejects.toMatchObject({ code: "INVALID_INPUT" });
    const huge = sink.write(createTestChunk({ samples: new Float32Array(24_000 * 605) }));
    await expect(sink.write(createTestChunk({ samples: ramp(10) }))).rejects.toMatchObject({ code: "BUFFER_FULL" });
    await sink.close();
    await huge;
  });

  it("tells the end of a stream while another plays on", async () => {
    const line = new MixerLine();
    const [short, long] = [240, 24_000].map((frames) => ({ frames, sink: new LinePlayerSink({ line, gain: 1, prebufferMs: 0, aheadMs: 2_000 }) }));
    if (short === undefined || long === undefined) return expect.unreachable();
    await Promise.all([short, long].map(({ sink, frames }) => sink.write(createTestChunk({ samples: new Float32Array(frames).fill(0.25) }))));
    const [shortEnd, longEnd] = [short.sink.end(), long.sink.end()];
    await line.play(256);
    await shortEnd;
    expect([short.sink.isLive, long.sink.isLive, long.sink.isSounding]).toEqual([false, true, true]);
    await line.play(24_000);
    await longEnd;
    const played = line.played();
    expect([...played.slice(0, 240)].every((sample) => sample === 0.5) && [...played.slice(240, 24_000)].every((sample) => sample === 0.25)).toBe(true);
  });
});
