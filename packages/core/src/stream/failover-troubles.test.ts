import { TTSError, type Engine, type Voice } from "@parlando/engine";
import { createFakeClock, createPacedSink, createScriptedEngine, decodeWords, expectedWords, numberedText, type FakeClock, type ScriptedEngineOptions } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { accountOf } from "../synthesis/engine-account.ts";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { SpeechStream } from "./speech-stream.ts";
import type { StreamOptions } from "./stream-options.ts";
import type { StreamReport } from "./stream-report.ts";

const text = numberedText({ words: 60, sentenceWords: 5 });

function open(clock: FakeClock, engines: readonly Engine[], options: StreamOptions = {}, said = text): { stream: SpeechStream; sink: ReturnType<typeof createPacedSink>; done: Promise<StreamReport> } {
  const sink = createPacedSink({ clock });
  const stream = createSpeechStream({ engines: engines.map((engine) => ({ engine })), clock }, { sink, ...options });
  stream.feed(said).catch(() => undefined);
  stream.done();
  const done = stream.waitUntilDone();
  done.catch(() => undefined);
  return { stream, sink, done };
}

describe("several engines, none of which fails", () => {
  it.each([
    { highWaterMs: 100, output: { chunkMs: 100 } },
    { highWaterMs: 2000, lowWaterMs: 100, output: { chunkMs: 100 } },
    { highWaterMs: 200, output: { chunkMs: 100 } },
    { highWaterMs: 1000, output: { chunkMs: 700 } },
    { highWaterMs: 20, output: { chunkMs: 20 } },
    { highWaterMs: 300, lowWaterMs: 0 },
  ])("do not stand still over a word that waits for its end: %o", async (options) => {
    for (let seed = 1; seed <= 4; seed += 1) {
      const clock = createFakeClock();
      const make = (id: string): Engine => createScriptedEngine({ clock, id, seed, marks: ["word"], realTimeFactor: 0.3, startMs: 50 * seed, chunkMs: 20 + 31 * seed });
      const { sink, done } = open(clock, [make("a"), make("b")], options);
      await clock.runUntil(done, { maxMs: 600_000 });
      expect(decodeWords(sink.played(), 24_000).map(({ id }) => id)).toEqual(expectedWords(text));
    }
  });
});

describe("an engine that rests", () => {
  it("is not shut out by a probe that was called off", async () => {
    const clock = createFakeClock();
    let mood: "dead" | "busy" | "well" = "dead";
    const a = createScriptedEngine({ clock, id: "a", fault: () => (mood === "well" ? undefined : mood === "dead" ? { kind: "error", code: "SERVICE", retryable: false } : { kind: "error", code: "SERVICE", retryable: true, retryAfterMs: 4000 }) });
    const b = createScriptedEngine({ clock, id: "b" });
    await clock.runUntil(open(clock, [a, b], {}, "One two.").done);
    await clock.advance(10_000);
    mood = "busy";
    const probe = open(clock, [a, b], {}, "One two.");
    await clock.advance(500);
    await clock.runUntil(probe.stream.interrupt());
    mood = "well";
    await clock.advance(600_000);
    expect((await clock.runUntil(open(clock, [a, b], {}, "One two.").done)).engines).toEqual(["a"]);
  });

  it("rests once for one outage, however many streams have met it", async () => {
    const clock = createFakeClock();
    for (const input of ["segment", "incremental"] as const) {
      const a = createScriptedEngine({ clock, id: "a", input: [input], limits: { concurrency: 8 }, fault: { kind: "error", code: "SERVICE", retryable: false } });
      const b = createScriptedEngine({ clock, id: "b" });
      await Promise.all(Array.from({ length: 8 }, () => clock.runUntil(open(clock, [a, b], {}, "One two.").done)));
      expect(accountOf(a).circuit.openUntilMs - clock.now()).toBeLessThanOrEqual(5_000);
    }
  });

  it("leaves the stream that begins meanwhile with a voice of its language", async () => {
    const clock = createFakeClock();
    const voice = (id: string, language: string): Voice => ({ id, name: id, engine: "any", languages: [language], gender: "female" });
    for (const input of ["segment", "incremental"] as const) {
      const a = createScriptedEngine({ clock, id: "a", voices: [voice("anna", "de-DE")], fault: { kind: "error", code: "AUTHENTICATION", retryable: false } });
      const b = createScriptedEngine({ clock, id: "b", input: [input], voices: [voice("ava", "en-US"), voice("berta", "de-DE")] });
      for (let count = 0; count < 2; count += 1) await clock.runUntil(open(clock, [a, b], { voice: "anna" }, "Eins zwei.").done);
      expect(a.requests.length).toBe(1);
      expect(b.requests.map(({ request }) => request.voice)).toEqual(["berta", "berta"]);
      expect(b.requests.every(({ request }) => request.language === "de-DE")).toBe(true);
    }
  });

  it("is asked again after minutes, whatever pause it has asked for", async () => {
    for (const retryAfterMs of [NaN, Infinity, 1e308, -5]) {
      const clock = createFakeClock();
      let isBusy = true;
      const a = createScriptedEngine({ clock, id: "a", fault: () => (isBusy ? { kind: "error", code: "RATE_LIMITED", retryable: false, retryAfterMs } : undefined) });
      await clock.runUntil(open(clock, [a], {}, "One.").done).catch(() => undefined);
      isBusy = false;
      await clock.advance(310_000);
      expect((await clock.runUntil(open(clock, [a], {}, "One.").done)).engines).toEqual(["a"]);
    }
  });

  it("keeps back those in line too when it asks for a pause", async () => {
    const clock = createFakeClock();
    const a = createScriptedEngine({ clock, id: "a", limits: { concurrency: 1 }, fault: (_, index) => (index === 0 ? { kind: "error", code: "RATE_LIMITED", retryAfterMs: 5_000 } : undefined) });
    const streams = Array.from({ length: 4 }, () => open(clock, [a], {}, "One."));
    await clock.runUntil(Promise.all(streams.map(({ done }) => done)));
    expect(a.requests.slice(1).every(({ startedAtMs }) => startedAtMs >= 5_000)).toBe(true);
  });
});

describe("what other engines say of themselves", () => {
  const dead = (clock: FakeClock, options: ScriptedEngineOptions = {}): ReturnType<typeof createScriptedEngine> => createScriptedEngine({ clock, id: "a", realTimeFactor: 0.3, ...options, fault: { kind: "error", code: "SERVICE", retryable: false, afterMs: 1500 } });

  it.each([[[{ id: "v", name: "v" }]], [[null]], [{ voices: [] }]])("is no reason to fail: voices() gives %o", async (voices) => {
    for (const input of ["segment", "incremental"] as const) {
      const clock = createFakeClock();
      const b = Object.assign(Object.create(createScriptedEngine({ clock, id: "b" })) as Engine, { voices: async () => voices as unknown as readonly Voice[] });
      const report = await clock.runUntil(open(clock, [dead(clock, { input: [input] }), b], { language: "en" }).done);
      expect(report.engines).toContain("b");
    }
  });

  it.each([
    ["offsets in bytes", (mark: { textStart: number; textEnd: number }) => ({ textStart: mark.textStart * 3, textEnd: mark.textEnd * 3 })],
    ["offsets far away", (mark: { textStart: number; textEnd: number }) => ({ textStart: mark.textStart + 10_000, textEnd: mark.textEnd + 10_000 })],
    ["offsets that are no numbers", () => ({ textStart: NaN, textEnd: NaN })],
    ["times that are no numbers", () => ({ timeMs: NaN })],
    ["lengths below zero", () => ({ durationMs: -500 })],
    ["ends before starts", (mark: { textStart: number; textEnd: number }) => ({ textStart: mark.textEnd, textEnd: mark.textStart })],
  ] as const)("leaves out no word: %s", async (_, wrong) => {
    const clock = createFakeClock();
    const right = dead(clock, { marks: ["word"] });
    const a: Engine = Object.assign(Object.create(right) as Engine, {
      async *synthesize(...request: Parameters<NonNullable<Engine["synthesize"]>>) {
        for await (const event of right.synthesize!(...request)) yield event.type === "mark" ? { ...event, mark: { ...event.mark, ...wrong(event.mark) } } : event;
      },
    });
    const b = createScriptedEngine({ clock, id: "b", marks: ["word"] });
    const said = numberedText({ words: 12, sentenceWords: 12 });
    const marks: number[] = [];
    const { sink, stream, done } = open(clock, [a, b], { latency: "smoothest" }, said);
    stream.on("mark", ({ timeMs, textStart }) => marks.push(timeMs, textStart));
    await clock.runUntil(done);
    const heard = decodeWords(sink.played(), 24_000).flatMap(({ id }) => id ?? []);
    expect(expectedWords(said).filter((id) => !heard.includes(id))).toEqual([]);
    expect(marks.every(Number.isFinite)).toBe(true);
  });

  it("is believed no longer than a session's own time-out allows", async () => {
    const clock = createFakeClock();
    const a = createScriptedEngine({ clock, id: "a", input: ["incremental"], marks: [], fault: { kind: "stall", afterMs: 300 } });
    const { done } = open(clock, [a], { timeouts: { firstAudioMs: 20_000, betweenMs: 4_000 } }, "One two three four five six.");
    const error: unknown = await clock.runUntil(done).catch((reason: unknown) => reason);
    expect(TTSError.isInstance(error) && error.code).toBe("TIMEOUT");
    expect(clock.now()).toBeLessThan(15_000);
  });
});
