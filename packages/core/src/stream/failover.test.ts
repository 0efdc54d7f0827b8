import type { Engine, SynthesisRequest } from "@parlando/engine";
import { assertNoClicks, createFakeClock, createPacedSink, createRandom, createScriptedEngine, decodeWords, expectedWords, findSilences, levelDb, numberedText, type Random, type ScriptedEngineOptions, type ScriptedFault } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { StreamReport } from "./stream-report.ts";

/** `FAILOVER_RUNS=1000` for all that were asked of it; fewer keep the suite quick. */
const RUNS = Number(process.env["FAILOVER_RUNS"] ?? 150);
const FIRST_SEED = Number(process.env["FAILOVER_FIRST"] ?? 1);

interface Run {
  readonly report: StreamReport;
  readonly samples: Float32Array;
  readonly text: string;
  readonly chunks: readonly AudioChunk[];
  readonly marks: readonly string[];
  /** About so many words the first engine had said of the segment in which it died. */
  readonly saidWords: number;
  /** Segments that the first engine had ended before. */
  readonly endedSegments: number;
}

function one<const Choice>(random: Random, choices: readonly Choice[]): Choice {
  return choices[random.integer(0, choices.length - 1)]!;
}

/** Engine A is killed at a moment drawn from the seed, in a segment drawn from it, and stays dead; B goes on. */
async function killedAtRandom(seed: number, options: { marks?: boolean; script?: ScriptedEngineOptions } = {}): Promise<Run> {
  const random = createRandom(seed);
  const clock = createFakeClock();
  const text = numberedText({ words: random.integer(30, 70), sentenceWords: random.integer(4, 12), first: random.integer(0, 400) });
  const marks = options.marks === false ? [] : (["word"] as const);
  const deadFrom = random.integer(0, 3);
  const afterMs = random.integer(0, 2500);
  const deadFault: ScriptedFault = { kind: "error", code: one(random, ["SERVICE", "CONNECTION", "TRUNCATED", "QUOTA_EXCEEDED"]), retryable: false };
  const script = { clock, marks, startMs: random.integer(20, 400), realTimeFactor: one(random, [0.1, 0.3, 0.6]), chunkMs: random.integer(20, 200), ...options.script } as const;
  const a = createScriptedEngine({ ...script, id: "a", fault: (_, index) => (index < deadFrom ? undefined : index === deadFrom ? { ...deadFault, afterMs } : deadFault) });
  const b = createScriptedEngine({ ...script, id: "b", startMs: random.integer(20, 400) });
  const sink = createPacedSink({ clock });
  const chunks: AudioChunk[] = [];
  const spoken: string[] = [];
  const stream = createSpeechStream({ engines: [{ engine: a }, { engine: b }], clock }, { sink, latency: one(random, ["soonest", "balanced", "smoothest"]), onMark: (mark) => mark.kind === "word" && void spoken.push(mark.value) });
  stream.on("chunk", (chunk) => void chunks.push(chunk));
  const feeding = (async () => {
    for (let at = 0; at < text.length;) {
      const size = random.integer(1, 40);
      await stream.feed(text.slice(at, at + size));
      at += size;
    }
    stream.done();
  })();
  await clock.runUntil(feeding);
  const report = await clock.runUntil(stream.waitUntilDone());
  const saidWords = a.requests.reduce((sum, { text: asked, state, audioMs, totalMs }) => sum + (state === "failed" && totalMs > 0 ? (expectedWords(asked).length * audioMs) / totalMs : 0), 0);
  return { report, samples: sink.played(), text, chunks, marks: spoken, saidWords, endedSegments: a.requests.filter(({ state }) => state === "finished").length };
}

describe("an engine that is killed in mid-sentence", () => {
  it(`is gone on from behind its last word: every word once, in ${RUNS} seeded runs`, async () => {
    let joins = 0;
    let fragments = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed += 1) {
      const { report, samples, text, chunks, marks } = await killedAtRandom(seed);
      const words = decodeWords(samples, 24_000);
      const whole = words.filter(({ complete }) => complete).map(({ id }) => id);
      expect(whole, `seed ${seed}`).toEqual(expectedWords(text));
      fragments += words.length - whole.length;
      joins += report.failovers.length;
      expect(report.failovers.every(({ from, to, basis }) => from === "a" && to === "b" && basis === "marks"), `seed ${seed}`).toBe(true);
      expect(chunks.map((chunk) => chunk.text).join(""), `seed ${seed}`).toBe(text);
      expect(marks.length, `seed ${seed}`).toBe(expectedWords(text).length);
      // The buffer is a second long.
      expect(Math.max(0, ...findSilences(samples, 24_000, { minMs: 50 }).map(({ startFrame, endFrame }) => (endFrame - startFrame) / 24)), `seed ${seed}`).toBeLessThan(1000);
    }
    expect(joins).toBeGreaterThan(RUNS / 2);
    // A word of which the taker had a part when its engine died is said again.
    expect(fragments).toBeLessThan(joins / 4);
  }, 600_000);

  it("without marks is gone on from an estimate: no word is missing, and few are said twice at each join", async () => {
    // Before those of `FIRST_SEED`: segments that are spoken more slowly than the ones before, and the first of a voice that is fast.
    const seeds = [107, 142, 227, 276, 381, 5016, ...Array.from({ length: RUNS / 5 }, (_, index) => FIRST_SEED + index)];
    for (const seed of seeds) {
      const { report, samples, text, chunks, marks, saidWords, endedSegments } = await killedAtRandom(seed, { marks: false });
      const heard = decodeWords(samples, 24_000).flatMap(({ id }) => id ?? []);
      const once = heard.filter((id, place) => heard.indexOf(id) === place);
      expect(once, `seed ${seed}`).toEqual(expectedWords(text));
      expect(marks, `seed ${seed}`).toEqual(text.split(" ").map((word) => word.replace(".", "")));
      const saidTwice = heard.length - once.length;
      const joins = report.failovers.length;
      // Of a voice that has ended no segment nobody knows the pace: this one is up to twice as fast as the common one, and reckoned with as 1.2 times slower.
      const isPaceUnknown = endedSegments === 0;
      expect(saidTwice, `seed ${seed}`).toBeLessThanOrEqual(2 * joins + (isPaceUnknown ? 1 - 1 / (2 * 1.2) : 0.3) * saidWords);
      // Three at each join where the pace is known; and in the first thirty runs, whatever is known.
      if (!isPaceUnknown || seed <= 30) expect(saidTwice, `seed ${seed}`).toBeLessThanOrEqual(3 * joins);
      expect(chunks.map((chunk) => chunk.text).join(""), `seed ${seed}`).toBe(text);
    }
  }, 600_000);
});

describe("an engine that has failed", () => {
  const text = numberedText({ words: 120, sentenceWords: 6 });

  it("is told when the next one is asked, before anything is heard", async () => {
    const clock = createFakeClock();
    const dead = createScriptedEngine({ clock, id: "dead", fault: { kind: "error", code: "SERVICE", retryable: false } });
    const next = createScriptedEngine({ clock, id: "next", startMs: 200 });
    const told: string[] = [];
    const stream = createSpeechStream({ engines: [{ engine: dead }, { engine: next }], clock }, { onChunk: () => void told.push("chunk"), onMetrics: ({ failovers }) => void told.push(`${failovers.length} of ${failovers[0]?.to ?? "none"}`) });
    void stream.feed("All of it is said by the next one.");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(told.slice(0, 2)).toEqual(["1 of next", "chunk"]);
  });

  it("rests, is probed with a segment, and comes back", async () => {
    const clock = createFakeClock();
    let isDead = false;
    const a = createScriptedEngine({ clock, id: "a", marks: ["word"], realTimeFactor: 0.2, fault: () => (isDead ? { kind: "error", code: "SERVICE", retryable: false } : undefined) });
    const b = createScriptedEngine({ clock, id: "b", marks: ["word"], realTimeFactor: 0.2 });
    const sink = createPacedSink({ clock });
    const stream = createSpeechStream({ engines: [{ engine: a }, { engine: b }], clock }, { sink });
    const engines: string[] = [];
    stream.on("chunk", (chunk) => void engines.push(...chunk.segments.map(({ engine }) => engine)));
    void stream.feed(text);
    stream.done();
    await clock.advance(3000);
    isDead = true;
    await clock.advance(12_000);
    isDead = false;
    await clock.runUntil(stream.waitUntilDone());
    const order = engines.filter((engine, place) => engine !== engines[place - 1]);
    // While a segment probes it, the one behind still goes to the other.
    expect([["a", "b", "a"], ["a", "b", "a", "b", "a"]]).toContainEqual(order);
    expect(decodeWords(sink.played(), 24_000).map(({ id }) => id)).toEqual(expectedWords(text));
    // Not once for every segment: it rested for 5, then for 10 seconds.
    expect(a.requests.filter(({ state }) => state === "failed").length).toBeLessThanOrEqual(3);
  });

  it("leaves no click at the join", { timeout: 120_000 }, async () => {
    for (const seed of [1, 5, 9]) {
      const { samples } = await killedAtRandom(seed, { marks: seed % 2 === 0 });
      // The meter is slow.
      assertNoClicks(samples.subarray(0, 96_000), 24_000);
    }
  });

  it("is left alone by the next stream too, and asked all the same where there is no other", async () => {
    const clock = createFakeClock();
    const a = createScriptedEngine({ clock, id: "a", fault: { kind: "error", code: "AUTHENTICATION", retryable: false } });
    const b = createScriptedEngine({ clock, id: "b" });
    const speak = async (engines: readonly Engine[]): Promise<StreamReport> => {
      const stream = createSpeechStream({ engines: engines.map((engine) => ({ engine })), clock }, { sink: createPacedSink({ clock }) });
      void stream.feed("One two three.");
      stream.done();
      return await clock.runUntil(stream.waitUntilDone());
    };
    expect((await speak([a, b])).failovers.length).toBe(1);
    expect((await speak([a, b])).failovers.length).toBe(0);
    expect(a.requests.length).toBe(1);
    await expect(speak([a])).rejects.toMatchObject({ code: "AUTHENTICATION" });
    expect(a.requests.length).toBe(2);
    await clock.advance(130_000);
    expect((await speak([a, b])).failovers.length).toBe(1);
    expect(a.requests.length).toBe(3);
  });

  it("goes on by itself where its own marks tell the place, and the failure may pass", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, marks: ["word"], realTimeFactor: 0.4, fault: (_, index) => (index === 0 ? { kind: "error", code: "CONNECTION", afterMs: 1500 } : undefined) });
    const sink = createPacedSink({ clock });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink, latency: "smoothest" });
    void stream.feed(numberedText({ words: 12, sentenceWords: 12 }));
    stream.done();
    const report = await clock.runUntil(stream.waitUntilDone());
    expect(report.attempts).toBe(2);
    expect(report.failovers).toEqual([]);
    expect(decodeWords(sink.played(), 24_000).filter(({ complete }) => complete).map(({ id }) => id)).toEqual(expectedWords(numberedText({ words: 12, sentenceWords: 12 })));
  });

  it("is gone on from at the loudness of the first, by a voice that is much softer", async () => {
    for (const [factor, dead] of [[0.25, 2], [0.25, 0], [3, 1]] as const) {
      const clock = createFakeClock();
      const text = numberedText({ words: 60, sentenceWords: 6 });
      const script = { clock, marks: ["word"], realTimeFactor: 0.2 } as const;
      const a = createScriptedEngine({ ...script, id: "a", fault: (_, index) => (index < dead ? undefined : { kind: "error", code: "SERVICE", retryable: false, ...(index === dead && { afterMs: 1500 }) }) });
      const other = createScriptedEngine({ ...script, id: "b" });
      const b: Engine = Object.assign(Object.create(other) as Engine, {
        async *synthesize(request: SynthesisRequest, signal: AbortSignal) {
          for await (const event of other.synthesize!(request, signal)) yield event.type === "pcm" ? { ...event, samples: event.samples.map((sample) => sample * factor) } : event;
        },
      });
      const sink = createPacedSink({ clock });
      const stream = createSpeechStream({ engines: [{ engine: a }, { engine: b }], clock }, { sink, latency: "smoothest" });
      const parts: Record<string, number[]> = { a: [], b: [] };
      stream.on("chunk", (chunk) => {
        for (const { engine, offsetFrames, frames } of chunk.segments) parts[engine]?.push(...chunk.samples.subarray(offsetFrames, offsetFrames + frames));
      });
      void stream.feed(text);
      stream.done();
      await clock.runUntil(stream.waitUntilDone());
      expect(decodeWords(sink.played(), 24_000).filter(({ complete }) => complete).map(({ id }) => id)).toEqual(expectedWords(text));
      expect(Math.abs(levelDb(Float32Array.from(parts["a"] ?? [])) - levelDb(Float32Array.from(parts["b"] ?? [])))).toBeLessThan(1);
    }
  });
});
