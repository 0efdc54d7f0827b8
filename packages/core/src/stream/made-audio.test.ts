import { createFakeClock, createPacedSink, createScriptedEngine, numberedText, type FakeClock, type ScriptedEngine } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { SpeechStream } from "./speech-stream.ts";
import type { StreamReport } from "./stream-report.ts";

const TEXT = numberedText({ words: 40, sentenceWords: 8 });
/** The end of each segment is held back for a fade: an attempt that is called off keeps it. */
const HELD_MS = 5;

interface Watched {
  readonly stream: SpeechStream;
  readonly reports: StreamReport[];
}

function open(clock: FakeClock, engines: readonly ScriptedEngine[]): Watched {
  const reports: StreamReport[] = [];
  const stream = createSpeechStream({ engines: engines.map((engine) => ({ engine })), clock }, { sink: createPacedSink({ clock }), latency: "smoothest", onMetrics: (report) => void reports.push(report) });
  stream.waitUntilDone().catch(() => undefined);
  void stream.feed(TEXT).catch(() => undefined);
  stream.done();
  return { stream, reports };
}

/** What engines handed out. Their words follow each other without silence, so nothing of it is trimmed. */
const deliveredMs = (...engines: readonly ScriptedEngine[]): number => engines.flatMap(({ requests }) => requests).reduce((sum, { audioMs }) => sum + audioMs, 0);

describe.each([["requests", "segment"], ["sessions", "incremental"]] as const)("the audio that was made, in %s", (_, input) => {
  const script = { input: [input], marks: ["word"], wordMs: 250, startMs: 50, realTimeFactor: 0.2 } as const;

  it("is what was heard, where all went well", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ ...script, clock });
    const { stream, reports } = open(clock, [engine]);
    const report = await clock.runUntil(stream.waitUntilDone());
    expect(report.madeMs).toBeCloseTo(report.audioMs, 6);
    expect(report.madeMs).toBeCloseTo(10_000, 0);
    expect(reports.at(-1)).toEqual(report);
  });

  it("holds what an interruption has dropped", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ ...script, clock });
    const { stream, reports } = open(clock, [engine]);
    await clock.advance(2_000);
    await clock.runUntil(stream.interrupt());
    const report = await clock.runUntil(stream.waitUntilDone());
    expect(Math.abs(deliveredMs(engine) - report.madeMs)).toBeLessThanOrEqual(HELD_MS + 1e-6);
    expect(report.madeMs).toBeGreaterThan(report.audioMs + 250);
    expect(reports.filter(({ interrupted }) => interrupted)).toEqual([report]);
  });

  it.each(["abort", "close", "fail"] as const)("is told where the stream ends with an error: %s", async (how) => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ ...script, clock, fault: (_request, index) => (how === "fail" && index === 1 ? { kind: "error", code: "SERVICE", retryable: false, afterMs: 700 } : undefined) });
    const calling = new AbortController();
    const reports: StreamReport[] = [];
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink: createPacedSink({ clock }), latency: "smoothest", signal: calling.signal, onMetrics: (report) => void reports.push(report) });
    stream.waitUntilDone().catch(() => undefined);
    void stream.feed(TEXT).catch(() => undefined);
    stream.done();
    await clock.advance(2_100);
    if (how === "abort") calling.abort();
    if (how === "close") await clock.runUntil(stream.close());
    await clock.runUntil(stream.waitUntilDone().catch(() => undefined));
    const told = reports.length;
    const last = reports.at(-1);
    expect(Math.abs(deliveredMs(engine) - (last?.madeMs ?? 0))).toBeLessThanOrEqual(HELD_MS + 1e-6);
    expect(last?.madeMs).toBeGreaterThan(how === "fail" ? 2_600 : 2_100);
    await clock.runUntil(stream.close());
    expect(reports.length).toBe(told);
  });

  it("holds what failed tries have made", async () => {
    const clock = createFakeClock();
    const a = createScriptedEngine({ ...script, clock, id: "a", fault: (_request, index) => (index === 0 ? undefined : { kind: "error", code: "CONNECTION", afterMs: 600 }) });
    const b = createScriptedEngine({ ...script, clock, id: "b" });
    const { stream } = open(clock, [a, b]);
    const report = await clock.runUntil(stream.waitUntilDone());
    expect(report.failovers.length).toBeGreaterThan(0);
    expect(Math.abs(deliveredMs(a, b) - report.madeMs)).toBeLessThanOrEqual(HELD_MS * report.attempts);
    expect(report.audioMs).toBeGreaterThan(9_990);
    expect(report.madeMs).toBeGreaterThan(report.audioMs + 500);
  });
});

it("counts no audio for a stream that was never fed", async () => {
  const clock = createFakeClock();
  const reports: StreamReport[] = [];
  const stream = createSpeechStream({ engines: [{ engine: createScriptedEngine({ clock }) }], clock }, { onMetrics: (report) => void reports.push(report) });
  stream.waitUntilDone().catch(() => undefined);
  await stream.close();
  expect(reports).toMatchObject([{ madeMs: 0, audioMs: 0, attempts: 0 }]);
});
