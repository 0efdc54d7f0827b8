import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTinyWeights, tinyWeightSource } from "../testing/create-tiny-weights.ts";
import { writeKnownCodec } from "../testing/known-codec.ts";
import { writeQwen2Onnx } from "../testing/qwen2-onnx.ts";
import { readOnnxHeader } from "./onnx-header.ts";

let folder = "";
let path = "";
let bytes = new Uint8Array();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlando-onnx-"));
  path = join(folder, "model.onnx");
  await writeQwen2Onnx(path, tinyWeightSource(createTinyWeights()));
  bytes = await readFile(path);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes protobuf by hand: a field with bytes, or with a number below 128. */
function field(number: number, content: Uint8Array | string | number): Buffer {
  const tag = number * 8 + (typeof content === "number" ? 0 : 2);
  if (typeof content === "number") return Buffer.from([tag, content]);
  const body = Buffer.from(content);
  const length = body.length < 128 ? [body.length] : [(body.length & 127) | 128, body.length >> 7];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

describe("the header of an ONNX file", () => {
  it("tells inputs, outputs and the count of tensors", async () => {
    const header = await readOnnxHeader(path);
    expect(header.inputs).toEqual(expect.arrayContaining(["input_ids", "attention_mask", "past_key_values.0.key", "past_key_values.1.value"]));
    expect(header.outputs).toEqual(expect.arrayContaining(["logits", "present.0.key", "present.1.value"]));
    expect(header.initializers).toBeGreaterThan(20);
    expect({ files: header.external.size, bytes: header.fileBytes }).toEqual({ files: 0, bytes: bytes.length });
    const codec = join(folder, "codec.onnx");
    await writeKnownCodec(codec);
    expect((await readOnnxHeader(codec)).inputs).toEqual(["codes"]);
  });

  it("tells which other files hold weights, and how much of them", async () => {
    const entry = (key: string, value: string): Buffer => field(13, Buffer.concat([field(1, key), field(2, value)]));
    const tensor = (offset: string, length: string): Buffer => field(5, Buffer.concat([field(8, "weight"), field(14, 1), entry("location", "weights.data"), entry("offset", offset), entry("length", length)]));
    const graph = Buffer.concat([tensor("0", "1000"), tensor("4096", "500"), field(11, field(1, "codes")), field(12, field(1, "audio"))]);
    const file = join(folder, "external.onnx");
    await writeFile(file, Buffer.concat([field(1, 8), field(7, graph), field(8, field(2, 17))]));
    const header = await readOnnxHeader(file);
    expect([...header.external]).toEqual([["weights.data", 4596]]);
    expect(header).toMatchObject({ irVersion: 8, inputs: ["codes"], outputs: ["audio"], initializers: 2 });
  });

  it("finds out wherever a file was cut off", async () => {
    const file = join(folder, "cut.onnx");
    await writeFile(file, bytes);
    for (let part = 0.99; part > 0; part -= 0.09) {
      await truncate(file, Math.floor(bytes.length * part));
      await expect(readOnnxHeader(file)).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
    }
    // Between two fields nothing is torn, but something is missing.
    await writeFile(file, field(1, 8));
    await expect(readOnnxHeader(file)).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", message: expect.stringContaining("no graph") as string });
    await writeFile(file, Buffer.concat([field(1, 8), field(7, field(11, field(1, "codes")))]));
    await expect(readOnnxHeader(file)).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", message: expect.stringContaining("operator set") as string });
  });

  it("ends on any bytes, with a header or an error of ours", async () => {
    const file = join(folder, "fuzz.onnx");
    const check = async (content: Uint8Array): Promise<void> => {
      await writeFile(file, content);
      const outcome = await readOnnxHeader(file).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: "MODEL_NOT_FOUND" });
    };
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), check), { numRuns: 150 });
    const small = bytes.subarray(0, 20_000);
    const changed = fc.array(fc.tuple(fc.nat(small.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 5 });
    await fc.assert(fc.asyncProperty(changed, (changes) => check(changes.reduce<Uint8Array>((all, [at, value]) => all.with(at, value), small))), { numRuns: 60 });
  });
});
