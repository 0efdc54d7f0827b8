import { createFakeClock } from "@parlando/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPacedGenerator, type PacedGenerator, type PacedGeneratorOptions } from "../testing/paced-generator.ts";
import { createScriptedCodec } from "../testing/scripted-codec.ts";
import { someCodes } from "../testing/test-runtimes.test-helper.ts";
import { createScriptedModel } from "./scripted-model.test-helper.ts";
import { createServedLine, dryMs, type ServedLine } from "./served-line.test-helper.ts";

const codes = someCodes(300);

async function setUp(options: Partial<PacedGeneratorOptions> = {}): Promise<{ clock: ReturnType<typeof createFakeClock>; line: ServedLine; generator: PacedGenerator; model: number }> {
  const clock = createFakeClock({ turns: 2 });
  const generator = createPacedGenerator({ clock, codes: () => codes, stepMs: () => 2, slots: 8, ...options });
  const codec = createScriptedCodec({ clock, windowMs: (count) => 0.5 + count * 0.01 });
  const speed = { codeMs: options.stepMs?.(1, 0) ?? 2, decode: { startMs: 0.5, perCodeMs: 0.01 }, samples: 0 };
  const line = createServedLine({ clock, loadModel: async () => createScriptedModel({ generator, codec, clock, speed }) });
  return { clock, line, generator, model: await line.load() };
}

describe("eight speeches on one device", () => {
  it.each<[string, Partial<PacedGeneratorOptions>]>([
    ["that makes one code at a time", { together: 1, stepMs: () => 2 }],
    ["that makes codes of several at once", { together: 8, stepMs: (runs: number) => 5 + runs }],
  ])("%s: none runs dry, since the device can feed all", async (_, options) => {
    const { clock, line, model } = await setUp(options);
    const ids: number[] = [];
    for (let speech = 0; speech < 8; speech += 1) {
      ids.push(line.speak(model, { chunkCodes: 10, expectedCodes: 300 }));
      await clock.advance(37);
    }
    await clock.runUntil(Promise.all(ids.map((id) => line.answer(id))));
    expect(ids.map((id) => line.of("queued", id).length)).toEqual(ids.map(() => 0));
    expect(ids.map((id) => dryMs(line, id))).toEqual(ids.map(() => 0));
    // The last to come is heard as soon as the first, though those before it are not at their end.
    for (const id of ids) expect(line.of("audio", id)[0]!.metrics.firstChunkMs).toBeLessThan(300);
    expect(ids.map((id) => line.sound(id).length)).toEqual(ids.map(() => 300 * 480));
  }, 60_000);

  it("shares steps where the backbone can", async () => {
    const { clock, line, model, generator } = await setUp({ together: 8, stepMs: (runs) => 5 + runs });
    const ids = Array.from({ length: 8 }, () => line.speak(model, { chunkCodes: 10, expectedCodes: 300 }));
    await clock.runUntil(Promise.all(ids.map((id) => line.answer(id))));
    const mean = generator.batches.reduce((sum, runs) => sum + runs, 0) / generator.batches.length;
    expect(mean).toBeGreaterThan(6);
  }, 60_000);
});

describe("a reader that is full", () => {
  it("lets the model rest until it reads on", async () => {
    const { clock, line, model, generator } = await setUp();
    const id = line.speak(model, { chunkCodes: 10, highWaterMs: 1_000 }, { read: false });
    await clock.advance(60_000);
    expect(line.answers(id)).toEqual([]);
    // A second of sound lies there, and the codes of a piece that is not full.
    expect(generator.stats.codes).toBeGreaterThanOrEqual(50);
    expect(generator.stats.codes).toBeLessThan(80);
    for (let piece = 0; line.answers(id).length === 0; piece += 1) {
      line.send({ type: "taken", id, samples: line.of("audio", id)[piece]!.samples.length });
      await clock.advance(500);
    }
    const done = line.answers(id)[0]!;
    // The rest is not counted as the model's time.
    expect(done).toMatchObject({ type: "done", metrics: { codes: 300 } });
    expect(done.type === "done" && done.metrics!.realTimeFactor).toBeLessThan(1);
  });

  it("does not hold others up", async () => {
    const { clock, line, model } = await setUp({ slots: 2 });
    const held = line.speak(model, { chunkCodes: 10, highWaterMs: 500 }, { read: false });
    await clock.advance(5_000);
    expect(await clock.runUntil(line.answer(line.speak(model)))).toMatchObject({ type: "done" });
    expect(line.answers(held)).toEqual([]);
  });

  it("is let through to its end when somebody waits for its slot", async () => {
    const { clock, line, model } = await setUp({ slots: 1 });
    const held = line.speak(model, { chunkCodes: 10, highWaterMs: 500 }, { read: false });
    await clock.advance(5_000);
    expect(await clock.runUntil(line.answer(line.speak(model)))).toMatchObject({ type: "done" });
    expect(line.answers(held)).toMatchObject([{ type: "done" }]);
    expect(line.sound(held).length).toBe(300 * 480);
  });
});

describe("who must wait", () => {
  it("is told its place and when that changes, and is refused when it would take too long", async () => {
    const { clock, line, model } = await setUp({ slots: 1, stepMs: () => 10 });
    const first = line.speak(model, { expectedCodes: 300 });
    const second = line.speak(model, { expectedCodes: 300 });
    const third = line.speak(model, { expectedCodes: 300 });
    const refused = line.speak(model, { maximumWaitMs: 5_000 });
    expect(line.answers(refused)).toMatchObject([{ type: "failed", failure: { code: "CONCURRENCY_LIMIT", retryable: true, retryAfterMs: expect.any(Number) } }]);
    await clock.runUntil(Promise.all([first, second, third].map((id) => line.answer(id))));
    expect(line.of("queued", second)).toMatchObject([{ ahead: 0 }]);
    expect(line.of("queued", third)).toMatchObject([{ ahead: 1 }, { ahead: 0 }]);
    const [, failure] = [first, line.answers(refused)[0]!];
    const estimate = failure.type === "failed" ? failure.failure.retryAfterMs! : 0;
    const startedAt = line.of("queued", third)[1]!.atMs * 3;
    expect(estimate).toBeGreaterThan(startedAt * 0.8);
    expect(estimate).toBeLessThan(startedAt * 1.2);
    const done = line.answers(second)[0]!;
    expect(done.type === "done" && done.metrics!.queuedMs).toBeGreaterThan(2_900);
  });

  it("is refused when too many wait", async () => {
    const { line, model } = await setUp({ slots: 1 });
    const ids = Array.from({ length: 66 }, () => line.speak(model, { maximumWaitMs: 1e9 }));
    expect(line.answers(ids[64]!)).toEqual([]);
    expect(line.answers(ids[65]!)).toMatchObject([{ failure: { code: "CONCURRENCY_LIMIT" } }]);
    await line.service.close();
  });

  it("goes in alone on a machine that is slower than real time", async () => {
    const { clock, line, model, generator } = await setUp({ stepMs: () => 30 });
    const ids = [line.speak(model), line.speak(model)];
    await clock.runUntil(Promise.all(ids.map((id) => line.answer(id))));
    expect(generator.stats.mostOpen).toBe(1);
  });
});

describe("whatever the order of messages", () => {
  it("answers every id once and leaves nothing open", async () => {
    const action = fc.record({ kind: fc.constantFrom("speak", "mute", "cancel", "taken", "prepare", "wait"), target: fc.nat(12), ms: fc.nat(300) });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 25 }), fc.constantFrom(1, 4), async (actions, together) => {
        const { clock, line, model, generator } = await setUp({ slots: 3, together, codes: () => codes.slice(0, 40), stepMs: (runs) => 3 + runs });
        const ids: number[] = [];
        for (const { kind, target, ms } of actions) {
          const id = ids[target % Math.max(1, ids.length)] ?? 0;
          if (kind === "speak") ids.push(line.speak(model, { highWaterMs: 300 }));
          else if (kind === "mute") ids.push(line.speak(model, { highWaterMs: 300 }, { read: false }));
          else if (kind === "cancel") line.send({ type: "cancel", id });
          else if (kind === "taken") line.send({ type: "taken", id, samples: 2_400 });
          else if (kind === "prepare") line.send({ type: "prepare", id: ids[ids.push(1_000 + ids.length) - 1]!, model, voice: { key: String(target), text: "x", codes: Int32Array.of(1) } });
          else await clock.advance(ms);
        }
        await clock.advance(2_000);
        for (const id of ids) line.send({ type: "cancel", id });
        await clock.runUntil(Promise.all(ids.map((id) => line.answer(id))));
        await clock.advance(100);
        for (const id of ids) expect(line.answers(id)).toHaveLength(1);
        expect(generator.stats.open).toBe(0);
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
