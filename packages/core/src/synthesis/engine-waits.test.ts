import type { AudioFormat, Engine, EngineSession } from "@parlando/engine";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createSpeechStream } from "../stream/create-speech-stream.ts";
import type { SpeechStream } from "../stream/speech-stream.ts";

afterEach(() => vi.restoreAllMocks());

const FORMAT: AudioFormat = { encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 };
const never = new Promise<never>(() => undefined);

/** Says a tenth of a second, and after that neither goes on nor stops. */
function createDeafEngine(input: "segment" | "incremental", isDeaf: () => boolean = () => true, onStuck: () => void = () => undefined): Engine {
  async function* say(): AsyncGenerator<{ type: "start"; format: AudioFormat } | { type: "pcm"; samples: Float32Array }> {
    const isStuck = isDeaf();
    yield { type: "start", format: FORMAT };
    yield { type: "pcm", samples: new Float32Array(2_400).fill(0.1) };
    if (isStuck) onStuck();
    if (isStuck) await never;
  }
  const session = (): EngineSession => ({ events: say(), write: async () => undefined, flush: async () => undefined, end: async () => undefined, cancel: () => never, close: () => never });
  return {
    contract: "parlando/1",
    id: "deaf",
    capabilities: { input: [input], output: "streaming", formats: [FORMAT], marks: [], ssml: [], limits: { concurrency: 1 }, prosody: [], runsIn: ["node"], cancelCost: "none", cost: { startMs: 10, perCharacterMs: 1 }, deterministic: true },
    ...(input === "segment" ? { synthesize: say } : { openSession: async () => session() }),
    close: async () => undefined,
  };
}

/** Opens a stream that speaks, and waits for its first audio where the engine is free. */
async function open(engine: Engine, text = "Hello there."): Promise<{ stream: SpeechStream; heard: Promise<void> }> {
  let hear = (): void => undefined;
  const heard = new Promise<void>((resolve) => (hear = resolve));
  const stream = createSpeechStream({ engines: [{ engine }] }, { onChunk: () => hear() });
  stream.waitUntilDone().catch(() => undefined);
  await stream.feed(text);
  stream.done();
  return { stream, heard };
}

/** Counts the timers set from now on that last as long as an engine may take to stop: all of them, and those that still keep the process alive. */
function watchTimers(): () => { set: number; referenced: number } {
  const set = vi.spyOn(globalThis, "setTimeout");
  const cleared = vi.spyOn(globalThis, "clearTimeout");
  return () => {
    const off = new Set(cleared.mock.calls.map(([timer]) => timer as unknown));
    const timers = set.mock.results.filter((_, index) => set.mock.calls[index]?.[1] === 1_000).map(({ value }) => value as unknown as NodeJS.Timeout);
    return { set: timers.length, referenced: timers.filter((timer) => timer.hasRef() && !off.has(timer)).length };
  };
}

describe("an engine that does not stop when it is told to", () => {
  it.each(["segment", "incremental"] as const)("does not keep the process alive behind close(): %s", async (input) => {
    const { stream, heard } = await open(createDeafEngine(input));
    await heard;
    const timers = watchTimers();
    await stream.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(timers().set).toBeGreaterThan(0);
    expect(timers().referenced).toBe(0);
  });

  it.each(["before", "behind"])("keeps it alive for who waits for its slot, and gives that in a second: begun %s the close", async (when) => {
    let isDeaf = true;
    let stick = (): void => undefined;
    // Its audio may be heard before it is asked for more, and until then it stops like any other.
    const stuck = new Promise<void>((resolve) => (stick = resolve));
    const engine = createDeafEngine("segment", () => isDeaf, () => stick());
    const first = await open(engine);
    await stuck;
    isDeaf = false;
    const timers = watchTimers();
    if (when === "behind") await first.stream.close();
    const second = await open(engine);
    if (when === "before") await first.stream.close();
    await vi.waitFor(() => expect(timers().referenced).toBeGreaterThan(0));
    await second.heard;
    await second.stream.close();
  });
});
