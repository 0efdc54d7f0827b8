import { setTimeout as pause } from "node:timers/promises";
import { createSpeechStream, type SpeechStream, type StreamOptions } from "@parlando/core";
import { assertSpoken } from "@parlando/testkit";
import { createFakeElevenLabs, type FakeElevenLabs, type FakeElevenLabsOptions } from "@parlando/testkit/fakes";
import { afterEach, describe, expect, it } from "vitest";
import { createElevenLabsEngine, type ElevenLabsEngine } from "./elevenlabs-engine.ts";
import type { ElevenLabsOptions } from "./elevenlabs-options.ts";

const text = "The quick brown fox jumps over the lazy dog near the river.";
const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function setUp(fake: FakeElevenLabsOptions, options: ElevenLabsOptions): Promise<{ fake: FakeElevenLabs; engine: ElevenLabsEngine }> {
  const server = await createFakeElevenLabs(fake);
  const engine = createElevenLabsEngine({ apiKey: "any", baseURL: server.url, ...options });
  cleanups.push(() => server.close(), () => engine.close());
  return { fake: server, engine };
}

describe("through core", () => {
  for (const transport of ["multi", "socket", "http"] as const) {
    it(`speaks a stream of tokens, every word once (${transport})`, async () => {
      const { fake, engine } = await setUp({ encoding: "tones", raggedSeed: 9 }, { transport });
      const chunks: Float32Array[] = [];
      const stream = createSpeechStream({ engines: [{ engine }] }, { onChunk: ({ samples }) => void chunks.push(samples.slice()) });
      const text = "Good morning. I have looked at the figures, and they are better than last year! Shall we go through them?";
      for (const token of text.match(/\s*\S+/gu) ?? []) await stream.feed(token);
      stream.done();
      await stream.waitUntilDone();
      assertSpoken(Float32Array.from(chunks.flatMap((samples) => [...samples])), 24_000, text);
      expect(fake.requests.map((one) => one.text.trim()).join(" ")).toBe(text);
    });
  }
});

describe("called off through core", () => {
  async function until(condition: () => boolean): Promise<void> {
    for (let waited = 0; !condition(); waited += 1) {
      if (waited > 2000) throw new Error("It did not come about.");
      await pause(1);
    }
  }

  function speak(engine: ElevenLabsEngine, options: StreamOptions): SpeechStream {
    const stream = createSpeechStream({ engines: [{ engine }] }, { ...options, marks: [] });
    void stream.feed(text);
    stream.done();
    return stream;
  }

  const waysToCallOff: Readonly<Record<string, (engine: ElevenLabsEngine) => Promise<void>>> = {
    async "interrupt()"(engine) {
      let first: (() => void) | undefined;
      const came = new Promise<void>((resolve) => (first = resolve));
      const stream = speak(engine, { onChunk: () => first?.() });
      await Promise.race([came, stream.waitUntilDone()]);
      await stream.interrupt();
    },
    async "leaving the loop"(engine) {
      for await (const _ of speak(engine, { sink: "pull" })) break;
    },
  };

  it.each(Object.entries(waysToCallOff))("a context that was told to speak to its end ends with its connection, and another one is ready (%s)", async (_, callOff) => {
    const { fake, engine } = await setUp({ closeContext: "flushed", realTimeFactor: 1, blockMs: 20 }, { transport: "multi" });
    await callOff(engine);
    await until(() => fake.requests[0]?.state === "called-off");
    expect(fake.requests[0]).toMatchObject({ flushes: 1 });
    expect(fake.requests[0]?.endAskedAtMs).toBeDefined();
    await until(() => fake.connections === 2 && fake.openConnections === 1);
    // The client learns of it a little later.
    await pause(50);
    const again: number[] = [];
    const stream = createSpeechStream({ engines: [{ engine }] }, { onChunk: ({ samples }) => void again.push(samples.length), marks: [] });
    await stream.feed("Hello.");
    stream.done();
    await stream.waitUntilDone();
    expect(again.length).toBeGreaterThan(0);
    expect(fake.connections).toBe(2);
  });
});

describe("recovered by core", () => {
  for (const [name, fault] of [["429 once", { kind: "status", status: 429 }], ["500 once", { kind: "status", status: 500 }], ["JSON in a 200 once", { kind: "wrong-body", content: "json" }]] as const) {
    for (const transport of ["http", "multi", "socket"] as const) {
      if (transport !== "http" && fault.kind === "wrong-body") continue;
      it(`${name} (${transport})`, async () => {
        const { fake, engine } = await setUp({ encoding: "tones", fault: (_request, index) => (index === 0 ? fault : undefined) }, { transport });
        const chunks: number[] = [];
        const stream = createSpeechStream({ engines: [{ engine }] }, { onChunk: ({ samples }) => void chunks.push(...samples) });
        await stream.feed(text);
        stream.done();
        await stream.waitUntilDone();
        assertSpoken(Float32Array.from(chunks), 24_000, text);
        const spoken = fake.requests.filter(({ state }) => state === "finished").flatMap((one) => one.text.trim().split(" "));
        expect(spoken.sort()).toEqual(text.split(" ").sort());
      });
    }
  }

  it("warns where a clean early end leaves audio that is too short for its text", async () => {
    const { engine } = await setUp({ encoding: "tones", fault: () => ({ kind: "early-end", afterBytes: 4800 }) }, { transport: "http" });
    const warnings: string[] = [];
    const stream = createSpeechStream({ engines: [{ engine }] }, { onChunk: () => {}, onWarning: ({ code }) => void warnings.push(code) });
    await stream.feed(text);
    stream.done();
    await stream.waitUntilDone();
    expect(warnings).not.toEqual([]);
  });
});
