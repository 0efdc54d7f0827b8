import type { AudioFormat, Engine, EngineEvent, SessionEvent, SynthesisRequest } from "@parlando/engine";
import { createScriptedEngine } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";

const format: AudioFormat = { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 };
/** Far more than is told within the time of a test: an engine that is not called off ends all the same. */
const NEARLY_ENDLESS = 5_000_000;

function createEngine(events: () => AsyncIterable<EngineEvent>): Engine {
  const engine = createScriptedEngine();
  return { ...engine, capabilities: { ...engine.capabilities, formats: [format] }, synthesize: () => events() };
}

async function* warnings(): AsyncGenerator<EngineEvent> {
  yield { type: "start", format };
  for (let count = 0; count < NEARLY_ENDLESS; count += 1) yield { type: "warning", code: "TALKATIVE", message: "again" };
}

/** 20 ms of sound. */
const loud = new Uint8Array(960).map((_, index) => (index % 2 === 0 ? 0 : 4));

async function* minutesOfAudio(minutes: number, told: () => void): AsyncGenerator<EngineEvent> {
  yield { type: "start", format };
  for (let block = 0; block < minutes * 3_000; block += 1) yield { type: "audio", bytes: loud };
  told();
}

describe("the event loop goes on", () => {
  it("beside an engine that tells one thing after the other without a pause", async () => {
    const stream = createSpeechStream({ engines: [{ engine: createEngine(warnings) }] }, { onChunk: () => undefined });
    let told = 0;
    stream.on("warning", () => (told += 1));
    void stream.feed("Hello there.");
    stream.done();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await stream.interrupt()).heardUntil).toBe(0);
    expect(told).toBeLessThan(NEARLY_ENDLESS / 2);
  });

  it("beside a session that does", async () => {
    const scripted = createScriptedEngine({ input: ["incremental"] });
    const engine: Engine = {
      ...scripted,
      openSession: async (request: Omit<SynthesisRequest, "text">, signal: AbortSignal) => {
        const session = await scripted.openSession?.(request, signal);
        if (session === undefined) throw new Error("The scripted engine has sessions.");
        return Object.assign(session, { events: warnings() as AsyncIterable<SessionEvent> });
      },
    };
    const stream = createSpeechStream({ engines: [{ engine }] }, { onChunk: () => undefined });
    let told = 0;
    stream.on("warning", () => (told += 1));
    void stream.feed("Hello there.");
    stream.done();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await stream.interrupt();
    expect(told).toBeLessThan(NEARLY_ENDLESS / 2);
  });

  it("beside engines that compute for longer than a millisecond for each piece, and never wait", async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    const places: number[] = [];
    const busy = async function* (): AsyncGenerator<EngineEvent> {
      yield { type: "start", format };
      for (let block = 0; block < 20; block += 1) {
        const until = performance.now() + 2;
        while (performance.now() < until);
        places.push(turns);
        yield { type: "audio", bytes: loud };
      }
    };
    const streams = Array.from({ length: 3 }, () => createSpeechStream({ engines: [{ engine: createEngine(busy) }] }, { onChunk: () => undefined }));
    for (const stream of streams) {
      void stream.feed("Hello there.");
      stream.done();
    }
    await Promise.all(streams.map((stream) => stream.waitUntilDone()));
    clearInterval(timer);
    expect((places.at(-1) ?? 0) - (places[0] ?? 0)).toBeGreaterThan(4);
  });

  it("while an engine has all of its audio at once, and while a taker takes it at once", async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    let turnsOfEngine = 0;
    const engine = createEngine(() => minutesOfAudio(20, () => (turnsOfEngine = turns)));
    Object.assign(engine.capabilities, { output: "whole" });
    const places: number[] = [];
    const stream = createSpeechStream({ engines: [{ engine }] }, { onChunk: () => void places.push(turns) });
    await stream.pause();
    void stream.feed("Hello there.");
    stream.done();
    await expect.poll(() => turnsOfEngine).toBeGreaterThan(0);
    await stream.resume();
    expect((await stream.waitUntilDone()).audioMs).toBe(1_200_000);
    clearInterval(timer);
    expect(turnsOfEngine).toBeGreaterThan(5);
    expect((places.at(-1) ?? 0) - (places[0] ?? 0)).toBeGreaterThan(5);
  });
});
