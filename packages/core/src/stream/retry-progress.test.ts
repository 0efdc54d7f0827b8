import { TTSError, type Engine } from "@parlando/engine";
import { createFakeClock, createPacedSink, createRandom, createScriptedEngine, decodeWords, expectedWords, numberedText, type FakeClock, type ScriptedEngine, type ScriptedEngineOptions, type ScriptedFault } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { StreamReport } from "./stream-report.ts";

/** Every word takes as long. */
const WORD_MS = 250;
/** An error that may pass, after so many whole words and a bit of the next. */
const after = (words: number): ScriptedFault => ({ kind: "error", code: "CONNECTION", ...(words > 0 && { afterMs: words * WORD_MS + 100 }) });
const dead: ScriptedFault = { kind: "error", code: "SERVICE", retryable: false };

interface Spoken {
  readonly report: StreamReport | undefined;
  /** Of the error it ended with. */
  readonly code: string | undefined;
  readonly heard: readonly (number | undefined)[];
}

async function speak(clock: FakeClock, engines: readonly Engine[], text: string): Promise<Spoken> {
  const sink = createPacedSink({ clock });
  const stream = createSpeechStream({ engines: engines.map((engine) => ({ engine })), clock }, { sink, latency: "smoothest" });
  void stream.feed(text).catch(() => undefined);
  stream.done();
  const ended = await clock.runUntil(stream.waitUntilDone().catch((error: unknown) => error), { maxMs: 600_000 });
  const failure = TTSError.isInstance(ended) ? ended : undefined;
  return { report: failure === undefined ? (ended as StreamReport) : undefined, code: failure?.code, heard: decodeWords(sink.played(), 24_000).filter(({ complete }) => complete).map(({ id }) => id) };
}

const sentence = (words: number): string => numberedText({ words, sentenceWords: words });

describe.each([["requests", "segment"], ["sessions", "incremental"]] as const)("an engine that dies again and again, in %s", (_, input) => {
  const make = (clock: FakeClock, id: string, fault?: ScriptedEngineOptions["fault"]): ScriptedEngine =>
    createScriptedEngine({ clock, id, input: [input], marks: ["word"], wordMs: WORD_MS, startMs: 50, realTimeFactor: 0.2, fault });

  it.each([0, 1, 2, 6])("is left after two tries where another stands ready, when it gets on by %i words", async (words) => {
    const clock = createFakeClock();
    const a = make(clock, "a", after(words));
    const b = make(clock, "b");
    const { report, heard } = await speak(clock, [a, b], sentence(16));
    expect(a.requests.length).toBe(2);
    expect(b.requests.length).toBe(1);
    expect(report).toMatchObject({ attempts: 3, failovers: [{ segment: 0, from: "a", to: "b", code: "CONNECTION", basis: "marks" }] });
    expect(heard).toEqual(expectedWords(sentence(16)));
  });

  it("keeps speaking where it gets on by seconds", async () => {
    const clock = createFakeClock();
    const a = make(clock, "a", ({ text }) => (text.split(" ").length > 9 ? after(9) : undefined));
    const b = make(clock, "b");
    const { report, heard } = await speak(clock, [a, b], sentence(30));
    expect(report).toMatchObject({ attempts: 4, engines: ["a"], failovers: [] });
    expect(b.requests.length).toBe(0);
    expect(heard).toEqual(expectedWords(sentence(30)));
  });

  it("has two tries again after seconds of speech", async () => {
    const clock = createFakeClock();
    const faults = [after(0), after(9), after(1), undefined];
    const a = make(clock, "a", (_request, index) => faults[index]);
    const { report, heard } = await speak(clock, [a, make(clock, "b")], sentence(20));
    // The one that spoke for seconds is the first of two, and the next is left behind.
    expect(report).toMatchObject({ attempts: 4, failovers: [{ from: "a", to: "b" }] });
    expect(a.requests.length).toBe(3);
    expect(heard).toEqual(expectedWords(sentence(20)));
  });

  it("gets on word by word where there is no other, as long as eight tries bring it", async () => {
    const clock = createFakeClock();
    const whole = await speak(clock, [make(clock, "a", after(1))], sentence(7));
    expect(whole.report).toMatchObject({ attempts: 7, failovers: [] });
    expect(whole.heard).toEqual(expectedWords(sentence(7)));
    const long = make(clock, "a", after(1));
    const { code, heard } = await speak(clock, [long], sentence(30));
    expect([code, long.requests.length]).toEqual(["CONNECTION", 8]);
    expect(heard).toEqual(expectedWords(sentence(8)));
  });

  it("gets on word by word where the other rests", async () => {
    const clock = createFakeClock();
    const b = make(clock, "b", dead);
    expect((await speak(clock, [b], "One.")).code).toBe("SERVICE");
    const a = make(clock, "a", after(1));
    const { report, heard } = await speak(clock, [a, b], sentence(7));
    expect(report).toMatchObject({ attempts: 7, failovers: [] });
    expect(heard).toEqual(expectedWords(sentence(7)));
  });

  it("is not asked for longer because it was silent for seconds", async () => {
    const clock = createFakeClock();
    const a = createScriptedEngine({ clock, id: "a", input: [input], marks: ["word"], wordMs: WORD_MS, leadMs: 4_000, markOrder: "before", realTimeFactor: 0.1, fault: { kind: "error", code: "CONNECTION", afterMs: 3_000 } });
    const { report, heard } = await speak(clock, [a, make(clock, "b")], sentence(6));
    expect(a.requests.length).toBe(2);
    expect(report?.failovers.length).toBe(1);
    expect(heard).toEqual(expectedWords(sentence(6)));
  });

  it("loses no word and says none twice, wherever it dies", { timeout: 120_000 }, async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const clock = createFakeClock();
      const random = createRandom(seed);
      const text = numberedText({ words: random.integer(10, 40), sentenceWords: random.integer(4, 20), first: random.integer(0, 400) });
      const a = make(clock, "a", () => ({ kind: "error", code: "CONNECTION", afterMs: random.integer(0, 4_000) }));
      const { report, heard } = await speak(clock, [a, make(clock, "b")], text);
      expect(heard, `seed ${seed}`).toEqual(expectedWords(text));
      // Two that bring little, behind as many that brought seconds as there is room for.
      expect(report?.attempts, `seed ${seed}`).toBeLessThanOrEqual(9 * (report?.segments ?? 0));
    }
  });
});
