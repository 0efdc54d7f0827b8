import type { Engine } from "@parlando/engine";
import { assertSpoken, createFakeClock, createPacedSink, createScriptedEngine, numberedText, type ScriptedEngineOptions } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import type { AudioProcessor } from "../audio/audio-processor.ts";
import type { TextStage } from "../text/mapped-text.ts";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { Warning } from "./stream-events.ts";
import type { StreamOptions } from "./stream-options.ts";
import type { StreamReport } from "./stream-report.ts";

const TEXT = numberedText({ words: 30, sentenceWords: 10 });

interface Run {
  report: Promise<StreamReport>;
  sink: ReturnType<typeof createPacedSink>;
  warnings: Warning[];
  engines: ReturnType<typeof createScriptedEngine>[];
}

function speak(scripts: readonly ScriptedEngineOptions[], options: StreamOptions = {}, text = TEXT): Run {
  const clock = createFakeClock();
  const engines = scripts.map((script, index) => createScriptedEngine({ clock, id: `engine-${index}`, startMs: 50, realTimeFactor: 0.2, ...script }));
  const sink = createPacedSink({ clock });
  const warnings: Warning[] = [];
  const stream = createSpeechStream({ engines: engines.map((engine) => ({ engine })), clock }, { sink, latency: "smoothest", onWarning: (warning) => warnings.push(warning), ...options });
  void stream.feed(text);
  stream.done();
  const report = clock.runUntil(stream.waitUntilDone());
  report.catch(() => undefined);
  return { report, sink, warnings, engines };
}

describe("an engine that fails", () => {
  it("is asked again where that may help, and nothing is heard twice", async () => {
    const { report, sink } = speak([{ fault: (_, index) => (index === 0 || index === 2 ? { kind: "error", code: "SERVICE" } : undefined) }]);
    expect(await report).toMatchObject({ segments: 3, attempts: 5, failovers: [] });
    assertSpoken(sink.played(), 24_000, TEXT);
  });

  it("is asked a bounded number of times", async () => {
    const { report, engines } = speak([{ fault: { kind: "error", code: "RATE_LIMITED", retryAfterMs: 200 } }]);
    await expect(report).rejects.toMatchObject({ code: "RATE_LIMITED", engine: "engine-0" });
    expect(engines[0]?.requests.filter((request) => request.text.startsWith("W0"))).toHaveLength(3);
  });

  it("is not asked again where that cannot help", async () => {
    const { report, engines } = speak([{ fault: { kind: "error", code: "AUTHENTICATION" } }]);
    await expect(report).rejects.toMatchObject({ code: "AUTHENTICATION" });
    expect(engines[0]?.requests.filter((request) => request.text.startsWith("W0"))).toHaveLength(1);
  });

  it("gives way to the next one, which goes on", async () => {
    const { report, sink, engines } = speak([{ fault: (_, index) => (index > 0 ? { kind: "error", code: "QUOTA_EXCEEDED" } : undefined) }, {}]);
    const { failovers, engines: spoke } = await report;
    expect(spoke).toEqual(["engine-0", "engine-1"]);
    expect(failovers[0]).toMatchObject({ from: "engine-0", to: "engine-1", code: "QUOTA_EXCEEDED" });
    assertSpoken(sink.played(), 24_000, TEXT);
    expect(engines[1]?.requests.length).toBe(2);
  });

  it("in mid-sentence is heard as far as it came, then the failure is told", async () => {
    const { report, sink } = speak([{ fault: (request) => (request.text.startsWith("W10") ? { kind: "error", code: "TRUNCATED", afterMs: 900, retryable: false } : undefined) }]);
    await expect(report).rejects.toMatchObject({ code: "TRUNCATED" });
    expect(sink.played().length).toBeGreaterThan(24_000 * 2);
    expect(sink.state).toBe("ended");
  });

  it("without a type becomes a typed error that does not repeat what was spoken", async () => {
    const secret = "canary words of the text";
    const { report } = speak([{ fault: { kind: "throw", value: new RangeError(secret) } }]);
    const error = await report.then(() => undefined, (thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: "SERVICE", engine: "engine-0" });
    expect(error?.message).not.toContain(secret);
    expect(error?.cause).toBeInstanceOf(RangeError);
  });

  it.each([{ kind: "stall" }, { kind: "stall", afterMs: 200, deaf: true }] as const)("by falling silent ends with TIMEOUT: %o", async (fault) => {
    const { report } = speak([{ fault }]);
    await expect(report).rejects.toMatchObject({ code: "TIMEOUT" });
  });

  it("by giving no audio for words ends with NO_AUDIO", async () => {
    const { report } = speak([{ fault: { kind: "no-audio" } }]);
    await expect(report).rejects.toMatchObject({ code: "NO_AUDIO" });
  });

  it("by sending what is not a number is heard as silence, not as noise", async () => {
    const { report, sink } = speak([{ fault: { kind: "not-a-number", afterMs: 100 } }]);
    await report;
    expect(sink.played().every(Number.isFinite)).toBe(true);
  });

  it("by the order of its events ends with PROTOCOL", async () => {
    const clock = createFakeClock();
    const { capabilities } = createScriptedEngine({ clock });
    const engine: Engine = {
      contract: "parlando/1",
      id: "disorderly",
      capabilities,
      async *synthesize() {
        yield { type: "pcm", samples: new Float32Array(100) };
      },
      close: async () => undefined,
    };
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink: "pull" });
    void stream.feed("Hello.");
    stream.done();
    await expect(clock.runUntil(stream.waitUntilDone())).rejects.toMatchObject({ code: "PROTOCOL" });
    await expect(stream.feed("more")).rejects.toMatchObject({ code: "PROTOCOL" });
  });
});

describe("what an engine cannot do", () => {
  it("is told by a warning, once", async () => {
    const { report, warnings, engines } = speak([{ capabilities: { prosody: [] } }], { rate: 1.2, pitch: 2, volume: 0.5 });
    await report;
    expect(warnings.map(({ code, option }) => [code, option])).toEqual([["UNSUPPORTED_OPTION", "rate"], ["UNSUPPORTED_OPTION", "pitch"]]);
    expect(engines[0]?.requests[0]?.request).toMatchObject({ rate: undefined, pitch: undefined, volume: undefined });
  });

  it("in volume is done here", async () => {
    const loud = speak([{ capabilities: { prosody: [] } }]);
    const quiet = speak([{ capabilities: { prosody: [] } }], { volume: 0.5 });
    await Promise.all([loud.report, quiet.report]);
    const peak = (samples: Float32Array): number => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(peak(quiet.sink.played()) / peak(loud.sink.played())).toBeCloseTo(0.5, 3);
  });

  it("in marks is told where they were asked for by name", async () => {
    const { report, warnings } = speak([{ marks: ["word"] }], { marks: ["word", "viseme"] });
    await report;
    expect(warnings.map((warning) => warning.message)).toEqual([expect.stringContaining("viseme")]);
  });

  it("in tags is left out of the text, and marks still point into the document", async () => {
    const document = "<speak>W1 <b>w2</b> w3.</speak>";
    const marks: string[] = [];
    const { report, engines, warnings } = speak([{ capabilities: { ssml: [] } }], { ssml: true, marks: ["word"], onMark: (mark) => marks.push(document.slice(mark.textStart, mark.textEnd)) }, document);
    await report;
    expect(engines[0]?.requests[0]?.request).toMatchObject({ ssml: false });
    expect(engines[0]?.requests[0]?.text).not.toContain("<");
    expect(warnings.map((warning) => warning.code)).toEqual(["UNSUPPORTED_OPTION"]);
    expect(marks).toEqual(["W1", "w2", "w3"]);
  });

  it("in length is cut to its limits, between words where there are any", async () => {
    const { report, engines, sink } = speak([{ limits: { segmentCharacters: 20 } }]);
    await report;
    expect(engines[0]?.requests.every((request) => request.text.length <= 20)).toBe(true);
    assertSpoken(sink.played(), 24_000, TEXT);
    const letters = speak([{ limits: { segmentBytes: 30 } }], {}, "é".repeat(100));
    await letters.report;
    expect(letters.engines[0]?.requests.every((request) => new TextEncoder().encode(request.text).length <= 30)).toBe(true);
    expect(letters.engines[0]?.requests.map((request) => request.text).join("")).toBe("é".repeat(100));
  });

  it("by taking text only as it comes is spoken to in sessions", async () => {
    const clock = createFakeClock();
    const { synthesize: _, ...engine } = createScriptedEngine({ clock, input: ["incremental"], startMs: 50, realTimeFactor: 0.2 });
    const sink = createPacedSink({ clock });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink });
    void stream.feed(TEXT);
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    assertSpoken(sink.played(), 24_000, TEXT);
  });

  it("by its other side not bearing to stand still is read to the end of the segment", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.1, limits: { idleMs: 4000 } });
    const sink = createPacedSink({ clock });
    sink.stall();
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink, highWaterMs: 100, latency: "smoothest" });
    void stream.feed(TEXT);
    await clock.advance(1500);
    expect(engine.activeRequests).toBe(1);
    await clock.advance(3000);
    expect(engine.activeRequests).toBe(0);
    await stream.close();
  });
});

describe("an app's own parts that fail", () => {
  const broken = (): never => {
    throw new RangeError("defect of the app");
  };

  it.each(["pull", "pump"] as const)("end the stream with their error: a text stage (%s)", async (kind) => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock });
    const taker: StreamOptions = kind === "pull" ? { sink: "pull" } : { onChunk: () => undefined };
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { ...taker, textStages: [() => ({ push: broken, flush: broken })] });
    void stream.feed(TEXT);
    stream.done();
    await expect(clock.runUntil(stream.waitUntilDone())).rejects.toMatchObject({ code: "INVALID_INPUT", cause: expect.any(RangeError) });
  });

  it.each(["pull", "pump"] as const)("end the stream with their error: an audio processor (%s)", async (kind) => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock });
    const taker: StreamOptions = kind === "pull" ? { sink: "pull" } : { onChunk: () => undefined };
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { ...taker, processors: [() => ({ latencyFrames: 0, process: broken, flush: broken })] });
    void stream.feed(TEXT);
    stream.done();
    const read = kind === "pull" ? stream[Symbol.asyncIterator]().next() : undefined;
    read?.catch(() => undefined);
    await expect(clock.runUntil(stream.waitUntilDone())).rejects.toMatchObject({ code: "INVALID_INPUT", cause: expect.any(RangeError) });
  });
});

describe("an app's own parts that return what they should not", () => {
  const nothing = (): never => undefined as never;
  const empty: TextStage = { push: () => ({ text: "", sourceAt: () => 0 }), flush: () => ({ text: "", sourceAt: () => 0 }) };
  const stageOf = (push: () => unknown, flush: () => unknown = () => ({ text: "", sourceAt: () => 0 })): StreamOptions => ({ textStages: [() => ({ push: push as TextStage["push"], flush: flush as TextStage["flush"] })] });
  const processorOf = (process: (samples: Float32Array) => unknown, flush: () => unknown = () => new Float32Array(0)): StreamOptions => ({
    processors: [() => ({ latencyFrames: 0, process: process as AudioProcessor["process"], flush: flush as AudioProcessor["flush"] })],
  });

  it.each<[string, StreamOptions, string]>([
    ["a stage that returns nothing", stageOf(nothing), "push() of a text stage"],
    ["a stage that returns a text without a way back", stageOf(() => ({ text: "Hello." })), "push() of a text stage"],
    ["a stage that returns a promise", stageOf(() => Promise.resolve({ text: "Hello.", sourceAt: () => 0 })), "push() of a text stage"],
    ["a stage that returns nothing at the end", stageOf(() => ({ text: "Hello.", sourceAt: () => 0 }), nothing), "flush() of a text stage"],
    ["a stage that returns nothing at a pause", { latency: "soonest", textStages: [() => ({ ...empty, push: (mapped) => mapped, settle: nothing })] }, "settle() of a text stage"],
    ["a stage whose way back fails", stageOf(() => ({ text: "Hello.", sourceAt: () => { throw new RangeError("defect of the app"); } })), "sourceAt() of a text stage"],
    ["a processor that returns nothing", processorOf(nothing), "process() of an audio processor"],
    ["a processor that returns other numbers", processorOf((samples) => [...samples]), "process() of an audio processor"],
    ["a processor that returns nothing at the end", processorOf((samples) => samples, nothing), "flush() of an audio processor"],
  ])("end the stream with an error that says which: %s", async (_, options, what) => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { onChunk: () => undefined, ...options });
    const failed = expect(stream.waitUntilDone()).rejects.toMatchObject({ code: "INVALID_INPUT", message: expect.stringContaining(what) });
    stream.feed(TEXT).catch(() => undefined);
    await clock.advance(60_000);
    stream.done();
    await clock.advance(60_000);
    await failed;
  });

  it.each<[string, unknown, string]>([
    ["no stage", { textStages: [null] }, '"textStages[0]" is null'],
    ["a stage that was not made", { textStages: [empty] }, '"textStages[0]" is an object'],
    ["no list of stages", { textStages: () => empty }, '"textStages"'],
    ["a stage that is none", { textStages: [() => ({})] }, "text stage"],
    ["a factory of stages that fails", { textStages: [nothing] }, "text stage"],
    ["no processor", { processors: [undefined] }, '"processors[0]" is undefined'],
    ["a processor that is none", { processors: [() => ({})] }, "audio processor"],
    ["a processor without its delay", { processors: [() => ({ process: nothing, flush: nothing })] }, "audio processor"],
    ["half a sample in a second", { output: { sampleRate: 44_100.5 } }, '"output.sampleRate"'],
    ["half a channel", { output: { channels: 1.5 } }, '"output.channels"'],
  ])("are refused when the stream is made: %s", (_, options, what) => {
    const engine = createScriptedEngine({ clock: createFakeClock() });
    expect(() => createSpeechStream({ engines: [{ engine }] }, { onChunk: () => undefined, ...(options as StreamOptions) })).toThrow(expect.objectContaining({ code: "INVALID_INPUT", message: expect.stringContaining(what) }));
  });
});

describe("promises that nobody looks at", () => {
  it("never become unhandled rejections", async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", listen);
    const clock = createFakeClock();
    const failing = createScriptedEngine({ clock, fault: { kind: "error", code: "AUTHENTICATION" } });
    const stream = createSpeechStream({ engines: [{ engine: failing }], clock }, { onChunk: () => undefined, highWaterCharacters: 10, maxCharacters: 400 });
    void stream.feed(TEXT);
    void stream.feed("x".repeat(1000));
    void stream.waitUntilDone();
    await clock.advance(1000);
    void stream.feed("after the failure");
    const ended = createSpeechStream({ engines: [{ engine: createScriptedEngine({ clock }) }], clock }, { sink: "pull" });
    ended.done();
    void ended.feed("after done");
    void ended.waitUntilDone();
    const closed = createSpeechStream({ engines: [{ engine: createScriptedEngine({ clock }) }], clock }, { sink: "pull" });
    void closed.waitUntilDone();
    void closed.close();
    void closed.feed("after close");
    await clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", listen);
    expect(unhandled).toEqual([]);
  });
});

describe("a listener that throws", () => {
  it("becomes a warning", async () => {
    const { report, warnings } = speak([{}], { onMark: () => {
      throw new RangeError("defect of the app");
    } });
    await report;
    expect(warnings[0]?.code).toBe("LISTENER_FAILED");
  });
});
