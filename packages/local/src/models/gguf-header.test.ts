import { mkdtemp, open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTinyWeights, tinyWeightSource } from "../testing/create-tiny-weights.ts";
import { ggufHeader, writeGguf, type GgufContent } from "../testing/gguf-file.ts";
import { qwen2Gguf, writeQwen2Gguf } from "../testing/qwen2-gguf.ts";
import { readGgufHeader } from "./gguf-header.ts";

let folder = "";
let path = "";
let content: GgufContent;
let bytes = new Uint8Array();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlando-gguf-"));
  path = join(folder, "model.gguf");
  const weights = tinyWeightSource(createTinyWeights());
  content = qwen2Gguf(weights);
  await writeQwen2Gguf(path, weights);
  bytes = await readFile(path);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const uint64 = (value: bigint): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(value);
  return buffer;
};
/** The start of a file with so many tensors and keys, and what follows. */
const start = (tensors: bigint, keys: bigint, ...rest: Buffer[]): Buffer => Buffer.concat([Buffer.from("GGUF"), Buffer.from([3, 0, 0, 0]), uint64(tensors), uint64(keys), ...rest]);

describe("the header of a GGUF file", () => {
  it("tells what stands in it, and where the weights end", async () => {
    const header = await readGgufHeader(path);
    expect(header).toMatchObject({ version: 3, tensors: content.tensors.length, fileBytes: bytes.length, endBytes: bytes.length });
    expect(header.metadata.get("general.architecture")).toBe("qwen2");
    expect(header.metadata.get("qwen2.block_count")).toBe(2);
    expect(header.metadata.get("qwen2.rope.freq_base")).toBe(1_000_000);
    expect(header.metadata.get("tokenizer.ggml.add_bos_token")).toBe(false);
    expect(header.metadata.get("tokenizer.ggml.tokens")).toEqual({ elements: createTinyWeights().vocabulary.tokens.length });
  });

  it("reads a quantised file to its last byte", async () => {
    const file = join(folder, "q8.gguf");
    await writeQwen2Gguf(file, tinyWeightSource(createTinyWeights()), { type: "q8_0" });
    const { endBytes, fileBytes } = await readGgufHeader(file);
    expect(endBytes).toBe(fileBytes);
    expect(fileBytes).toBeLessThan(bytes.length / 3);
  });

  it("cuts long texts and reads on behind them", async () => {
    const file = join(folder, "long.gguf");
    await writeGguf(file, { ...content, metadata: { "tokenizer.chat_template": ["string", "x".repeat(300_000)], ...content.metadata } });
    const { metadata } = await readGgufHeader(file);
    expect(metadata.get("tokenizer.chat_template")).toBe("x".repeat(4096));
    expect(metadata.get("qwen2.block_count")).toBe(2);
  });

  it("finds out wherever a file was cut off", async () => {
    const file = join(folder, "cut.gguf");
    await writeFile(file, bytes);
    const header = ggufHeader(content).length;
    for (const length of [bytes.length - 33, Math.floor(bytes.length / 2), header + 1, header - 40, Math.floor(header / 2), 100, 23, 4, 1, 0]) {
      await truncate(file, length);
      await expect(readGgufHeader(file)).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
    }
  });

  it("believes no length that cannot be, and reads nothing for it", async () => {
    const file = join(folder, "huge.gguf");
    const huge = 2n ** 63n;
    const key = Buffer.concat([uint64(1n), Buffer.from("k")]);
    const type = (number: number): Buffer => Buffer.from([number, 0, 0, 0]);
    const files = {
      tensors: start(huge, 0n),
      keys: start(0n, huge),
      key: start(0n, 1n, uint64(huge)),
      text: start(0n, 1n, key, type(8), uint64(huge)),
      numbers: start(0n, 1n, key, type(9), type(6), uint64(2n ** 40n)),
      texts: start(0n, 1n, key, type(9), type(8), uint64(2n ** 40n)),
      "arrays of arrays": start(0n, 1n, key, type(9), type(9), uint64(1n)),
      type: start(0n, 1n, key, type(13)),
      dimensions: start(1n, 0n, key, type(200)),
      "size of a tensor": start(1n, 0n, key, type(2), uint64(2n ** 40n), uint64(2n ** 10n), type(0), uint64(0n)),
      version: Buffer.concat([Buffer.from("GGUF"), Buffer.from([1, 0, 0, 0]), Buffer.alloc(16)]),
    };
    for (const [name, wrong] of Object.entries(files)) {
      await writeFile(file, Buffer.concat([wrong, Buffer.alloc(64)]));
      await expect(readGgufHeader(file), name).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
    }
  });

  it("ends on any bytes, with a header or an error of ours", async () => {
    const file = join(folder, "fuzz.gguf");
    const header = ggufHeader(content);
    const check = async (at: number, value: number, length: number): Promise<void> => {
      await writeFile(file, header.subarray(0, length));
      const handle = await open(file, "r+");
      await handle.write(Uint8Array.of(value), 0, 1, Math.min(at, length - 1));
      await handle.close();
      const outcome = await readGgufHeader(file).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: "MODEL_NOT_FOUND" });
    };
    const numbers = fc.tuple(fc.nat(header.length), fc.nat(255), fc.integer({ min: 1, max: header.length }));
    await fc.assert(fc.asyncProperty(numbers, ([at, value, length]) => check(at, value, length)), { numRuns: 150 });
  });
});
