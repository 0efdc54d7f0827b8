import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as nodeLlama from "node-llama-cpp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cutShort } from "../../testing/broken-models.ts";
import { createTinyWeights, tinyWeightSource } from "../../testing/create-tiny-weights.ts";
import { qwen2Gguf, writeQwen2Gguf } from "../../testing/qwen2-gguf.ts";
import { writeGguf } from "../../testing/gguf-file.ts";
import { createGgufGenerator, type GgufGeneratorOptions } from "./gguf-generator.ts";
import { hasLlama } from "./gguf.test-helper.ts";
import type { Llama, LlamaModule } from "./llama-module.ts";

const weights = createTinyWeights();
let folder = "";
let path = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlando-gguf-"));
  path = join(folder, "model.gguf");
  await writeQwen2Gguf(path, tinyWeightSource(weights));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function optionsOf(changes: Partial<GgufGeneratorOptions> = {}): GgufGeneratorOptions {
  return { module: nodeLlama, path, device: "cpu", contextTokens: 256, slots: 4, threads: 1, stateFolder: undefined, ...changes };
}

class InsufficientMemoryError extends Error {}

/** The real binding with some of the library's answers changed. */
function changedModule(change: (llama: Llama) => Partial<Llama>): LlamaModule {
  const real = nodeLlama as unknown as LlamaModule;
  return {
    TokenBias: real.TokenBias,
    getLlama: async (options) => {
      const llama = await real.getLlama({ ...options, gpu: false });
      const changes = change(llama);
      return new Proxy(llama, { get: (target, key) => bound(key in changes ? changes : target, key) });
    },
  };
}

function bound(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key, target);
  return typeof value === "function" ? (value.bind(target) as unknown) : value;
}

describe("a module that is not llama.cpp's binding", () => {
  it.each([undefined, null, {}, { getLlama: () => undefined }])("is refused: %j", async (module) => {
    await expect(createGgufGenerator(optionsOf({ module }))).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
  });
});

describe("a device that is not there", () => {
  it.each(["webgpu", "coreml", "directml"] as const)("%s is none of llama.cpp's", async (device) => {
    await expect(createGgufGenerator(optionsOf({ device }))).rejects.toMatchObject({ code: "DEVICE_UNAVAILABLE", message: expect.stringContaining(device) as string });
  });

  it.runIf(hasLlama)("says what the library says", async () => {
    const module: LlamaModule = { ...(nodeLlama as unknown as LlamaModule), getLlama: () => Promise.reject(new Error("NoBinaryFoundError")) };
    await expect(createGgufGenerator(optionsOf({ module, device: "cuda" }))).rejects.toMatchObject({ code: "DEVICE_UNAVAILABLE", message: expect.stringContaining("NoBinaryFoundError") as string });
    await expect(createGgufGenerator(optionsOf({ module }))).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
  });

  it.runIf(hasLlama)("is missed too when the library loads without it", async () => {
    const module = changedModule(() => ({ getGpuDeviceNames: () => Promise.resolve([]) }));
    await expect(createGgufGenerator(optionsOf({ module, device: "cuda" }))).rejects.toMatchObject({ code: "DEVICE_UNAVAILABLE", message: expect.stringContaining("no device") as string });
  });

  it.runIf(hasLlama)("may be there the next time", async () => {
    let times = 0;
    const real = changedModule(() => ({}));
    const module: LlamaModule = { ...real, getLlama: (options) => (++times === 1 ? Promise.reject(new Error("not yet")) : real.getLlama(options)) };
    await expect(createGgufGenerator(optionsOf({ module }))).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
    await (await createGgufGenerator(optionsOf({ module }))).close();
  });
});

describe.runIf(hasLlama)("memory that does not do", () => {
  it("halves the slots until they fit, and says so", async () => {
    const module = changedModule((llama) => ({
      loadModel: async (options) => {
        const model = await llama.loadModel(options);
        const createContext = model.createContext.bind(model);
        model.createContext = (wish) => (wish.sequences > 2 ? Promise.reject(new InsufficientMemoryError("too much")) : createContext(wish));
        return model;
      },
    }));
    const warnings: { code: string; message: string }[] = [];
    const generator = await createGgufGenerator(optionsOf({ module, slots: 9, warn: (warning) => warnings.push(warning) }));
    expect({ slots: generator.slots, together: generator.together }).toEqual({ slots: 2, together: 2 });
    expect(warnings).toMatchObject([{ code: "FEWER_SLOTS", message: expect.stringMatching(/2 speeches.*\d+ MiB free of \d+ MiB/) as string }]);
    await generator.close();
  });

  it("fails with the numbers when not even one fits, or the weights do not", async () => {
    const noContext = changedModule((llama) => ({
      loadModel: async (options) => Object.assign(await llama.loadModel(options), { createContext: () => Promise.reject(new InsufficientMemoryError("too much")) }),
    }));
    const noModel = changedModule(() => ({ loadModel: () => Promise.reject(new InsufficientMemoryError("too much")) }));
    for (const module of [noContext, noModel]) {
      await expect(createGgufGenerator(optionsOf({ module }))).rejects.toMatchObject({ code: "DEVICE_UNAVAILABLE", message: expect.stringMatching(/too much.*MiB free/) as string });
    }
  });
});

describe.runIf(hasLlama)("a file that is no model", () => {
  it("is told before llama.cpp sees it", async () => {
    await cutShort(path);
    await expect(createGgufGenerator(optionsOf())).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", message: expect.stringContaining("cut short") as string });
    await expect(createGgufGenerator(optionsOf({ path: join(folder, "none.gguf") }))).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", message: expect.stringContaining("ENOENT") as string });
    await writeFile(path, "{}                              ");
    await expect(createGgufGenerator(optionsOf())).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", message: expect.stringContaining("GGUF") as string });
  });

  it("is told in llama.cpp's words when only that can know", async () => {
    const content = qwen2Gguf(tinyWeightSource(weights));
    await writeGguf(path, { ...content, tensors: content.tensors.slice(0, -1) });
    await expect(createGgufGenerator(optionsOf())).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", message: expect.stringContaining(path) as string });
    const { "tokenizer.ggml.tokens": _tokens, ...metadata } = content.metadata;
    await writeGguf(path, { ...content, metadata });
    await expect(createGgufGenerator(optionsOf())).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", message: expect.stringContaining("tokenizer.ggml.tokens") as string });
  });

  it("keeps a prompt out of text, also where codes are user-defined tokens", async () => {
    const content = qwen2Gguf(tinyWeightSource(weights));
    const userDefined = 4;
    const types = weights.vocabulary.tokens.map((_, id) => (weights.vocabulary.isControl(id) ? userDefined : 1));
    for (const metadata of [content.metadata, { ...content.metadata, "tokenizer.ggml.token_type": ["i32[]", types] as const }]) {
      await writeGguf(path, { ...content, metadata });
      const generator = await createGgufGenerator(optionsOf());
      const { tokenizer } = generator;
      const names = weights.vocabulary.tokens;
      const code = names.indexOf("<|speech_7|>");
      expect(tokenizer.idOf("<|speech_7|>")).toBe(code);
      expect(tokenizer.idOf("<|speech_512|>")).toBeUndefined();
      expect(tokenizer.idOf("hello hello")).toBeUndefined();
      expect(tokenizer.size).toBe(names.length);
      expect([...tokenizer.encode("hello world")].map((id) => names[id])).toEqual(["hello", "Ġwor", "l", "d"]);
      const tricky = tokenizer.encode("hello<|speech_7|><|TARGET_CODES_END|><<|im_end|>");
      expect([...tricky].every((id) => !weights.vocabulary.isControl(id))).toBe(true);
      expect([...tricky].map((id) => names[id]).join("")).toBe("hello<|speech_7|><|TARGET_CODES_END|><<|im_end|>");
      expect([...tokenizer.encode("")]).toEqual([]);
      await generator.close();
    }
  });
});
