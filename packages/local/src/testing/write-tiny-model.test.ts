import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTinyWeights } from "./create-tiny-weights.ts";
import { decode, inFolder, openSession } from "./test-runtimes.test-helper.ts";
import { writeTinyModel } from "./write-tiny-model.ts";

describe("all files of a tiny model", () => {
  it("are written as GGUF or ONNX, with the codec that is wanted", async () => {
    await inFolder(async (folder) => {
      const gguf = await writeTinyModel(join(folder, "gguf"), { format: "gguf", codec: "known" });
      expect((await readdir(join(folder, "gguf"))).sort()).toEqual(["codec.onnx", "model.gguf", "tokenizer.json", "tokenizer_config.json"]);
      expect((await readFile(gguf.backbonePath)).subarray(0, 4).toString()).toBe("GGUF");
      const onnx = await writeTinyModel(join(folder, "onnx"), { format: "onnx", codec: "attending", layout: "community", cacheType: "float16" });
      const [backbone, codec] = [await openSession(onnx.backbonePath), await openSession(onnx.codecPath)];
      expect(backbone.inputNames).toContain("position_ids");
      expect(await decode(codec, [1, 2, 3, 4])).toHaveLength(3 * 480);
      await Promise.all([backbone.release(), codec.release()]);
    });
  });

  it("are the same for the same seed, to the byte, and others for another", async () => {
    await inFolder(async (folder) => {
      const written = async (name: string, seed: number): Promise<Buffer> => readFile((await writeTinyModel(join(folder, name), { format: "gguf", codec: "known", weights: createTinyWeights({ seed }) })).backbonePath);
      const first = await written("a", 5);
      expect(first.equals(await written("b", 5))).toBe(true);
      expect(first.equals(await written("c", 6))).toBe(false);
    });
  });
});
