import { stat } from "node:fs/promises";
import { join } from "node:path";
import { getLlama, type Token } from "node-llama-cpp";
import { describe, expect, it } from "vitest";
import { changeLastByte, cutShort, type Damage, fileFacts, writeBrokenGguf, writeBrokenOnnx } from "./broken-models.ts";
import { createTinyWeights, tinyWeightSource } from "./create-tiny-weights.ts";
import { writeQwen2Onnx } from "./qwen2-onnx.ts";
import { inFolder, int64, onnx, openSession } from "./test-runtimes.test-helper.ts";
import type { OnnxSession } from "../runtime/onnx-runtime.ts";

const using = (damage: Damage, check: (session: OnnxSession) => unknown): Promise<void> =>
  inFolder(async (folder) => {
    await writeBrokenOnnx(join(folder, "model.onnx"), damage);
    const session = await openSession(join(folder, "model.onnx"));
    await check(session);
    await session.release();
  });

describe("broken models", () => {
  it("load, and are wrong as they should be", async () => {
    await using("backbone-input", (session) => expect(session.inputNames).toContain("tokens"));
    await using("backbone-cache", (session) => expect(session.outputNames).toEqual(["logits", "present.0.key", "present.0.value", "present.1.key"]));
    await using("backbone-cache-shape", (session) => expect(session.inputMetadata[2]?.shape).toEqual(["batch_size", "past_sequence_length", 32]));
    await using("codec-input", (session) => expect(session.inputNames).toEqual(["tokens"]));
    await using("codec-type", (session) => expect(session.inputMetadata[0]?.type).toBe("int64"));
    await using("codec-output", (session) => expect(session.outputMetadata[0]?.shape).toEqual(["batch_size", "samples"]));
  });

  it("say nothing but NaN when they should", async () => {
    await using("backbone-nan", async (session) => {
      const cache = Object.fromEntries(session.inputNames.filter((name) => name.startsWith("past")).map((name) => [name, new onnx.Tensor("float32", new Float32Array(0), [1, 2, 0, 16])]));
      const { logits } = await session.run({ input_ids: int64([1, 2], [1, 2]), attention_mask: int64([1, 1], [1, 2]), ...cache });
      expect((logits?.data as Float32Array).every((value) => Number.isNaN(value))).toBe(true);
    });
  });

  it("do not load once their end is cut off", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "model.onnx");
      await writeQwen2Onnx(path, tinyWeightSource(createTinyWeights()));
      const { size } = await stat(path);
      await cutShort(path);
      expect((await stat(path)).size).toBe(Math.floor(size * (2 / 3)));
      await expect(openSession(path)).rejects.toThrow();
    });
  });

  it("have another hash, and the same size, once a byte was changed", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "model.onnx");
      await writeQwen2Onnx(path, tinyWeightSource(createTinyWeights()));
      const before = await fileFacts(path);
      expect(before).toMatchObject({ name: "model.onnx", bytes: (await stat(path)).size });
      await changeLastByte(path);
      const after = await fileFacts(path);
      expect(after.bytes).toBe(before.bytes);
      expect(after.sha256).not.toBe(before.sha256);
    });
  });

  it("are written as GGUF too, and load", async () => {
    const llama = await getLlama({ gpu: false, build: "never", skipDownload: true, progressLogs: false, logger: () => undefined, maxThreads: 1 });
    await inFolder(async (folder) => {
      await writeBrokenGguf(join(folder, "nan.gguf"), "backbone-nan");
      await writeBrokenGguf(join(folder, "codeless.gguf"), "no-codes");
      const nan = await llama.loadModel({ modelPath: join(folder, "nan.gguf") });
      const context = await nan.createContext({ contextSize: 64, threads: 1, flashAttention: false });
      const [answer] = await context.getSequence().controlledEvaluate([[1 as Token, { generateNext: { logits: true } }]]);
      expect([...(answer?.next.logits?.values() ?? [])].some((logit) => Number.isFinite(logit))).toBe(false);
      await nan.dispose();
      const codeless = await llama.loadModel({ modelPath: join(folder, "codeless.gguf") });
      expect(codeless.tokenize("<|speech_0|>", true).length).toBeGreaterThan(1);
      await codeless.dispose();
    });
    await llama.dispose();
  });
});
