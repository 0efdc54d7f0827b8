import { readdir, stat } from "node:fs/promises";
import { getLlama } from "node-llama-cpp";
import { describe, expect, it } from "vitest";
import { realShape, writeRealSizeModel } from "./real-size-model.ts";
import { inFolder, openSession } from "./test-runtimes.test-helper.ts";

// The vocabulary is the real one; the rest is small, so that it takes seconds and not gigabytes.
const shape = { ...realShape, layers: 1, hidden: 32, heads: 2, kvHeads: 1, feedForward: 32 };

describe("a model of the real vocabulary", () => {
  it("is written once, as GGUF and as ONNX with its numbers beside it, and loads", { timeout: 120_000 }, async () => {
    await inFolder(async (folder) => {
      const gguf = await writeRealSizeModel(folder, { format: "gguf", shape });
      const onnx = await writeRealSizeModel(folder, { format: "onnx", shape });
      expect((await readdir(folder)).sort()).toEqual(["model-q8_0.gguf", "model.onnx", "model.onnx.data", "tokenizer.json", "tokenizer_config.json"]);
      const session = await openSession(onnx.backbonePath);
      expect(session.outputMetadata[0]?.shape?.[2]).toBe(217_207);
      await session.release();
      const llama = await getLlama({ gpu: false, build: "never", skipDownload: true, progressLogs: false, logger: () => undefined, maxThreads: 1 });
      const model = await llama.loadModel({ modelPath: gguf.backbonePath });
      expect([...model.tokenize("<|speech_0|><|speech_65535|>", true)]).toEqual([151_671, 217_206]);
      await model.dispose();
      await llama.dispose();
      const { mtimeMs } = await stat(gguf.backbonePath);
      await writeRealSizeModel(folder, { format: "gguf", shape });
      expect((await stat(gguf.backbonePath)).mtimeMs).toBe(mtimeMs);
    });
  });
});
