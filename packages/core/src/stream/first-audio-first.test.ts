import type { AudioFormat, Engine, EngineEvent } from "@parlando/engine";
import { createScriptedEngine } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";

const format: AudioFormat = { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 };
/** 20 ms of sound. */
const loud = new Uint8Array(960).map((_, index) => (index % 2 === 0 ? 0 : 4));

/** An engine whose blocks come when they are asked for here: each by a timer of its own, all in one turn of the event loop. */
function createEngine(blocks: readonly Promise<void>[]): Engine {
  const engine = createScriptedEngine();
  return {
    ...engine,
    capabilities: { ...engine.capabilities, formats: [format] },
    async *synthesize(): AsyncGenerator<EngineEvent> {
      yield { type: "start", format };
      for (const block of blocks) {
        await block;
        await new Promise((resolve) => setTimeout(resolve, 5));
        yield { type: "audio", bytes: loud };
      }
    },
  };
}

function createGate(): { open: () => void; opened: Promise<void> } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

function speak(engine: Engine, onChunk: () => void): Promise<unknown> {
  const stream = createSpeechStream({ engines: [{ engine }] }, { onChunk });
  void stream.feed("Hello there.");
  stream.done();
  return stream.waitUntilDone();
}

/** Streams whose first block has come, and whose second comes for all at once; a chunk costs each of them a millisecond. */
async function createMany(heard: string[], goOn: Promise<void>): Promise<Promise<unknown>[]> {
  const all = Array.from({ length: 40 }, (_, index) => speak(createEngine([Promise.resolve(), goOn]), () => (work(1), heard.push(`stream ${index}`))));
  await expect.poll(() => new Set(heard).size).toBe(40);
  heard.length = 0;
  return all;
}

describe("where the blocks of many streams are due at once", () => {
  it("one that begins is heard before most of them", async () => {
    const heard: string[] = [];
    const goOn = createGate();
    const all = await createMany(heard, goOn.opened);
    const one = speak(createEngine([goOn.opened]), () => heard.push("the one that begins"));
    goOn.open();
    await Promise.all([...all, one]);
    expect(new Set(heard).size).toBe(41);
    expect(heard.indexOf("the one that begins")).toBeLessThan(20);
  });

  it("they come in their order, and none is lost", async () => {
    const heard: string[] = [];
    const goOn = createGate();
    const all = await createMany(heard, goOn.opened);
    goOn.open();
    const reports = await Promise.all(all);
    expect(reports).toMatchObject(Array.from({ length: 40 }, () => ({ audioMs: expect.closeTo(40, 0) })));
    expect([...new Set(heard)]).toEqual(Array.from({ length: 40 }, (_, index) => `stream ${index}`));
  });
});
