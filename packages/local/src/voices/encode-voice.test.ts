import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TTSError } from "@parlando/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assembleAudar, type AudarEngine } from "../audar/assemble-audar.ts";
import type { AudarOptions } from "../audar/audar-options.ts";
import { createScriptedHost } from "../audar/scripted-model.test-helper.ts";
import { createGraph, writeOnnx } from "../testing/onnx-graph.ts";
import { encodeSamples } from "./encode-samples.ts";
import { encodeRecording } from "./encode-voice.ts";

const runtime = "onnxruntime-node";
const { signal } = new AbortController();
const built = fileURLToPath(new URL("../../dist/encoder-process.js", import.meta.url));

let folder = "";
let path = "";
beforeAll(async () => {
  if (!existsSync(built)) throw new TTSError("INTERNAL", "Testing the encoder's process: packages/local/dist is missing. Run `npm run build` first.");
  folder = await mkdtemp(join(tmpdir(), "parlando-encoder-"));
  path = join(folder, "encoder.onnx");
  await writeEncoder(path);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** An encoder of the shape that is expected: a code is its 320 samples' mean, from 0 to 65,535 for 0 to 1. */
async function writeEncoder(to: string, scale = 65_535): Promise<void> {
  const graph = createGraph();
  const frames = graph.node("Reshape", [graph.input("audio", "float32", [1, 1, "samples"]), graph.int64([1, -1, 320])]);
  const means = graph.node("ReduceMean", [frames], { axes: [2], keepdims: 0 });
  graph.node("Cast", [graph.node("Round", [graph.node("Mul", [means, graph.float(scale)])])], { to: 6 }, "codes");
  graph.output("codes", "int32", [1, "codes"]);
  await writeOnnx(to, graph.graph);
}

const steps = Float32Array.from({ length: 320 * 300 }, (_, index) => Math.floor(index / 320) / 300);

describe("encodeSamples", () => {
  it("gives a code for every 20 ms", async () => {
    const codes = await encodeSamples({ path, runtime, samples: steps });
    expect(codes).toHaveLength(300);
    // The mean of 320 equal floats may be off by their rounding.
    for (const [index, code] of codes.entries()) expect(Math.abs(code - (index / 300) * 65_535)).toBeLessThan(1.5);
  });

  it("refuses what is no encoder, and codes that are none", async () => {
    const decoder = createGraph();
    decoder.node("Cast", [decoder.input("codes", "int32", [1, 1, "n"])], { to: 1 }, "audio");
    decoder.output("audio", "float32", [1, 1, "n"]);
    await writeOnnx(join(folder, "decoder.onnx"), decoder.graph);
    await expect(encodeSamples({ path: join(folder, "decoder.onnx"), runtime, samples: steps })).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", message: expect.stringContaining("codes (int32") as string });
    await writeEncoder(join(folder, "loud.onnx"), 1e6);
    await expect(encodeSamples({ path: join(folder, "loud.onnx"), runtime, samples: steps })).rejects.toMatchObject({ code: "SERVICE", retryable: false });
    await expect(encodeSamples({ path: join(folder, "none.onnx"), runtime, samples: steps })).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
    await expect(encodeSamples({ path, runtime: "@example/no-runtime", samples: steps })).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
  });
});

describe("encodeRecording", () => {
  const options = { engine: "audar", path: "", runtime, signal };

  it("resamples, and encodes in another process", async () => {
    const recording = { samples: new Float32Array(48_000 * 6).fill(0.5), sampleRate: 48_000 };
    const codes = await encodeRecording(recording, { ...options, path });
    expect(codes).toHaveLength(300);
    expect(Math.abs(codes[150]! - 32_768)).toBeLessThan(20);
  });

  it("passes on what fails there", async () => {
    await expect(encodeRecording({ samples: steps, sampleRate: 16_000 }, { ...options, path: join(folder, "none.onnx") })).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
  });

  it("fails when the process ends, and stops when it is called off", async () => {
    const file = join(folder, "ends.mjs");
    await writeFile(file, "process.once('message', () => process.exit(3));");
    await expect(encodeRecording({ samples: steps, sampleRate: 16_000 }, { ...options, path, file })).rejects.toMatchObject({ code: "SERVICE", retryable: true });
    await writeFile(file, "process.on('message', () => {});");
    const controller = new AbortController();
    const encoding = encodeRecording({ samples: steps, sampleRate: 16_000 }, { ...options, path, file, signal: controller.signal });
    controller.abort();
    await expect(encoding).rejects.toMatchObject({ code: "ABORTED" });
    await expect(encodeRecording({ samples: steps, sampleRate: 16_000 }, { ...options, path, signal: controller.signal })).rejects.toMatchObject({ code: "ABORTED" });
  });
});

describe("createVoice", () => {
  const make = (options: AudarOptions): AudarEngine => assembleAudar(options, { host: async () => createScriptedHost(), environment: {}, randomSeed: () => 1, newRequestId: () => "id" });
  const recording = { name: "Mine", refText: "Hello there.", samples: steps, sampleRate: 16_000, metadata: { lang: "en" } };

  it("gives a voice that can be kept as JSON", async () => {
    const voice = await make({ encoder: path }).createVoice(recording, signal);
    expect(voice).toMatchObject({ name: "Mine", refText: "Hello there.", metadata: { lang: "en" } });
    expect(voice.codes).toHaveLength(300);
    expect(JSON.parse(JSON.stringify(voice))).toEqual(voice);
    const withPhonemes = await make({ encoder: path, preset: "audar-v1-phonemes", phonemizer: async (text) => `/${text}/` }).createVoice(recording, signal);
    expect(withPhonemes.phonemes).toBe("/Hello there./");
  });

  it("says what to do where there is no encoder, and what a recording must be", async () => {
    await expect(make({}).createVoice(recording, signal)).rejects.toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining("`encoder`") as string });
    await expect(make({ encoder: path }).createVoice({ ...recording, samples: steps.slice(0, 100) }, signal)).rejects.toMatchObject({ code: "INVALID_INPUT", message: expect.stringContaining("5000 to 15000 ms") as string });
    await expect(make({ encoder: path }).createVoice({ ...recording, name: "../x" }, signal)).rejects.toMatchObject({ code: "INVALID_CONFIG" });
  });
});
