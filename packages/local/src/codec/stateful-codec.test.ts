import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeKnownCodec } from "../testing/known-codec.ts";
import { writeStatefulCodec } from "../testing/stateful-codec.ts";
import { inFolder, onnx } from "../testing/test-runtimes.test-helper.ts";
import type { StatefulCodec } from "./codec.ts";
import { join32, never, randomCodes, takeInPieces } from "./codec.test-helper.ts";
import { createOnnxStatefulCodec } from "./onnx-stateful-codec.ts";
import { createStatefulAssembler } from "./stateful-assembler.ts";

const codebooks = 4;
const samplesPerStep = 480;
const codes = randomCodes(30 * codebooks).map((code) => code % 2_048);

async function withCodec<T>(use: (codec: StatefulCodec) => Promise<T>): Promise<T> {
  return inFolder(async (folder) => {
    const path = join(folder, "codec.onnx");
    await writeStatefulCodec(path, { codebooks, samplesPerStep });
    const codec = await createOnnxStatefulCodec({ runtime: onnx, path, device: "cpu", threads: 1 });
    try {
      return await use(codec);
    } finally {
      await codec.close();
    }
  });
}

describe("a codec that remembers", () => {
  it("finds by itself how many codebooks it has and how long a step sounds", async () => {
    await withCodec(async (codec) => {
      expect(codec).toMatchObject({ kind: "stateful", codebooks, geometry: { sampleRate: 24_000, samplesPerCode: samplesPerStep, leadSamples: 0, missingSamples: 0 } });
    });
  });

  it("makes the same sound in pieces of any size, through the interface of all assemblers", async () => {
    await withCodec(async (codec) => {
      const whole = await codec.open().decode(codes, never);
      expect(whole).toHaveLength(30 * samplesPerStep);
      for (const sizes of [[1], [3, 1, 7], [30], [11, 2]]) {
        const assembler = createStatefulAssembler({ codec });
        const sound = join32(await takeInPieces(assembler, codes, sizes));
        expect(sound).toHaveLength(whole.length);
        expect(Math.max(...sound.map((sample, index) => Math.abs(sample - (whole[index] ?? 0))))).toBeLessThan(1e-6);
        expect(assembler).toMatchObject({ added: 30, taken: 30 });
        assembler.close();
        assembler.close();
      }
    });
  });

  it("waits for nothing but whole steps", async () => {
    await withCodec(async (codec) => {
      const assembler = createStatefulAssembler({ codec });
      for (const code of codes.subarray(0, 7)) assembler.add(code);
      expect(assembler.ready()).toBe(1);
      expect(assembler.neededFor(2)).toBe(2);
      expect(assembler.windowFor(3)).toBe(3);
      assembler.add(1);
      expect(await assembler.take(2, never)).toHaveLength(2 * samplesPerStep);
      expect(assembler.neededFor(2)).toBe(4);
      assembler.close();
      await expect(assembler.take(1, never)).rejects.toMatchObject({ code: "ABORTED" });
    });
  });

  it("does not go on after a piece that failed: what is remembered is not known", async () => {
    let failing = true;
    const state = { decode: (given: Int32Array) => (failing ? Promise.reject(new Error("no")) : Promise.resolve(new Float32Array(given.length))), close: () => {} };
    const codec = { kind: "stateful", device: "cpu", codebooks: 1, geometry: { sampleRate: 24_000, samplesPerCode: 1, leadSamples: 0, missingSamples: 0, maximumCodes: 100 }, open: () => state, close: async () => {} } as const;
    const assembler = createStatefulAssembler({ codec });
    for (const code of [1, 2, 3]) assembler.add(code);
    await expect(assembler.take(1, never)).rejects.toThrow("no");
    failing = false;
    await expect(assembler.take(1, never)).rejects.toMatchObject({ code: "SERVICE" });
  });

  it("says what a graph has that remembers nothing", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "codec.onnx");
      await writeKnownCodec(path);
      await expect(createOnnxStatefulCodec({ runtime: onnx, path, device: "cpu", threads: 1 })).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", message: expect.stringContaining("audio_codes") as string });
    });
  });
});
