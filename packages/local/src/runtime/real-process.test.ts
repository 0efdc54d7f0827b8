import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { knownOrigin, knownSound } from "../testing/known-codec.ts";
import { writeTinyModel, type TinyModelFiles } from "../testing/write-tiny-model.ts";
import { createModelHost } from "./create-model-host.ts";
import type { HostedModel, SpeechEvent } from "./model-host.ts";
import type { ModelSpec, SpeechJob } from "./model-spec.ts";
import { forkChannel, modelProcessFile } from "./process-channel.ts";
import { testJob, testSpec } from "./scripted-model.test-helper.ts";

const forever = new AbortController().signal;
const formats = ["onnx", "gguf"] as const;
const files = new Map<string, TinyModelFiles>();
const opened: HostedModel[] = [];
let folder = "";

beforeAll(async () => {
  await access(modelProcessFile()).catch(() => expect.fail(`${modelProcessFile()} is not there: run "npm run build" first.`));
  folder = await mkdtemp(join(tmpdir(), "parlando-process-"));
  for (const format of formats) files.set(format, await writeTinyModel(join(folder, format), { format, codec: "known" }));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => Promise.all(opened.splice(0).map((model) => model.close())));

function open(format: (typeof formats)[number], spec: Partial<ModelSpec> = {}): HostedModel {
  const { backbonePath, tokenizerPath, codecPath } = files.get(format)!;
  const host = createModelHost({ openChannel: () => forkChannel() });
  const model = host.open(testSpec({ backbonePath, tokenizerPath, codecPath, backboneDevice: "cpu", threads: { backbone: 1, codec: 1 }, contextTokens: 1_024, slots: 2, ...spec }));
  opened.push(model);
  return model;
}

async function read(model: HostedModel, job: Partial<SpeechJob> = {}): Promise<{ sound: Float32Array; events: SpeechEvent[] }> {
  const events: SpeechEvent[] = [];
  for await (const event of model.speak(testJob({ limits: { minimumCodes: 20, maximumCodes: 60 }, ...job }), forever)) events.push(event);
  const pieces = events.flatMap((event) => (event.type === "audio" ? [event.samples] : []));
  const sound = new Float32Array(pieces.reduce((length, piece) => length + piece.length, 0));
  pieces.reduce((at, piece) => (sound.set(piece, at), at + piece.length), 0);
  return { sound, events };
}
const codesOf = (sound: Float32Array): number[] => Array.from({ length: sound.length / 480 }, (_, index) => knownOrigin(sound[index * 480]!).code);
const isAlive = (processId: number): boolean => {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
};

describe.each(formats)("a real process with a small %s model", (format) => {
  it("speaks, the same each time, with no token of the voice's prompt the second time", async () => {
    const model = open(format);
    expect(await model.load(forever)).toMatchObject({ device: "cpu", codecDevice: "cpu", tried: [], codec: { sampleRate: 24_000, samplesPerCode: 480, leadSamples: 240, missingSamples: 480 } });
    const first = await read(model, { seeded: true, chunkCodes: "adaptive" });
    const second = await read(model, { seeded: true, chunkCodes: "adaptive" });
    const codes = codesOf(first.sound);
    expect(codes.length).toBeGreaterThanOrEqual(20);
    expect(first.sound).toEqual(knownSound(codes));
    expect(second.sound).toEqual(first.sound);
    expect(first.events.at(-1)).toMatchObject({ type: "done", metrics: { codes: codes.length } });
    expect(second.events.at(-1)).toMatchObject({ type: "done", metrics: { evaluatedPrefixTokens: 0 } });
  }, 60_000);

  it("fails with SERVICE when it is killed mid-sentence, and the next speech works", async () => {
    const model = open(format);
    const speech = model.speak(testJob({ chunkCodes: 4, highWaterMs: 200, limits: { minimumCodes: 400, maximumCodes: 500 } }), forever)[Symbol.asyncIterator]();
    // On a busy machine a warning that it is slow comes first.
    for (let type = ""; type !== "audio"; ) {
      const { done, value } = await speech.next();
      if (done === true) throw new Error("The speech ended before its first sound.");
      type = value.type;
    }
    const killed = model.processId()!;
    process.kill(killed, "SIGKILL");
    const rest = async (): Promise<void> => {
      while (!(await speech.next()).done);
    };
    await expect(rest()).rejects.toMatchObject({ code: "SERVICE", retryable: true, message: expect.stringContaining("SIGKILL") });
    expect((await read(model)).sound.length).toBeGreaterThan(0);
    expect(model.processId()).not.toBe(killed);
  }, 60_000);
});

describe("a real process", () => {
  it("runs several speeches at once, each as it is alone", async () => {
    const model = open("onnx");
    const texts = ["one", "two", "three", "four"];
    const alone: Float32Array[] = [];
    for (const text of texts) alone.push((await read(model, { text })).sound);
    const together = await Promise.all(texts.map((text) => read(model, { text })));
    expect(together.map(({ sound }) => sound)).toEqual(alone);
  }, 60_000);

  it("goes on with the next speech when one is called off", async () => {
    const model = open("onnx", { slots: 1 });
    const controller = new AbortController();
    const speech = model.speak(testJob({ chunkCodes: 4, highWaterMs: 200, limits: { minimumCodes: 400, maximumCodes: 500 } }), controller.signal)[Symbol.asyncIterator]();
    await speech.next();
    const processId = model.processId();
    controller.abort();
    await expect(speech.next()).rejects.toMatchObject({ code: "ABORTED" });
    expect((await read(model)).sound.length).toBeGreaterThan(0);
    expect(model.processId()).toBe(processId);
  }, 60_000);

  it("ends with its last model, and leaves nothing behind", async () => {
    const model = open("gguf");
    await read(model);
    const processId = model.processId()!;
    expect(isAlive(processId)).toBe(true);
    await model.close();
    expect(isAlive(processId)).toBe(false);
  }, 60_000);

  it("tells what is wrong with a model", async () => {
    await expect(open("onnx", { backbonePath: join(folder, "nothing.onnx") }).load(forever)).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
    await expect(open("gguf", { codecPath: join(folder, "nothing.onnx") }).load(forever)).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
    await expect(open("gguf", { backbonePath: files.get("gguf")!.tokenizerPath }).load(forever)).rejects.toMatchObject({ code: "INVALID_CONFIG" });
    await expect(open("gguf", { modules: { llama: "no-such-runtime", onnx: "onnxruntime-node" } }).load(forever)).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE", message: expect.stringContaining("npm install node-llama-cpp") });
    await expect(open("onnx", { modules: { llama: "node-llama-cpp", onnx: "no-such-runtime" } }).load(forever)).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
  }, 60_000);

  it.each(formats)("says which device it could not use for %s, and uses the next", async (format) => {
    await expect(open(format, { backboneDevice: "metal" }).load(forever)).rejects.toMatchObject({ code: "DEVICE_UNAVAILABLE", message: expect.stringContaining("metal") });
    const model = open(format, { backboneDevice: ["metal", "cpu"] });
    expect(await model.load(forever)).toMatchObject({ device: "cpu", tried: [{ device: "metal", reason: expect.any(String) }] });
    expect((await read(model)).events[0]).toMatchObject({ type: "warning", code: "DEVICE_FALLBACK", message: expect.stringMatching(/metal: .*; running on cpu\./u) });
  }, 60_000);

  it("refuses a text for which there is no room", async () => {
    await expect(read(open("onnx"), { text: "x".repeat(1_000) })).rejects.toMatchObject({ code: "TEXT_TOO_LONG" });
  }, 60_000);
});
