import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cutShort } from "../testing/broken-models.ts";
import { writeTinyModel } from "../testing/write-tiny-model.ts";
import { checkFile } from "./check-file.ts";
import { hashFile } from "./file-hash.ts";
import type { ModelFileNeed } from "./model-preset.ts";

const need = (role: ModelFileNeed["role"], known: ModelFileNeed["known"] = []): ModelFileNeed => ({ role, names: ["x"], source: "https://models.example/page", licence: "MIT", known, optional: false });

let folder = "";
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlando-check-"));
  await writeTinyModel(folder, { format: "gguf", codec: "known" });
  await writeTinyModel(folder, { format: "onnx", codec: "known" });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("checking a model file", () => {
  it("knows each kind by what is in it", async () => {
    expect(await checkFile(at("model.gguf"), need("backbone"))).toMatchObject({ kind: "gguf", state: "unknown", problem: "", sha256: undefined });
    expect(await checkFile(at("model.onnx"), need("backbone"))).toMatchObject({ kind: "onnx", state: "unknown", problem: "" });
    expect(await checkFile(at("codec.onnx"), need("codec"))).toMatchObject({ kind: "onnx", state: "unknown", problem: "" });
    expect(await checkFile(at("tokenizer.json"), need("tokenizer"))).toMatchObject({ kind: "json", state: "unknown", problem: "" });
  });

  it("tells a file of another kind, whatever its name", async () => {
    expect(await checkFile(at("model.gguf"), need("codec"))).toMatchObject({ state: "broken", problem: expect.stringContaining("it is gguf") as string });
    expect(await checkFile(at("codec.onnx"), need("backbone"))).toMatchObject({ state: "broken", problem: expect.stringContaining("codes") as string });
    expect(await checkFile(at("model.onnx"), need("codec"))).toMatchObject({ state: "broken", problem: expect.stringContaining("input_ids") as string });
    expect(await checkFile(at("tokenizer.json"), need("backbone"))).toMatchObject({ state: "broken" });
    expect(await checkFile(folder, need("backbone"))).toMatchObject({ state: "broken", problem: expect.stringContaining("no file") as string });
    expect(await checkFile(at("none.gguf"), need("backbone"))).toMatchObject({ state: "missing", problem: expect.stringContaining("https://models.example/page") as string });
  });

  it.each([
    ["empty", "", "empty"],
    ["web page", "\n<!DOCTYPE html><html>login</html>", "web page"],
    ["pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "Git LFS"],
    ["noise", "\u0001\u0002\u0003", "no kind"],
  ])("says what a download left instead of a model: %s", async (name, content, told) => {
    await writeFile(at(name), content);
    expect(await checkFile(at(name), need("backbone"))).toMatchObject({ state: "broken", problem: expect.stringContaining(told) as string });
  });

  it.each(["model.gguf", "model.onnx", "tokenizer.json"] as const)("tells that %s was cut short", async (name) => {
    const file = at(`cut-${name}`);
    await writeFile(file, await readFile(at(name)));
    await cutShort(file);
    expect(await checkFile(file, need(name === "tokenizer.json" ? "tokenizer" : "backbone"))).toMatchObject({ state: "broken", problem: expect.stringMatching(/cut short|announces/) as string });
  });

  it("compares with known files, by length, and by hash when that is asked for", async () => {
    const content = await readFile(at("codec.onnx"));
    const sha256 = createHash("sha256").update(content).digest("hex");
    const known = (changes: object): ModelFileNeed => need("codec", [{ name: "folder/codec.onnx", bytes: content.length, sha256, ...changes }]);
    expect(await checkFile(at("codec.onnx"), known({}), { hash: true })).toMatchObject({ state: "ok", sha256, bytes: content.length });
    expect(await checkFile(at("codec.onnx"), known({}))).toMatchObject({ state: "ok", sha256: undefined });
    expect(await checkFile(at("codec.onnx"), known({ sha256: undefined }), { hash: true })).toMatchObject({ state: "ok" });
    expect(await checkFile(at("codec.onnx"), known({ sha256: "0".repeat(64) }), { hash: true })).toMatchObject({ state: "broken", sha256, problem: expect.stringContaining(sha256) as string });
    expect(await checkFile(at("codec.onnx"), known({ bytes: 5 }), { hash: true })).toMatchObject({ state: "unknown", problem: "" });
    expect(await checkFile(at("codec.onnx"), known({ name: "other.onnx", sha256: "0".repeat(64) }), { hash: true })).toMatchObject({ state: "unknown" });
  });

  it("looks for weights beside an ONNX file, and nowhere else", async () => {
    const graph = (location: string): Buffer => {
      const bytes = (tag: number, content: Buffer): Buffer => Buffer.concat([Buffer.from([tag * 8 + 2, content.length]), content]);
      const entry = (key: string, value: string): Buffer => bytes(13, Buffer.concat([bytes(1, Buffer.from(key)), bytes(2, Buffer.from(value))]));
      const tensor = bytes(5, Buffer.concat([entry("location", location), entry("offset", "0"), entry("length", "10")]));
      return Buffer.concat([Buffer.from([8, 8]), bytes(7, Buffer.concat([tensor, bytes(11, bytes(1, Buffer.from("codes")))])), bytes(8, Buffer.from([16, 17]))]);
    };
    const file = at("external.onnx");
    await writeFile(file, graph("weights.data"));
    expect(await checkFile(file, need("codec"))).toMatchObject({ state: "broken", problem: expect.stringContaining("not beside it") as string });
    await writeFile(at("weights.data"), "12345");
    expect(await checkFile(file, need("codec"))).toMatchObject({ state: "broken", problem: expect.stringContaining("5 bytes of 10") as string });
    await writeFile(at("weights.data"), "1234567890");
    expect(await checkFile(file, need("codec"))).toMatchObject({ state: "unknown", problem: "" });
    await mkdir(at("inner"), { recursive: true });
    for (const outside of ["../weights.data", "/etc/hostname", "inner/../../weights.data"]) {
      await writeFile(join(folder, "inner", "external.onnx"), graph(outside));
      expect(await checkFile(join(folder, "inner", "external.onnx"), need("codec"))).toMatchObject({ state: "broken", problem: expect.stringContaining("outside") as string });
    }
  });

  it("reads a hash in pieces, and stops when it is told to", async () => {
    await writeFile(at("zeros"), new Uint8Array(5_000_000));
    expect(await hashFile(at("zeros"))).toBe(createHash("sha256").update(new Uint8Array(5_000_000)).digest("hex"));
    const controller = new AbortController();
    const hashing = hashFile(at("zeros"), controller.signal);
    controller.abort();
    await expect(hashing).rejects.toMatchObject({ name: "AbortError" });
    await expect(checkFile(at("model.gguf"), need("backbone"), { hash: true, signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
  });
});
