import type { AudioFormat, Engine, EngineEvent } from "@parlando/engine";
import { createScriptedEngine } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";

const format: AudioFormat = { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 };
/** 20 ms of sound. */
const loud = new Uint8Array(960).map((_, index) => (index % 2 === 0 ? 0 : 4));

/** An engine whose blocks come when they are asked for here: each by a timer of its own, all in one turn of the event loop. */
function createEngine(blocks: readonly Promise<void>[], passedOn = (): void => undefined, first = loud): Engine {
  const engine = createScriptedEngine();
  return {
    ...engine,
    capabilities: { ...engine.capabilities, formats: [format] },
    async *synthesize(): AsyncGenerator<EngineEvent> {
      yield { type: "start", format };
      for (const [index, block] of blocks.entries()) {
        await block;
        await new Promise((resolve) => setTimeout(resolve, 5));
        yield { type: "audio", bytes: index === 0 ? first : loud };
        // It is asked for more when this was passed on.
        if (index > 0) passedOn();
      }
    },
  };
}

function createGate(): { open: () => void; opened: Promise<void> } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

/** Long enough for the engines to begin, and for what they gave to be heard. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

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

  it("they come nearly in their order, and none is lost", async () => {
    const heard: string[] = [];
    const goOn = createGate();
    const all = await createMany(heard, goOn.opened);
    goOn.open();
    const reports = await Promise.all(all);
    expect(reports).toMatchObject(Array.from({ length: 40 }, () => ({ audioMs: expect.closeTo(40, 0) })));
    // One whose block came just before the turn was late waits for more of it, and a few go before.
    const outOfOrder = [...new Set(heard)].map((name, place) => Math.abs(Number(name.slice("stream ".length)) - place));
    expect(outOfOrder).toHaveLength(40);
    // 13 if there were no order, 20 if it were reversed.
    expect(outOfOrder.reduce((sum, places) => sum + places, 0) / 40).toBeLessThan(6);
  });

  it("those who have nothing ahead get theirs before those who have", async () => {
    const order: string[] = [];
    const goOn = createGate();
    const long = new Uint8Array(30 * loud.length).map((_, index) => loud[index % loud.length] ?? 0);
    const all = Array.from({ length: 40 }, (_, index) => {
      const name = index % 2 === 0 ? "600 ms ahead" : "nothing ahead";
      return speak(createEngine([Promise.resolve(), goOn.opened], () => (work(1), order.push(name)), index % 2 === 0 ? long : loud), () => undefined);
    });
    await pause();
    goOn.open();
    await Promise.all(all);
    expect(order).toHaveLength(40);
    // What comes in the first milliseconds is done at once, whoever it is for.
    expect(order.slice(0, 20).filter((name) => name === "nothing ahead").length).toBeGreaterThanOrEqual(15);
  });
});
