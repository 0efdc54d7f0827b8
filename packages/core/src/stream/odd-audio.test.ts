import type { AudioFormat, Engine, EngineEvent, SynthesisRequest } from "@parlando/engine";
import { createFakeClock, createPacedSink, createScriptedEngine, type FakeClock } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { Warning } from "./stream-events.ts";
import type { StreamOptions } from "./stream-options.ts";

const FORMAT: AudioFormat = { encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 };
const TEXT = "Hello my good friend, how are you today? This is the second sentence, which is longer. And here is a third one.";

type Script = (request: SynthesisRequest, wait: (ms: number) => Promise<void>) => AsyncGenerator<EngineEvent>;

/** As long as the text takes at a common pace. */
const framesOf = ({ text }: Pick<SynthesisRequest, "text">): number => text.length * 66 * 24;
const sine = (frames: number): Float32Array => Float32Array.from({ length: frames }, (_, index) => 0.3 * Math.sin(index / 20));

function createEngine(clock: FakeClock, script: Script): Engine {
  return {
    contract: "parlando/1",
    id: "odd",
    capabilities: { ...createScriptedEngine({ clock }).capabilities, formats: [FORMAT] },
    async *synthesize(request, signal) {
      yield { type: "start", format: FORMAT };
      yield* script(request, async (ms) => {
        await clock.sleep(ms, signal);
        signal.throwIfAborted();
      });
    },
    close: async () => undefined,
  };
}

async function speak(script: Script, options: StreamOptions = {}): Promise<{ warnings: Warning[]; toldAtMs: number[]; segments: number }> {
  const clock = createFakeClock();
  const warnings: Warning[] = [];
  const toldAtMs: number[] = [];
  const onWarning = (warning: Warning): void => {
    warnings.push(warning);
    toldAtMs.push(clock.now());
  };
  const stream = createSpeechStream({ engines: [{ engine: createEngine(clock, script) }], clock }, { sink: createPacedSink({ clock }), latency: "smoothest", onWarning, ...options });
  await stream.feed(TEXT);
  stream.done();
  const { segments } = await clock.runUntil(stream.waitUntilDone(), { maxMs: 400_000 });
  return { warnings, toldAtMs, segments };
}

const whole = (change: (samples: Float32Array) => Float32Array): Script =>
  async function* (request) {
    yield { type: "pcm", samples: change(sine(framesOf(request))) };
  };

describe("an engine whose audio has no sound", () => {
  it.each([
    ["zeros", whole((samples) => samples.fill(0))],
    ["a noise that nobody hears", whole((samples) => samples.map((sample) => sample / 1_000))],
  ])("is told of for each segment with words: %s", async (_, script) => {
    const { warnings, segments } = await speak(script);
    expect(warnings.map(({ code, engine }) => [code, engine])).toEqual(Array.from({ length: segments }, () => ["IMPLAUSIBLE_AUDIO", "odd"]));
    expect(warnings[0]?.message).toContain("without any sound");
  });

  it("is not told of where silence was asked for", async () => {
    expect((await speak(whole((samples) => samples.fill(0)), { volume: 0 })).warnings.filter(({ code }) => code === "IMPLAUSIBLE_AUDIO")).toEqual([]);
  });

  it("is not told of where there is any, behind a long silence", async () => {
    expect((await speak(whole((samples) => samples.fill(0, 0, samples.length - 4_800)))).warnings).toEqual([]);
  });
});

describe("samples that are no numbers", () => {
  const withHoles = (samples: Float32Array): Float32Array => samples.map((sample, index) => (index % 1_000 === 500 ? NaN : sample));

  it.each([
    ["samples", whole(withHoles)],
    ["bytes", async function* (request: SynthesisRequest): AsyncGenerator<EngineEvent> {
      yield { type: "audio", bytes: new Uint8Array(withHoles(sine(framesOf(request))).buffer) };
    }],
  ])("are told of once in a stream, where they come as %s", async (_, script) => {
    const { warnings, segments } = await speak(script);
    expect(segments).toBeGreaterThan(1);
    expect(warnings).toMatchObject([{ code: "IMPLAUSIBLE_AUDIO", engine: "odd", message: expect.stringContaining("no numbers") as string }]);
  });

  it("and nothing else are silence as well", async () => {
    const { warnings, segments } = await speak(whole((samples) => samples.fill(NaN)));
    expect(warnings).toHaveLength(1 + segments);
  });
});

describe("audio that does not end", () => {
  const lasting = (seconds: number, level = 1): Script =>
    async function* (_, wait) {
      for (let second = 0; second < seconds; second += 1) {
        await wait(50);
        yield { type: "pcm", samples: sine(24_000).map((sample) => sample * level) };
      }
    };

  it.each([["sound", 1], ["silence", 0]])("is told of while it is made, once: %s", async (_, level) => {
    const { warnings, toldAtMs, segments } = await speak(lasting(90, level));
    expect(warnings.map(({ code }) => code)).toEqual(Array.from({ length: segments }, () => "IMPLAUSIBLE_AUDIO"));
    expect(warnings[0]?.message).toContain("several times more audio");
    // What is made may be ahead of what is heard, by the buffer.
    expect(toldAtMs[0]).toBeLessThan(40_000);
  });

  it("is judged at its end only, where it could be its text", async () => {
    const { warnings, toldAtMs } = await speak(lasting(13));
    expect(warnings[0]?.message).toContain("too long for its text");
    expect(toldAtMs[0]).toBeGreaterThan(0);
  });
});
