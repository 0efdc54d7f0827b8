import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createSpeechStream, type AudioChunk } from "@parlando/core";
import { TTSError, type EngineEvent, type Mark, type SynthesisRequest } from "@parlando/engine";
import { assertContiguous } from "@parlando/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createModelHost } from "../runtime/create-model-host.ts";
import type { HostedModel } from "../runtime/model-host.ts";
import { forkChannel } from "../runtime/process-channel.ts";
import { createTinyWeights } from "../testing/create-tiny-weights.ts";
import { createTinyVocabulary } from "../testing/tiny-vocabulary.ts";
import { writeTinyModel } from "../testing/write-tiny-model.ts";
import { assembleAudar, type AudarEngine } from "./assemble-audar.ts";
import { createAudarEngine } from "./audar-engine.ts";
import type { AudarOptions } from "./audar-options.ts";

const { signal } = new AbortController();
const shapes = ["gguf", "onnx"] as const;

/** With all codes of NeuCodec, since the voices use them; the rest is tiny. */
let folder = "";
beforeAll(async () => {
  if (!existsSync(fileURLToPath(new URL("../../dist/model-process.js", import.meta.url)))) throw new TTSError("INTERNAL", "Testing Audar: packages/local/dist is missing. Run `npm run build` first.");
  folder = await mkdtemp(join(tmpdir(), "parlando-audar-"));
  const weights = createTinyWeights({ vocabulary: createTinyVocabulary({ codes: 65_536 }), shape: { hidden: 32, heads: 2, kvHeads: 1, feedForward: 32, layers: 1 } });
  await writeTinyModel(join(folder, "gguf"), { format: "gguf", codec: "attending", weights });
  await writeTinyModel(join(folder, "onnx"), { format: "onnx", codec: "attending", weights });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const engines: AudarEngine[] = [];
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

function make(shape: string, options: AudarOptions = {}): AudarEngine {
  const engine = createAudarEngine({ model: join(folder, shape), device: "cpu", maximumCodes: 120, ...options });
  engines.push(engine);
  return engine;
}

async function speak(engine: AudarEngine, change: Partial<SynthesisRequest> = {}): Promise<{ events: EngineEvent[]; samples: Float32Array }> {
  const request: SynthesisRequest = { text: "Hello there, world.", ssml: false, format: engine.capabilities.formats[0]!, marks: [], ...change };
  const events: EngineEvent[] = [];
  for await (const event of engine.synthesize(request, signal)) events.push(event);
  const pieces = events.flatMap((event) => (event.type === "pcm" ? [event.samples] : []));
  const samples = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  pieces.reduce((at, piece) => (samples.set(piece, at), at + piece.length), 0);
  return { events, samples };
}

const detailsOf = (events: readonly EngineEvent[]): Readonly<Record<string, number>> => events.flatMap((event) => (event.type === "usage" ? [event.details ?? {}] : []))[0] ?? {};

describe.each(shapes)("audar on a tiny model in %s", (shape) => {
  it("speaks in pieces, and keeps the voice's prompt for the next request", async () => {
    const engine = make(shape);
    await engine.warmUp(signal);
    const { events, samples } = await speak(engine);
    const details = detailsOf(events);
    expect(samples.length).toBe((details["codes"] ?? 0) * 480);
    expect(details["codes"]).toBeGreaterThanOrEqual(50);
    expect(details["chunks"]).toBeGreaterThan(1);
    expect(details["evaluatedPrefixTokens"]).toBe(0);
    expect(detailsOf((await speak(engine, { voice: "Amal" })).events)["evaluatedPrefixTokens"]).toBeGreaterThan(300);
    expect(detailsOf((await speak(engine, { voice: "Amal", text: "And now?" })).events)["evaluatedPrefixTokens"]).toBe(0);
  });

  it("gives the same samples for the same seed, to the bit, in this engine and in another", async () => {
    const engine = make(shape, { seed: 42 });
    const first = (await speak(engine)).samples;
    expect((await speak(engine)).samples).toEqual(first);
    expect((await speak(engine, { engineOptions: { seed: 43 } })).samples).not.toEqual(first);
    await engine.close();
    expect((await speak(make(shape, { seed: 42 }))).samples).toEqual(first);
  });

  it("fits a stream: marks by estimate, no gap, and silence when it is interrupted", async () => {
    const engine = make(shape);
    const chunks: AudioChunk[] = [];
    const marks: Mark[] = [];
    const stream = createSpeechStream({ engines: [{ engine }] }, { marks: ["word"], onChunk: (chunk) => void chunks.push(chunk), onMark: (mark) => void marks.push(mark) });
    await stream.feed("Hello there. ");
    await stream.feed("كيف الحال؟");
    stream.done();
    const report = await stream.waitUntilDone();
    assertContiguous(chunks);
    expect(chunks.map(({ text }) => text).join("")).toBe("Hello there. كيف الحال؟");
    expect(marks.map(({ value, source }) => [value.replace(/[.؟]$/u, ""), source])).toEqual(["Hello", "there", "كيف", "الحال"].map((word) => [word, "estimated"]));
    expect(report.audioMs).toBeGreaterThan(1_900);

    let heard = 0;
    const other = createSpeechStream({ engines: [{ engine }] }, { onChunk: () => void (heard += 1) });
    void other.feed("This one is not wanted any more when it has begun.");
    other.done();
    while (heard === 0) await rest(5);
    await other.interrupt();
    expect(await other.waitUntilDone()).toMatchObject({ interrupted: true });
  });
});

describe("audar and its process", () => {
  it("speaks with two models in one process at once", async () => {
    const spoken = await Promise.all(shapes.flatMap((shape) => [make(shape), make(shape)]).map((engine) => speak(engine)));
    for (const { samples } of spoken) expect(samples.length).toBeGreaterThan(0);
  });

  it("fails with a typed error when the process is killed in the middle, and speaks again", async () => {
    const host = createModelHost({ openChannel: () => forkChannel() });
    let model: HostedModel | undefined;
    const watched = { open: (...given: Parameters<typeof host.open>): HostedModel => (model = host.open(...given)) };
    const engine = assembleAudar({ model: join(folder, "gguf"), device: "cpu", maximumCodes: 1_000, minimumCodes: 1_000 }, { host: async () => watched, environment: {}, randomSeed: () => 1, newRequestId: () => "id" });
    engines.push(engine);
    const request: SynthesisRequest = { text: "A long one. ".repeat(10), ssml: false, format: engine.capabilities.formats[0]!, marks: [] };
    const failing = (async () => {
      for await (const event of engine.synthesize(request, signal)) if (event.type === "pcm") process.kill(model?.processId() ?? 0, "SIGKILL");
    })();
    await expect(failing).rejects.toMatchObject({ code: "SERVICE", retryable: true, engine: "audar" });
    expect((await speak(engine, { engineOptions: { minimumCodes: 0, maximumCodes: 100 } })).samples.length).toBeGreaterThan(0);
  });

  it("names a device that is not there", async () => {
    await expect(speak(make("onnx", { device: "cuda" }))).rejects.toMatchObject({ code: "DEVICE_UNAVAILABLE", engine: "audar" });
    const { events } = await speak(make("onnx", { device: ["cuda", "cpu"] }));
    expect(events.filter((event) => event.type === "warning").map(({ code }) => code)).toContain("DEVICE_FALLBACK");
  });
});
