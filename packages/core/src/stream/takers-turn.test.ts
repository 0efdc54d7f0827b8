import { AsyncLocalStorage } from "node:async_hooks";
import { createScriptedEngine } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import type { AudioProcessor } from "../audio/audio-processor.ts";
import { TAKEN } from "../sinks/taken.ts";
import type { Sink } from "../sinks/sink.ts";
import { createSpeechStream } from "./create-speech-stream.ts";

const engines = (): { engine: ReturnType<typeof createScriptedEngine> }[] => [{ engine: createScriptedEngine({ startMs: 0, realTimeFactor: 0, chunkMs: 20 }) }];

function createSink(write: (chunk: AudioChunk) => Promise<void>): Sink {
  return { write, playedFrames: () => undefined, pause: async () => undefined, resume: async () => undefined, clear: async () => 0, end: async () => undefined, close: async () => undefined };
}

describe("who takes the audio", () => {
  it.each(["onChunk", "sink"])("is called in the asynchronous context in which the stream was made: %s", async (taker) => {
    const request = new AsyncLocalStorage<string>();
    const found = new Set<string | undefined>();
    const note = (): void => void found.add(request.getStore());
    const stream = request.run("maker", () => createSpeechStream({ engines: engines() }, taker === "onChunk" ? { onChunk: note } : { sink: createSink((chunk) => (note(), chunk.durationMs > 50 ? TAKEN : Promise.resolve())) }));
    await request.run("writer", async () => {
      await stream.feed("Hello there. This is said by somebody else.");
      await stream.pause();
      await stream.resume();
      stream.done();
    });
    await stream.waitUntilDone();
    expect([...found]).toEqual(["maker"]);
  });

  it("gets its chunks in order where it asks for two at once", async () => {
    const stream = createSpeechStream({ engines: [{ engine: createScriptedEngine({ startMs: 0, realTimeFactor: 0.01, chunkMs: 20 }) }] }, { sink: "pull" });
    void stream.feed("Hello there. This is a little longer, so that there are many blocks of it. And a third sentence follows.");
    stream.done();
    const iterator = stream[Symbol.asyncIterator]();
    const found: number[] = [];
    for (;;) {
      const pair = await Promise.all([iterator.next(), iterator.next()]);
      for (const result of pair) if (result.done !== true) found.push(result.value.startFrame);
      if (pair.some(({ done }) => done === true)) break;
    }
    expect(found.length).toBeGreaterThan(10);
    expect(found).toEqual([...found].sort((left, right) => left - right));
  });

  it("has a turn between two chunks, also between the last two", async () => {
    const latencyFrames = 160;
    const late: AudioProcessor = { latencyFrames, process: (samples) => samples, flush: () => new Float32Array(latencyFrames).fill(0.1) };
    const log: string[] = [];
    const stream = createSpeechStream({ engines: engines() }, {
      processors: [() => late],
      onChunk: () => {
        log.push("chunk");
        queueMicrotask(() => log.push("turn"));
      },
    });
    void stream.feed("Hello there.");
    stream.done();
    await stream.waitUntilDone();
    expect(log.length).toBeGreaterThan(4);
    expect(log.every((entry, index) => entry === (index % 2 === 0 ? "chunk" : "turn"))).toBe(true);
  });

  it("waits for no promise that is TAKEN, and for any other", async () => {
    let isWaiting = false;
    let takenAtOnce = 0;
    const stream = createSpeechStream({ engines: engines() }, {
      sink: createSink(async (chunk) => {
        expect(isWaiting).toBe(false);
        isWaiting = chunk.startFrame % 2 === 0;
        if (!isWaiting) return;
        await new Promise((resolve) => setTimeout(resolve, 1));
        isWaiting = false;
      }),
    });
    const quick = createSpeechStream({ engines: engines() }, { sink: createSink(() => ((takenAtOnce += 1), TAKEN)) });
    for (const each of [stream, quick]) {
      void each.feed("Hello there. Good bye.");
      each.done();
    }
    const [slow, fast] = await Promise.all([stream.waitUntilDone(), quick.waitUntilDone()]);
    expect(fast.audioMs).toBe(slow.audioMs);
    expect(takenAtOnce).toBeGreaterThan(1);
  });
});
