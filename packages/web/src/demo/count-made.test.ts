import type { EngineEvent } from "@parlando/engine";
import { createScriptedEngine } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { countMade } from "./count-made.ts";

const request = { text: "Hello.", ssml: false, marks: [], format: { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 } } as const;

/** An engine whose audio comes when the test says so, and a clock that the test moves. */
function openCount(events: () => AsyncIterable<EngineEvent>) {
  const plain = createScriptedEngine();
  let nowMs = 0;
  const { engine, count } = countMade({ ...plain, synthesize: events, close: () => plain.close() }, () => nowMs);
  return { count, pass: (ms: number) => void (nowMs += ms), read: () => engine.synthesize?.(request, new AbortController().signal)[Symbol.asyncIterator]() };
}

describe("countMade", () => {
  it("has a real-time factor as soon as there is audio: time in which the engine was waited for, by what it made", async () => {
    let letGo = (): void => undefined;
    async function* events(): AsyncGenerator<EngineEvent> {
      yield { type: "start", format: { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 } };
      for (;;) {
        await new Promise<void>((resolve) => (letGo = resolve));
        yield { type: "audio", bytes: new Uint8Array(48_000) };
      }
    }
    const { count, pass, read } = openCount(events);
    const reader = read();
    await reader?.next();
    expect(count.realTimeFactor()).toBeUndefined();
    let next = reader?.next();
    await Promise.resolve();
    pass(500);
    letGo();
    await next;
    expect([count.madeMs(), count.realTimeFactor()]).toEqual([1_000, 0.5]);
    // The reader is in no hurry: that is not the engine's.
    pass(4_000);
    expect(count.realTimeFactor()).toBe(0.5);
    next = reader?.next();
    await Promise.resolve();
    pass(700);
    expect(count.realTimeFactor()).toBeCloseTo(1.2, 9);
    letGo();
    await next;
    expect([count.madeMs(), count.realTimeFactor()]).toEqual([2_000, 0.6]);
    count.restart();
    expect([count.madeMs(), count.realTimeFactor()]).toEqual([0, undefined]);
  });

  it("counts two requests at once, each by its own", async () => {
    const goOn: (() => void)[] = [];
    async function* events(): AsyncGenerator<EngineEvent> {
      yield { type: "start", format: { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 } };
      await new Promise<void>((resolve) => goOn.push(resolve));
      yield { type: "audio", bytes: new Uint8Array(48_000) };
    }
    const { count, pass, read } = openCount(events);
    const readers = [read(), read()];
    for (const reader of readers) await reader?.next();
    const waiting = readers.map((reader) => reader?.next());
    await Promise.resolve();
    pass(400);
    goOn[0]?.();
    await waiting[0];
    // One has come after 400 ms, the other is waited for as long.
    expect(count.realTimeFactor()).toBeCloseTo(0.8, 9);
    pass(200);
    goOn[1]?.();
    await waiting[1];
    expect(count.realTimeFactor()).toBeCloseTo(0.5, 9);
  });
});
