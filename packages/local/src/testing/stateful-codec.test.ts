import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { OnnxSession, OnnxTensor } from "../runtime/onnx-runtime.ts";
import { statefulCodecStates, writeStatefulCodec } from "./stateful-codec.ts";
import { inFolder, int64, onnx, openSession } from "./test-runtimes.test-helper.ts";

const codebooks = 4;
const samplesPerStep = 480;
const states = statefulCodecStates({ samplesPerStep });
const codes = Array.from({ length: 30 }, (_, step) => Array.from({ length: codebooks }, (_, book) => (step * 97 + book * 31) % 2_048));

/** Decodes steps in pieces of these sizes, passing the state on. */
async function decodeIn(session: OnnxSession, steps: readonly (readonly number[])[], sizes: readonly number[]): Promise<Float32Array> {
  let state = new Map<string, OnnxTensor>(states.map(({ name, dims }) => {
    const numbers = dims.map((dim) => (dim === "past" ? 0 : dim));
    return [name, new onnx.Tensor("float32", new Float32Array(numbers.reduce((left, right) => left * right, 1)), numbers)];
  })); // prettier-ignore
  const sound: number[] = [];
  let done = 0;
  for (const size of sizes) {
    const piece = steps.slice(done, done + size);
    done += size;
    const byBook = Array.from({ length: codebooks }, (_, book) => piece.map((step) => step[book]!)).flat();
    const results = await session.run({ audio_codes: int64(byBook, [1, codebooks, size]), ...Object.fromEntries([...state].map(([name, tensor]) => [`past_${name}`, tensor])) });
    sound.push(...(results["audio_values"]!.data as Float32Array));
    state = new Map([...state.keys()].map((name) => [name, results[`present_${name}`]!]));
  }
  return Float32Array.from(sound);
}

describe("the stateful codec", () => {
  it("makes the same sound in pieces as in one go, and only of what came before", async () => {
    await inFolder(async (folder) => {
      await writeStatefulCodec(join(folder, "codec.onnx"), { codebooks, samplesPerStep });
      const session = await openSession(join(folder, "codec.onnx"));
      const whole = await decodeIn(session, codes, [30]);
      expect(whole).toHaveLength(30 * samplesPerStep);
      const pieces = await decodeIn(session, codes, [1, 2, 7, 1, 19]);
      expect(largestDifference(whole, pieces)).toBeLessThan(1e-6);
      expect(Math.max(...whole.map(Math.abs))).toBeGreaterThan(0.05);
      expect(Math.max(...whole.map(Math.abs))).toBeLessThan(1);
      const changed = await decodeIn(session, codes.with(10, [9, 9, 9, 9]), [30]);
      expect(largestDifference(whole.slice(0, 10 * samplesPerStep), changed.slice(0, 10 * samplesPerStep))).toBe(0);
      expect(largestDifference(whole.slice(25 * samplesPerStep), changed.slice(25 * samplesPerStep))).toBeGreaterThan(1e-5);
      await session.release();
    });
  });

  it("sounds otherwise when its state is forgotten", async () => {
    await inFolder(async (folder) => {
      await writeStatefulCodec(join(folder, "codec.onnx"), { codebooks, samplesPerStep });
      const session = await openSession(join(folder, "codec.onnx"));
      const whole = await decodeIn(session, codes, [30]);
      const cold = await decodeIn(session, codes.slice(15), [15]);
      expect(largestDifference(whole.slice(15 * samplesPerStep), cold)).toBeGreaterThan(0.01);
      await session.release();
    });
  });
});

function largestDifference(left: Float32Array, right: Float32Array): number {
  expect(left).toHaveLength(right.length);
  return left.reduce((largest, sample, index) => Math.max(largest, Math.abs(sample - right[index]!)), 0);
}
