import { createFakeClock, type FakeClock } from "@parlando/testkit";
import { TTSError } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { knownSound } from "../testing/known-codec.ts";
import { createPacedGenerator, type PacedGenerator, type PacedGeneratorOptions } from "../testing/paced-generator.ts";
import { createScriptedCodec, type ScriptedCodecOptions } from "../testing/scripted-codec.ts";
import { someCodes } from "../testing/test-runtimes.test-helper.ts";
import { createScriptedModel, fixedPlanner, testSpec, testVoice, type ScriptedModelOptions } from "./scripted-model.test-helper.ts";
import { createServedLine, type ServedLine } from "./served-line.test-helper.ts";

const codes = someCodes(60);

interface Setup {
  readonly clock: FakeClock;
  readonly line: ServedLine;
  readonly generator: PacedGenerator;
  readonly model: ReturnType<typeof createScriptedModel>;
  readonly id: number;
}

async function setUp(options: { generator?: Partial<PacedGeneratorOptions>; codec?: ScriptedCodecOptions; model?: Partial<ScriptedModelOptions> } = {}): Promise<Setup> {
  const clock = createFakeClock();
  const generator = createPacedGenerator({ clock, codes: () => codes, stepMs: () => 5, promptTokenMs: 0.1, ...options.generator });
  const codec = createScriptedCodec({ clock, windowMs: (count) => 2 + count * 0.1, ...options.codec });
  const model = createScriptedModel({ generator, codec, clock, ...options.model });
  const line = createServedLine({ clock, loadModel: async () => model });
  return { clock, line, generator, model, id: await line.load() };
}

describe("a speech in the model process", () => {
  it("is the sound of its codes to the sample, answered once, with its numbers", async () => {
    const { clock, line, generator, id: model } = await setUp();
    const id = line.speak(model);
    const answer = await clock.runUntil(line.answer(id));
    expect(line.sound(id)).toEqual(knownSound(codes));
    expect(line.answers(id)).toHaveLength(1);
    const chunks = line.of("audio", id).map(({ metrics }) => metrics);
    expect(chunks.map(({ chunk }) => chunk)).toEqual(chunks.map((_, index) => index));
    expect(chunks.at(-1)).toMatchObject({ totalCodes: 60, final: true });
    expect(chunks.slice(0, -1).every(({ final }) => !final)).toBe(true);
    expect(chunks[0]).toMatchObject({ codes: 5, durationMs: 100, firstChunkMs: line.of("audio", id)[0]!.atMs });
    expect(answer).toMatchObject({ type: "done", metrics: { codes: 60, audioMs: 1_200, queuedMs: 0, endedBy: "stop", chunks: chunks.length } });
    expect(generator.stats).toMatchObject({ open: 0, closed: 1 });
  });

  it("says who it is, once and first", async () => {
    const { line } = await setUp();
    expect(line.heard[0]).toMatchObject({ type: "ready", processId: 7 });
    expect(line.of("ready")).toHaveLength(1);
  });

  it("evaluates the voice's part of the prompt once", async () => {
    const { clock, line, id: model, model: loaded } = await setUp();
    const prefix = loaded.prompts.prefixOf(testVoice).tokens.length;
    const first = await clock.runUntil(line.answer(line.speak(model)));
    const second = await clock.runUntil(line.answer(line.speak(model)));
    expect(first).toMatchObject({ metrics: { evaluatedPrefixTokens: prefix } });
    expect(second).toMatchObject({ metrics: { evaluatedPrefixTokens: 0 } });
  });

  it("keeps a voice that was prepared", async () => {
    const { clock, line, id: model } = await setUp();
    line.send({ type: "prepare", id: 100, model, voice: testVoice });
    expect(await clock.runUntil(line.answer(100))).toMatchObject({ type: "done", metrics: undefined });
    const id = line.speak(model);
    expect(await clock.runUntil(line.answer(id))).toMatchObject({ metrics: { evaluatedPrefixTokens: 0 } });
  });

  it("ends where its length ends, and says so", async () => {
    const { clock, line, id: model } = await setUp();
    const id = line.speak(model, { limits: { minimumCodes: 0, maximumCodes: 20 } });
    expect(await clock.runUntil(line.answer(id))).toMatchObject({ metrics: { codes: 20, endedBy: "length" } });
  });

  it("measures codes and windows", async () => {
    const { clock, line, model, id } = await setUp();
    await clock.runUntil(line.answer(line.speak(id)));
    expect(model.codeMs.length).toBe(61);
    for (const ms of model.codeMs) expect(ms).toBeCloseTo(5);
    for (const { codes: count, ms } of model.windows) expect(ms).toBeCloseTo(2 + count * 0.1);
  });

  it("tells which codes were made beside a window, and for how long of their time", async () => {
    const clock = createFakeClock({ turns: 2 });
    const generator = createPacedGenerator({ clock, codes: () => codes, stepMs: () => 5 });
    const codec = createScriptedCodec({ clock, windowMs: () => 7 });
    const model = createScriptedModel({ generator, codec, clock });
    const line = createServedLine({ clock, loadModel: async () => model });
    await clock.runUntil(line.answer(line.speak(await line.load(), { chunkCodes: 10 })));
    // A window begins as a code comes: the next code has it all of its time, the one after it for what is left.
    const beside = model.decodingMs.map(Math.round);
    const firstAt = beside.findIndex((ms) => ms > 0);
    expect(firstAt).toBe(16);
    expect(beside.slice(firstAt, firstAt + 12)).toEqual([5, 2, 0, 0, 0, 0, 0, 0, 0, 0, 5, 2]);
  });

  it("warns once when the machine is too slow", async () => {
    const { clock, line, id: model } = await setUp({ model: { planner: () => fixedPlanner(5, { realTimeFactor: 1.25, bufferMs: 900 }) } });
    const id = line.speak(model);
    await clock.runUntil(line.answer(id));
    expect(line.of("warning", id)).toMatchObject([{ code: "SLOWER_THAN_REAL_TIME", message: expect.stringMatching(/1\.25 s .* 0\.9 s/u) }]);
  });

  it("gives all of its sound at the end, also where its planner would wait", async () => {
    const { clock, line, id: model } = await setUp({ model: { planner: () => ({ tooSlow: undefined, next: () => 0 }) } });
    const id = line.speak(model);
    await clock.runUntil(line.answer(id));
    expect(line.of("audio", id).map(({ metrics }) => metrics.codes)).toEqual([50, 10]);
  });
});

describe("a speech that fails", () => {
  it("tells why: no codes, too long, a model that is not loaded", async () => {
    const { clock, line, generator, id: model } = await setUp({ generator: { codes: (_, speech) => (speech === 0 ? [] : codes) } });
    const empty = line.speak(model);
    expect(await clock.runUntil(line.answer(empty))).toMatchObject({ type: "failed", failure: { code: "NO_AUDIO" } });
    const long = line.speak(model, { text: "x".repeat(2_000) });
    expect(await line.answer(long)).toMatchObject({ type: "failed", failure: { code: "TEXT_TOO_LONG" } });
    const lost = line.speak(99);
    expect(await line.answer(lost)).toMatchObject({ type: "failed", failure: { code: "INTERNAL" } });
    await clock.runUntil(line.answer(line.speak(model)));
    expect(generator.stats.open).toBe(0);
  });

  it("fails with what the backbone fails with, and the next one works", async () => {
    const fail = (speech: number, code: number): TTSError | undefined => (speech === 0 && code === 20 ? new TTSError("SERVICE", "Making codes: the model gives no numbers.") : undefined);
    const { clock, line, generator, id: model } = await setUp({ generator: { fail } });
    const id = line.speak(model);
    expect(await clock.runUntil(line.answer(id))).toMatchObject({ failure: { code: "SERVICE", retryable: true, message: expect.stringContaining("no numbers") } });
    expect(await clock.runUntil(line.answer(line.speak(model)))).toMatchObject({ type: "done" });
    expect(generator.stats).toMatchObject({ open: 0, closed: 2 });
    expect(line.answers(id)).toHaveLength(1);
  });

  it("fails with what the decoder fails with, though codes could go on", async () => {
    const { clock, line, generator, id: model } = await setUp({ codec: { fail: (window) => (window === 2 ? new TTSError("SERVICE", "Decoding: broken.") : undefined) } });
    const id = line.speak(model);
    expect(await clock.runUntil(line.answer(id))).toMatchObject({ failure: { code: "SERVICE" } });
    expect(generator.stats.codes).toBeLessThan(60);
    expect(generator.stats.open).toBe(0);
  });

  it("does not repeat what was to be spoken", async () => {
    const fail = (): TTSError => new RangeError("cannot handle <secret words>") as unknown as TTSError;
    const { clock, line, id: model } = await setUp({ generator: { fail } });
    const id = line.speak(model, { text: "secret words" });
    const answer = await clock.runUntil(line.answer(id));
    expect(answer).toMatchObject({ failure: { code: "SERVICE" } });
    expect(JSON.stringify(answer)).not.toContain("secret");
  });
});

describe("cancelling a speech", () => {
  it("stops after the code that is under way", async () => {
    const { clock, line, generator, id: model } = await setUp({ generator: { stepMs: () => 40 } });
    const id = line.speak(model);
    await clock.runUntil(line.until((message) => message.type === "audio"));
    await clock.advance(13);
    const madeBefore = generator.stats.codes;
    const cancelledAtMs = clock.now();
    line.send({ type: "cancel", id });
    const answer = await clock.runUntil(line.answer(id));
    expect(answer.type).toBe("stopped");
    expect(answer.atMs - cancelledAtMs).toBeLessThanOrEqual(40);
    expect(generator.stats.codes - madeBefore).toBeLessThanOrEqual(1);
    const pieces = line.of("audio", id).length;
    await clock.advance(1_000);
    expect(line.of("audio", id)).toHaveLength(pieces);
    expect(line.answers(id)).toHaveLength(1);
    expect(generator.stats.open).toBe(0);
  });

  it("stops a prompt between two pieces", async () => {
    const { clock, line, generator, id: model } = await setUp({ generator: { promptTokenMs: 1 } });
    const id = line.speak(model);
    await clock.advance(70);
    line.send({ type: "cancel", id });
    const answer = await clock.runUntil(line.answer(id));
    expect(answer).toMatchObject({ type: "stopped" });
    expect(answer.atMs).toBeLessThanOrEqual(128);
    expect(generator.stats).toMatchObject({ open: 0, codes: 0 });
  });

  it("does not wait for the decoder", async () => {
    const { clock, line, id: model } = await setUp({ codec: { windowMs: () => 500 } });
    const id = line.speak(model, { limits: { minimumCodes: 0, maximumCodes: 5 } });
    await clock.advance(100);
    line.send({ type: "cancel", id });
    expect((await clock.runUntil(line.answer(id))).atMs).toBeLessThanOrEqual(105);
    await clock.advance(1_000);
    expect(line.of("audio", id)).toEqual([]);
  });

  it("answers at once who only waits, and does not mind ids that were answered", async () => {
    const { clock, line, id: model } = await setUp({ generator: { slots: 1 } });
    const first = line.speak(model);
    const second = line.speak(model);
    line.send({ type: "cancel", id: second });
    expect(line.answers(second)).toMatchObject([{ type: "stopped" }]);
    await clock.runUntil(line.answer(first));
    for (const id of [first, second, 4_711]) line.send({ type: "cancel", id });
    line.send({ type: "taken", id: first, samples: 1 });
    await clock.settle();
    expect(line.answers(first)).toHaveLength(1);
    expect(line.answers(second)).toHaveLength(1);
  });
});

describe("models", () => {
  it("are let go with their speeches", async () => {
    const { clock, line, model, id: loaded } = await setUp({ generator: { slots: 1 } });
    const running = line.speak(loaded);
    const waiting = line.speak(loaded);
    await clock.advance(100);
    line.send({ type: "unload", id: 200, model: loaded });
    expect(await clock.runUntil(line.answer(200))).toMatchObject({ type: "done" });
    expect(line.answers(running)).toMatchObject([{ type: "stopped" }]);
    expect(line.answers(waiting)).toMatchObject([{ type: "stopped" }]);
    expect(model.closed).toBe(1);
    line.send({ type: "unload", id: 201, model: loaded });
    expect(await line.answer(201)).toMatchObject({ type: "done" });
  });

  it("that cannot be loaded are told", async () => {
    const clock = createFakeClock();
    const line = createServedLine({ clock, loadModel: () => Promise.reject(new Error("out of memory\nat somewhere")) });
    line.send({ type: "load", id: 1, spec: testSpec() });
    expect(await line.answer(1)).toMatchObject({ type: "failed", failure: { code: "SERVICE", message: "Loading the model: the runtime failed with Error: out of memory." } });
  });

  it("that nobody wants any more when they are loaded are let go at once", async () => {
    const clock = createFakeClock();
    const model = createScriptedModel({ generator: createPacedGenerator({ clock, codes: () => codes, stepMs: () => 1 }) });
    const line = createServedLine({ clock, loadModel: () => clock.sleep(100).then(() => model) });
    line.send({ type: "load", id: 1, spec: testSpec() });
    line.send({ type: "cancel", id: 1 });
    expect(await clock.runUntil(line.answer(1))).toMatchObject({ type: "stopped" });
    expect(model.closed).toBe(1);
  });

  it("tell how they do", async () => {
    const { clock, line, id } = await setUp();
    await clock.runUntil(line.answer(line.speak(id)));
    expect(line.of("health").at(-1)).toMatchObject({ memory: { totalBytes: 1_024 }, running: 0, waiting: 0 });
  });

  it("are all closed at the end, twice without harm", async () => {
    const { clock, line, model, id } = await setUp();
    const speech = line.speak(id);
    await clock.advance(60);
    line.send({ type: "close" });
    await clock.runUntil(Promise.all([line.service.close(), line.service.close()]));
    expect(line.answers(speech)).toHaveLength(1);
    expect(model.closed).toBe(1);
  });
});
