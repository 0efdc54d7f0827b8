import { TTSError, type Engine, type EngineSession, type SessionEvent } from "@parlando/engine";
import { assertSpoken, createFakeClock, createPacedSink, createScriptedEngine, numberedText, type FakeClock, type ScriptedEngineOptions } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { Warning } from "./stream-events.ts";
import { feedTokens, openSessionStream, recordSessions, samplesOf, type SessionCall } from "./session.test-helper.ts";
import type { SpeechStream } from "./speech-stream.ts";
import type { StreamOptions } from "./stream-options.ts";

const TEXT = numberedText({ words: 24, sentenceWords: 8 });
const never = (): Promise<void> => new Promise(() => undefined);

interface Altered {
  readonly clock: FakeClock;
  readonly stream: SpeechStream;
  readonly calls: SessionCall[];
  readonly chunks: AudioChunk[];
  readonly warnings: Warning[];
}

/** A stream over scripted sessions of which some parts are not as they should be. */
function openAltered(alter: (session: EngineSession, number: number) => Partial<EngineSession>, options: { stream?: StreamOptions; script?: ScriptedEngineOptions; others?: readonly Engine[]; clock?: FakeClock } = {}): Altered {
  const clock = options.clock ?? createFakeClock();
  const scripted = createScriptedEngine({ clock, input: ["incremental"], startMs: 50, realTimeFactor: 0.1, ...options.script });
  let number = -1;
  const openSession: Engine["openSession"] = async (request, signal) => {
    number += 1;
    const session = await scripted.openSession!(request, signal);
    return { ...session, ...alter(session, number) };
  };
  const { engine, calls } = recordSessions<Engine>(Object.assign(Object.create(scripted) as Engine, { openSession }), clock);
  const chunks: AudioChunk[] = [];
  const warnings: Warning[] = [];
  const engines = [engine, ...(options.others ?? [])].map((one) => ({ engine: one }));
  const stream = createSpeechStream({ engines, clock }, { ...(options.stream?.sink === undefined && { onChunk: (chunk: AudioChunk) => void chunks.push(chunk) }), onWarning: (warning) => void warnings.push(warning), latency: "smoothest", ...options.stream });
  return { clock, stream, calls, chunks, warnings };
}

async function speak({ clock, stream }: Altered, text = TEXT): Promise<Awaited<ReturnType<SpeechStream["waitUntilDone"]>>> {
  await clock.runUntil(feedTokens(stream, text, { clock, everyMs: 20 }));
  stream.done();
  return clock.runUntil(stream.waitUntilDone(), { maxMs: 600_000 });
}

const opened = (calls: readonly SessionCall[]): number => calls.filter(({ call }) => call === "open").length;
const closed = (calls: readonly SessionCall[]): number => new Set(calls.filter(({ call }) => call === "close").map(({ session }) => session)).size;

async function expectAllClosed({ clock, calls }: Pick<Altered, "clock" | "calls">): Promise<void> {
  await clock.advance(5000);
  expect(closed(calls)).toBe(opened(calls));
  expect(clock.pending).toBe(0);
}

/** Events as they come, changed one by one. */
async function* changed(events: AsyncIterable<SessionEvent>, change: (event: SessionEvent, index: number) => readonly SessionEvent[]): AsyncGenerator<SessionEvent> {
  let index = 0;
  for await (const event of events) yield* change(event, index++);
}

describe("a session that fails", () => {
  it.each<[string, (session: EngineSession) => Partial<EngineSession>]>([
    ["at its first write", () => ({ write: () => Promise.reject(new TTSError("CONNECTION", "The socket has gone.")) })],
    ["at its first flush", () => ({ flush: () => Promise.reject(new TTSError("CONNECTION", "The socket has gone.")) })],
    ["before its first event", () => ({ events: { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new TTSError("SERVICE", "Busy.")) }) } })],
    ["by ending early", (session) => ({ events: (async function* () { for await (const event of session.events) if (event.type !== "pcm") yield event; else return; })() })],
    ["by never taking a write", () => ({ write: never })],
    ["by never taking a flush", () => ({ flush: never })],
    ["by never saying anything", () => ({ events: { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) } })],
    ["by throwing what is no error", () => ({ write: () => { throw new TTSError("SERVICE", "At once."); } })],
  ])("is followed by another, and nothing is lost or heard twice: %s", async (_, alter) => {
    const altered = openAltered((session, number) => (number === 0 ? alter(session) : {}));
    const report = await speak(altered);
    assertSpoken(samplesOf(altered.chunks), 24_000, TEXT);
    expect(report.failovers).toEqual([]);
    expect(opened(altered.calls)).toBe(2);
    await expectAllClosed(altered);
  });

  it.each(["rejects", "throws", "never opens"] as const)("at its opening is opened again: %s", async (how) => {
    const clock = createFakeClock();
    const scripted = createScriptedEngine({ clock, input: ["incremental"] });
    let tries = 0;
    const openSession: Engine["openSession"] = (request, signal) => {
      tries += 1;
      const error = new TTSError("CONNECTION", "No way.");
      if (tries > 2) return scripted.openSession!(request, signal);
      if (how === "throws") throw error;
      return how === "rejects" ? Promise.reject(error) : new Promise(() => undefined);
    };
    const chunks: AudioChunk[] = [];
    const stream = createSpeechStream({ engines: [{ engine: Object.assign(Object.create(scripted) as Engine, { openSession }) }], clock }, { onChunk: (chunk) => void chunks.push(chunk) });
    void stream.feed(TEXT);
    stream.done();
    await clock.runUntil(stream.waitUntilDone(), { maxMs: 200_000 });
    assertSpoken(samplesOf(chunks), 24_000, TEXT);
    expect(tries).toBe(3);
    await clock.advance(2000);
    expect(clock.pending).toBe(0);
  });

  it("at every opening fails the stream with its error, once three were tried", async () => {
    let tries = 0;
    const altered = openAltered(() => {
      tries += 1;
      throw new TTSError("CONNECTION", "No way.");
    });
    void altered.stream.feed("Hello there.");
    await expect(altered.clock.runUntil(altered.stream.waitUntilDone())).rejects.toMatchObject({ code: "CONNECTION" });
    expect(tries).toBe(3);
    await altered.clock.advance(2000);
    expect(altered.clock.pending).toBe(0);
  });

  it("for good is not tried again", async () => {
    const altered = openAltered(() => ({ write: () => Promise.reject(new TTSError("AUTHENTICATION", "Who are you?")) }));
    void altered.stream.feed(TEXT);
    await expect(altered.clock.runUntil(altered.stream.waitUntilDone())).rejects.toMatchObject({ code: "AUTHENTICATION" });
    expect(opened(altered.calls)).toBe(1);
    await expectAllClosed(altered);
  });

  it("in the middle of what was handed out ends the stream, where nobody can tell the words", async () => {
    const altered = openAltered(() => ({}), { script: { marks: [], realTimeFactor: 0.5, fault: (request) => (request.text.includes("W8") || request.text.includes("w8") ? { kind: "error", code: "SERVICE", afterMs: 600 } : undefined) } });
    await expect(speak(altered)).rejects.toMatchObject({ code: "SERVICE" });
    expect(samplesOf(altered.chunks).length).toBeGreaterThan(24_000);
    await expectAllClosed(altered);
  });

  it("is retried and keeps the bill of all that was sent", async () => {
    const altered = openAltered((_, number) => (number === 0 ? { flush: () => Promise.reject(new TTSError("CONNECTION", "Gone.")) } : {}), { script: { realTimeFactor: 2 } });
    void altered.stream.feed("One two three. Four");
    await altered.clock.advance(3000);
    const { billedCharacters, heardText, unheardText } = await altered.clock.runUntil(altered.stream.interrupt());
    expect(heardText + unheardText).toBe("One two three. Four");
    expect(billedCharacters).toBeGreaterThanOrEqual(2 * "One two three.".length);
  });
});

describe("a session engine that fails for good gives way", () => {
  const broken = (afterMs?: number) => (request: { text: string }) => (request.text.includes("8") ? ({ kind: "error", code: "SERVICE", retryable: false, afterMs } as const) : undefined);

  it.each(["segment", "incremental"] as const)("to an engine that takes text as %s", async (input) => {
    const clock = createFakeClock();
    const other = createScriptedEngine({ clock, id: "other", input: [input], startMs: 80 });
    const altered = openAltered(() => ({}), { clock, others: [other], script: { fault: broken() } });
    const report = await speak(altered);
    assertSpoken(samplesOf(altered.chunks), 24_000, TEXT);
    expect(report.engines).toEqual(["scripted", "other"]);
    expect(report.failovers).toMatchObject([{ segment: 1, from: "scripted", to: "other", code: "SERVICE" }]);
    await expectAllClosed(altered);
  });

  it("at its opening, before anything was sent", async () => {
    const clock = createFakeClock();
    const other = createScriptedEngine({ clock, id: "other", startMs: 80 });
    const altered = openAltered(() => { throw new TTSError("AUTHENTICATION", "Who are you?"); }, { clock, others: [other] });
    const report = await speak(altered);
    assertSpoken(samplesOf(altered.chunks), 24_000, TEXT);
    expect(report.failovers).toMatchObject([{ segment: 0, from: "scripted", to: "other", code: "AUTHENTICATION" }]);
    await expectAllClosed({ clock, calls: [] });
  });

  it("and takes over from one that takes segments", async () => {
    const clock = createFakeClock();
    const first = createScriptedEngine({ clock, id: "first", fault: { kind: "error", code: "SERVICE", retryable: false } });
    const recorded = recordSessions(createScriptedEngine({ clock, input: ["segment", "incremental"] }), clock);
    const chunks: AudioChunk[] = [];
    const stream = createSpeechStream({ engines: [{ engine: first }, { engine: recorded.engine }], clock }, { onChunk: (chunk) => void chunks.push(chunk) });
    await clock.runUntil(feedTokens(stream, TEXT, { clock, everyMs: 40 }));
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    assertSpoken(samplesOf(chunks), 24_000, TEXT);
    expect(opened(recorded.calls)).toBe(1);
  });
});

describe("a session that does what it likes", () => {
  it.each<[string, (event: SessionEvent) => readonly SessionEvent[]]>([
    ["tells each flush twice", (event) => (event.type === "flushed" ? [event, event] : [event])],
    ["counts no white space", (event) => (event.type === "flushed" ? [{ type: "flushed", through: event.through - 1 }] : [event])],
    ["tells an offset that is no number", (event) => (event.type === "flushed" ? [{ type: "flushed", through: Number.NaN }] : [event])],
    ["tells marks without audio behind them", (event) => (event.type === "usage" ? [{ type: "mark", mark: { kind: "word", timeMs: 1e9, textStart: 1e9, textEnd: 1e9 + 1, value: "x", source: "native" } }, event] : [event])],
    ["tells usage that is no number", (event) => (event.type === "usage" ? [{ type: "usage", characters: Number.NaN }] : [event])],
  ])("is heard all the same: it %s", async (_, change) => {
    const altered = openAltered((session) => ({ events: changed(session.events, change) }));
    const report = await speak(altered);
    assertSpoken(samplesOf(altered.chunks), 24_000, TEXT);
    expect(report).toMatchObject({ segments: 3, attempts: 3 });
    await expectAllClosed(altered);
  });

  it("is heard to the end of its turn where it tells no flush", async () => {
    const altered = openAltered((session) => ({ events: changed(session.events, (event) => (event.type === "flushed" ? [] : [event])) }), { stream: { highWaterMs: 10_000 } });
    expect(await speak(altered)).toMatchObject({ segments: 3, attempts: 3 });
    assertSpoken(samplesOf(altered.chunks), 24_000, TEXT);
    await expectAllClosed(altered);
  });

  it.each<[string, (event: SessionEvent, index: number) => readonly SessionEvent[]]>([
    ["begins without a start", (event) => (event.type === "start" ? [] : [event])],
    ["starts twice", (event) => (event.type === "start" ? [event, event] : [event])],
    ["tells a flush before its audio", (event) => (event.type === "pcm" ? [{ type: "flushed", through: 1000 }, event] : [event])],
  ])("fails the stream with a typed error, and leaves nothing open: it %s", async (_, change) => {
    const altered = openAltered((session) => ({ events: changed(session.events, change) }));
    await expect(speak(altered)).rejects.toMatchObject({ code: expect.stringMatching(/^(PROTOCOL|NO_AUDIO)$/u) });
    await expectAllClosed(altered);
  });

  it("is left alone when it sends audio after its end", async () => {
    const altered = openAltered((session) => ({ events: changed(session.events, (event) => (event.type === "usage" ? [{ type: "pcm", samples: new Float32Array(2400).fill(0.1) }] : [event])) }));
    await speak(altered);
    assertSpoken(samplesOf(altered.chunks), 24_000, TEXT);
    await expectAllClosed(altered);
  });

  it("may refuse to end, and to stop", async () => {
    const altered = openAltered(() => ({ end: () => Promise.reject(new TTSError("CONNECTION", "Gone.")), cancel: never, close: never }));
    await speak(altered);
    assertSpoken(samplesOf(altered.chunks), 24_000, TEXT);
    await expectAllClosed(altered);
  });

  it.each([0, 5, 60, 400, 900, 2000])("is stopped at once when the stream is closed after %i ms", async (afterMs) => {
    for (const end of ["close", "interrupt", "abort"] as const) {
      const controller = new AbortController();
      const altered = openAltered(() => ({ cancel: never }), { stream: { signal: controller.signal }, script: { realTimeFactor: 0.5 } });
      void feedTokens(altered.stream, TEXT, { clock: altered.clock, everyMs: 50 }).catch(() => undefined);
      await altered.clock.advance(afterMs);
      const had = altered.chunks.length;
      if (end === "abort") controller.abort();
      else await altered.clock.runUntil<unknown>(altered.stream[end]());
      await altered.clock.settle();
      expect(closed(altered.calls)).toBe(opened(altered.calls));
      await altered.clock.advance(20_000);
      expect(altered.chunks.length).toBe(had);
      expect(altered.clock.pending).toBe(0);
      await altered.stream.waitUntilDone().catch(() => undefined);
    }
  });

  it("is closed when it opens after the stream has ended", async () => {
    const clock = createFakeClock();
    const scripted = createScriptedEngine({ clock, input: ["incremental"] });
    let closes = 0;
    const openSession: Engine["openSession"] = async (request) => {
      await clock.sleep(500);
      const session = await scripted.openSession!(request, new AbortController().signal);
      return { ...session, close: async () => void (closes += 1) };
    };
    const stream = createSpeechStream({ engines: [{ engine: Object.assign(Object.create(scripted) as Engine, { openSession }) }], clock }, { onChunk: () => undefined });
    void stream.feed("Hello there ");
    await clock.advance(100);
    await stream.close();
    await clock.advance(1000);
    expect(closes).toBe(1);
    expect(clock.pending).toBe(0);
  });
});

describe("a session that has nothing to say", () => {
  it("is kept for what comes soon, and given back when nothing does", async () => {
    const { clock, stream, calls, chunks } = openSessionStream({ latency: "smoothest" }, { capabilities: { flush: "costly" } });
    await stream.feed("One two. ");
    stream.flush();
    await clock.advance(8000);
    await stream.feed("Three four. ");
    stream.flush();
    await clock.advance(2000);
    expect(opened(calls)).toBe(1);
    await clock.advance(30_000);
    expect(calls.slice(-2).map(({ call }) => call)).toEqual(["end", "close"]);
    await stream.feed("Five six.");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(opened(calls)).toBe(2);
    assertSpoken(samplesOf(chunks), 24_000, "One two. Three four. Five six.");
    await clock.advance(2000);
    expect(clock.pending).toBe(0);
  });

  it("has another turn on the same connection where it can, and tells marks in the times of the stream", async () => {
    const texts: string[] = [];
    const { clock, stream, calls } = openSessionStream({ latency: "smoothest", onMark: (mark) => void texts.push("One two. Three four. Five six.".slice(mark.textStart, mark.textEnd)), marks: ["word"] });
    for (const text of ["One two. ", "Three four. ", "Five six."]) {
      await stream.feed(text);
      stream.flush();
      await clock.advance(12_000);
    }
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(opened(calls)).toBe(1);
    expect(calls.filter(({ call }) => call === "nextTurn").length).toBe(2);
    expect(texts).toEqual(["One", "two", "Three", "four", "Five", "six"]);
  });

  it("is ended before its other side loses patience, and what was half written is written again", async () => {
    const { clock, stream, calls, chunks, segments } = openSessionStream({ latency: "smoothest" }, { limits: { idleMs: 4000 } });
    await stream.feed("One two three ");
    await clock.advance(3000);
    expect(closed(calls)).toBe(1);
    await stream.feed("four. Five");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(opened(calls)).toBe(2);
    expect(segments.map(({ text }) => text)).toEqual(["One two three four.", "Five"]);
    assertSpoken(samplesOf(chunks), 24_000, "One two three four. Five");
  });

  it("is ended before that also when the taker stalls, after what was flushed is read", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock });
    sink.stall();
    const { stream, calls, engine } = openSessionStream({ clock, sink, highWaterMs: 100, latency: "smoothest" }, { limits: { idleMs: 4000 } });
    const text = numberedText({ words: 40, sentenceWords: 10 });
    void stream.feed(text);
    stream.done();
    await clock.advance(1500);
    expect(engine.activeRequests).toBe(1);
    await clock.advance(20_000);
    expect(engine.activeRequests).toBe(0);
    expect(closed(calls)).toBe(opened(calls));
    sink.release();
    await clock.runUntil(stream.waitUntilDone());
    assertSpoken(sink.played(), 24_000, text);
    await expectAllClosed({ clock, calls });
  });

  it("is flushed where half a sentence is being spoken already", async () => {
    const { clock, stream, segments, chunks } = openSessionStream({ latency: "smoothest" }, { limits: { idleMs: 4000 }, eagerCharacters: 5 });
    await stream.feed("One two three ");
    await clock.advance(3000);
    expect(segments.map(({ text }) => text)).toEqual(["One two three"]);
    await stream.feed("four.");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    assertSpoken(samplesOf(chunks), 24_000, "One two three four.");
  });

  it("that does not end its turn is left for a fresh one within a second", async () => {
    const altered = openAltered(() => ({ end: never }));
    await altered.stream.feed("One two. ");
    altered.stream.flush();
    await altered.clock.advance(10_500);
    expect(closed(altered.calls)).toBe(0);
    await altered.clock.advance(1000);
    expect(closed(altered.calls)).toBe(1);
    await altered.stream.feed("Three four.");
    altered.stream.done();
    await altered.clock.runUntil(altered.stream.waitUntilDone());
    assertSpoken(samplesOf(altered.chunks), 24_000, "One two. Three four.");
    await expectAllClosed(altered);
  });

  it("may be closed by its other side", async () => {
    const altered = openAltered((session, number) => (number > 0 ? {} : { events: (async function* () { for await (const event of session.events) { yield event; if (event.type === "flushed") return; } })() }));
    await altered.stream.feed("One two. ");
    altered.stream.flush();
    await altered.clock.advance(3000);
    await altered.stream.feed("Three four.");
    altered.stream.done();
    await altered.clock.runUntil(altered.stream.waitUntilDone());
    assertSpoken(samplesOf(altered.chunks), 24_000, "One two. Three four.");
    expect(opened(altered.calls)).toBe(2);
    await expectAllClosed(altered);
  });

  it("may have gone stale without telling: a fresh one is asked at once", async () => {
    const altered = openAltered((session, number) => {
      let flushes = 0;
      return number > 0 ? {} : { write: (text) => (flushes > 0 ? Promise.reject(new TTSError("STREAM_CLOSED", "Closed.")) : session.write(text)), flush: () => ((flushes += 1), session.flush()) };
    });
    await altered.stream.feed("One two. ");
    altered.stream.flush();
    await altered.clock.advance(3000);
    const before = altered.clock.now();
    await altered.stream.feed("Three four.");
    altered.stream.done();
    await altered.clock.runUntil(altered.stream.waitUntilDone());
    expect(altered.calls.find(({ call, session }) => call === "open" && session === 1)?.atMs).toBe(before);
    assertSpoken(samplesOf(altered.chunks), 24_000, "One two. Three four.");
    await expectAllClosed(altered);
  });

  it("makes room for others, also in the middle of a long text", async () => {
    const clock = createFakeClock();
    const recorded = recordSessions(createScriptedEngine({ clock, input: ["segment", "incremental"], startMs: 50, realTimeFactor: 0.1, limits: { concurrency: 1 } }), clock);
    const texts = [numberedText({ words: 60, sentenceWords: 6 }), numberedText({ words: 60, sentenceWords: 6 })];
    const taken: AudioChunk[][] = [[], []];
    const streams = texts.map((text, index) => {
      const stream = createSpeechStream({ engines: [{ engine: recorded.engine }], clock }, { latency: "smoothest", onChunk: (chunk) => void taken[index]!.push(chunk) });
      void stream.feed(text);
      if (index === 1) stream.done();
      return stream;
    });
    await clock.runUntil(streams[1]!.waitUntilDone());
    streams[0]!.done();
    await clock.runUntil(streams[0]!.waitUntilDone());
    texts.forEach((text, index) => assertSpoken(samplesOf(taken[index]!), 24_000, text));
    expect(recorded.engine.maxActive).toBe(1);
    await expectAllClosed({ clock, calls: recorded.calls });
  });

  it("is followed by another before it has lasted too long", async () => {
    const { clock, stream, calls, chunks } = openSessionStream({ latency: "smoothest" }, { limits: { sessionMs: 2000 } });
    const text = numberedText({ words: 120, sentenceWords: 6 });
    await clock.runUntil(feedTokens(stream, text, { clock, everyMs: 50 }));
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    assertSpoken(samplesOf(chunks), 24_000, text);
    expect(opened(calls)).toBeGreaterThan(2);
    for (let session = 0; session < opened(calls); session += 1) {
      const own = calls.filter((call) => call.session === session);
      expect(own.at(-1)!.atMs - own[0]!.atMs).toBeLessThan(2000);
    }
    expect(calls.filter(({ call, text: previous }) => call === "open" && previous !== undefined).length).toBe(opened(calls) - 1);
  });
});
