import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeTinyModel } from "../testing/write-tiny-model.ts";
import { audarPresets } from "./audar-presets.ts";
import { findModelFiles } from "./find-files.ts";
import type { ModelFileState, ModelPreset } from "./model-preset.ts";

const preset = audarPresets.find(({ id }) => id === "audar-v1-flash") as ModelPreset;
let folder = "";
const at = (...names: string[]): string => join(folder, ...names);
const found = (states: readonly ModelFileState[]): Record<string, string | undefined> => Object.fromEntries(states.map(({ need, path }) => [need.role, path]));
const nowhere = { environment: {} };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlando-find-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("finding model files", () => {
  it("finds all in one folder, and needs no tokenizer beside a GGUF", async () => {
    await writeTinyModel(folder, { format: "gguf", codec: "known" });
    await rm(at("tokenizer.json"));
    const states = await findModelFiles(preset, { folder, ...nowhere });
    expect(found(states)).toEqual({ backbone: at("model.gguf"), tokenizer: undefined, codec: at("codec.onnx") });
    expect(states.map(({ state, problem }) => [state, problem])).toEqual([["unknown", ""], ["missing", ""], ["unknown", ""]]);
  });

  it("takes a backbone's file with what is beside it, and misses the tokenizer of an ONNX one", async () => {
    await writeTinyModel(folder, { format: "onnx", codec: "known" });
    await rename(at("model.onnx"), at("my own.onnx"));
    expect(found(await findModelFiles(preset, { folder: at("my own.onnx"), ...nowhere }))).toEqual({ backbone: at("my own.onnx"), tokenizer: at("tokenizer.json"), codec: at("codec.onnx") });
    await rm(at("tokenizer.json"));
    const [, tokenizer] = await findModelFiles(preset, { folder: at("my own.onnx"), ...nowhere });
    expect(tokenizer).toMatchObject({ state: "missing", problem: expect.stringContaining(`Put it into ${folder}, named tokenizer.json`) as string });
  });

  it("looks in config, then the folder, then the models' folder, then PARLANDO_MODELS", async () => {
    const codecs = ["given.onnx", "one/codec.onnx", "all/audar-v1-flash/codec.onnx", "all/codec.onnx", "first/codec.onnx", "second/audar-v1-flash/codec.onnx"].map((name) => at(...name.split("/")));
    for (const codec of codecs) {
      await mkdir(join(codec, ".."), { recursive: true });
      await writeFile(codec, "{}");
    }
    const options = { paths: { codec: at("given.onnx"), tokenizer: undefined }, folder: at("one"), modelsFolder: at("all"), environment: { PARLANDO_MODELS: [at("first"), "", at("second")].join(delimiter) } };
    expect(found(await findModelFiles(preset, options))["codec"]).toBe(codecs[0]);
    for (const codec of codecs.slice(1)) {
      const states = await findModelFiles(preset, { ...options, paths: undefined });
      expect(found(states)["codec"]).toBe(codec);
      await rm(codec);
    }
    const [, , codec] = await findModelFiles(preset, { ...options, paths: {} });
    expect(codec?.searched).toEqual([at("one"), at("all", "audar-v1-flash"), at("all"), at("first", "audar-v1-flash"), at("first"), at("second", "audar-v1-flash"), at("second")]);
    expect(codec).toMatchObject({ state: "missing", path: undefined, bytes: undefined });
  });

  it("replaces no file that config names", async () => {
    await writeTinyModel(folder, { format: "gguf", codec: "known" });
    const states = await findModelFiles(preset, { folder, paths: { codec: at("none.onnx") }, ...nowhere });
    expect(states[2]).toMatchObject({ state: "missing", searched: [at("none.onnx")], problem: expect.stringContaining(at("none.onnx")) as string });
  });

  it("says of a model's file that is not there that it is not there", async () => {
    const [backbone] = await findModelFiles(preset, { folder: at("none.gguf"), ...nowhere });
    expect(backbone).toMatchObject({ state: "missing", searched: [at("none.gguf")], problem: expect.stringContaining(`There is no file ${at("none.gguf")}.`) as string });
  });

  it("prefers the name that comes first, and of several with a star the first by name", async () => {
    for (const name of ["b.gguf", "a.gguf", "Audar-TTS-V1-Turbo-Q4_K_M.gguf", "Audar-TTS-V1-Flash-Q5_K_M.gguf", "Audar-TTS-V1-Flash-Q8_0.gguf"]) await writeFile(at(name), "GGUF");
    for (const name of ["Audar-TTS-V1-Flash-Q8_0.gguf", "Audar-TTS-V1-Flash-Q5_K_M.gguf", "Audar-TTS-V1-Turbo-Q4_K_M.gguf", "a.gguf", "b.gguf"]) {
      expect(found(await findModelFiles(preset, { folder, ...nowhere }))["backbone"]).toBe(at(name));
      await rm(at(name));
    }
  });

  it("takes no model of the other generation, and one of just any name out of a folder of many only last", async () => {
    const phonemes = audarPresets.find(({ id }) => id === "audar-v1-phonemes") as ModelPreset;
    for (const name of ["audar-tts-flash-v1-q8_0.gguf", "Audar-TTS-V1-Flash-Q8_0.gguf"]) await writeFile(at(name), "GGUF");
    for (const options of [{ folder, ...nowhere }, { modelsFolder: folder, ...nowhere }]) {
      expect(found(await findModelFiles(preset, options))["backbone"]).toBe(at("Audar-TTS-V1-Flash-Q8_0.gguf"));
      expect(found(await findModelFiles(phonemes, options))["backbone"]).toBe(at("audar-tts-flash-v1-q8_0.gguf"));
    }
    await rm(at("Audar-TTS-V1-Flash-Q8_0.gguf"));
    expect(found(await findModelFiles(preset, { folder, ...nowhere }))["backbone"]).toBeUndefined();
    await writeFile(at("llama.gguf"), "GGUF");
    expect(found(await findModelFiles(preset, { modelsFolder: folder, ...nowhere }))["backbone"]).toBe(at("llama.gguf"));
    await mkdir(at("more"));
    await writeFile(at("more", "Audar-TTS-V1-Flash-Q5_K_M.gguf"), "GGUF");
    expect(found(await findModelFiles(preset, { modelsFolder: folder, environment: { PARLANDO_MODELS: at("more") } }))["backbone"]).toBe(at("more", "Audar-TTS-V1-Flash-Q5_K_M.gguf"));
    expect(found(await findModelFiles(preset, { folder, ...nowhere }))["backbone"]).toBe(at("llama.gguf"));
    expect(found(await findModelFiles(preset, { folder: at("audar-tts-flash-v1-q8_0.gguf"), ...nowhere }))["backbone"]).toBe(at("audar-tts-flash-v1-q8_0.gguf"));
  });

  it("says where to put what it does not find, even when nothing was named", async () => {
    const states = await findModelFiles(preset, nowhere);
    expect(states.map(({ state }) => state)).toEqual(["missing", "missing", "missing"]);
    expect(states[0]?.problem).toContain("PARLANDO_MODELS");
    expect(states[2]?.problem).toContain("https://huggingface.co/neuphonic/neucodec-onnx-decoder-int8");
  });

  it("checks the hash only when asked to", async () => {
    await writeTinyModel(folder, { format: "gguf", codec: "known" });
    expect((await findModelFiles(preset, { folder, ...nowhere })).map(({ sha256 }) => sha256)).toEqual([undefined, undefined, undefined]);
    for (const { sha256 } of await findModelFiles(preset, { folder, hash: true, ...nowhere })) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("the presets", () => {
  it("limit speech as upstream does", () => {
    const [phonemes, flash] = audarPresets;
    expect([1, 10, 33, 100, 280, 1000].map((characters) => phonemes?.limits(characters).maximumCodes)).toEqual([150, 150, 265, 600, 1500, 1500]);
    expect(flash?.limits(10)).toEqual({ minimumCodes: 50, maximumCodes: 1500 });
    expect(new Set(audarPresets.map(({ id }) => id)).size).toBe(audarPresets.length);
    expect(audarPresets.every(({ contextTokens, limits, referenceMs }) => limits(300).maximumCodes + referenceMs.maximum / 20 + 600 < contextTokens)).toBe(true);
  });
});
