import { createSpeechStream, type Warning } from "@parlando/core";
import { assertSpoken, createFakeClock, createScriptedEngine, expectedSamples, numberedText } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createFaultyEngine } from "./faulty-engine.ts";

const text = numberedText({ words: 20, sentenceWords: 6 });
const speech = { sampleRate: 24_000, msPerCharacter: 40 };

/** Speaks through two of them, of which the first is harmed. */
async function speak(faults: Record<string, unknown> | undefined, input: "segment" | "incremental" = "segment") {
  const clock = createFakeClock();
  const [first, second] = ["first", "second"].map((id) => createFaultyEngine(createScriptedEngine({ msPerCharacter: 40, clock, input: [input] }), { id, clock }));
  const blocks: Float32Array[] = [];
  const warnings: Warning[] = [];
  const stream = createSpeechStream({ engines: [{ engine: first! }, { engine: second! }], clock }, {
    ...(faults === undefined ? {} : { engineOptions: { faults } }),
    onChunk: ({ samples }) => void blocks.push(samples),
    onWarning: (warning) => void warnings.push(warning),
    onError: () => {},
  });
  const ended = stream.waitUntilDone();
  ended.catch(() => {});
  await stream.feed(text);
  stream.done();
  const report = await clock.runUntil(ended);
  return { report, warnings, samples: Float32Array.from(blocks.flatMap((block) => [...block])), first: first! };
}

describe("createFaultyEngine", () => {
  it.each(["segment", "incremental"] as const)("is the engine inside where nothing is asked: %s", async (input) => {
    const { report, samples, warnings, first } = await speak(undefined, input);
    expect(report).toMatchObject({ attempts: report.segments, failovers: [] });
    expect(warnings).toEqual([]);
    expect(first.capabilities.requestOptions).toContain("faults");
    assertSpoken(samples, speech.sampleRate, text);
  });

  it.each(["segment", "incremental"] as const)("dies after so much audio, and the next takes over: %s", async (input) => {
    const { report, samples } = await speak({ engine: "first", failAfterMs: 500 }, input);
    expect(report.failovers.length).toBeGreaterThan(0);
    expect(report.failovers[0]).toMatchObject({ from: "first", to: "second", code: "SERVICE" });
    expect(samples.length).toBeGreaterThan(0.9 * expectedSamples(text, speech).length);
  });

  it("is late, and stands still, and loses nothing", async () => {
    const { report, samples } = await speak({ engine: "first", delayMs: 700, stallAfterMs: 300, stallMs: 2_000 });
    expect(report.firstAudioMs).toBeGreaterThanOrEqual(700);
    expect(report.elapsedMs).toBeGreaterThanOrEqual(2_700);
    assertSpoken(samples, speech.sampleRate, text);
  });

  it("takes its time, each request or always", async () => {
    const { report, samples } = await speak({ realTimeFactor: 2 });
    expect(report.elapsedMs).toBeGreaterThanOrEqual(2 * report.audioMs - 200);
    assertSpoken(samples, speech.sampleRate, text);
    const slow = createFaultyEngine(createScriptedEngine({ clock: createFakeClock() }), { id: "slow", always: { engine: "slow", delayMs: 5 } });
    expect(slow.id).toBe("slow");
  });

  it.each([{ delayMs: -1 }, { stallMs: 5 }, { failAfterMs: "soon" }, { somethingElse: 1 }])("refuses what is no fault: %j", async (faults) => {
    await expect(speak(faults)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});
