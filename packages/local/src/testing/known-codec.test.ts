import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeAttendingCodec } from "./attending-codec.ts";
import { codecTrims, knownOrigin, knownSound, writeKnownCodec } from "./known-codec.ts";
import { decode, inFolder, openSession, someCodes } from "./test-runtimes.test-helper.ts";

const codes = [0, 65_535, ...someCodes(30, 65_536)];

describe("the known codec", () => {
  it.each(["torch", "onnx"] as const)("gives the sound that was promised, trimmed as in %s", async (kind) => {
    const trim = codecTrims[kind];
    await inFolder(async (folder) => {
      await writeKnownCodec(join(folder, "codec.onnx"), { trim });
      const session = await openSession(join(folder, "codec.onnx"));
      const whole = knownSound(codes);
      const expected = whole.slice(trim.leadSamples, whole.length - (trim.missingSamples - trim.leadSamples));
      expect(Buffer.from((await decode(session, codes)).buffer).equals(Buffer.from(expected.buffer))).toBe(true);
      expect(session.inputMetadata).toMatchObject([{ name: "codes", type: "int32", shape: ["batch_size", 1, "sequence_length"] }]);
      expect(session.outputMetadata).toMatchObject([{ type: "float32" }]);
      await session.release();
    });
  });

  it("tells of each sample what it came from", () => {
    const sound = knownSound(codes);
    for (const index of [0, 479, 480, 959, 5_000, sound.length - 1]) expect(knownOrigin(sound[index]!)).toEqual({ code: codes[Math.floor(index / 480)], place: index % 480 });
  });

  it("fails on a window that is too long", async () => {
    await inFolder(async (folder) => {
      await writeKnownCodec(join(folder, "codec.onnx"), { maximumCodes: 20 });
      const session = await openSession(join(folder, "codec.onnx"));
      expect(await decode(session, codes.slice(0, 20))).toHaveLength(19 * 480);
      await expect(decode(session, codes.slice(0, 21))).rejects.toThrow();
      await session.release();
    });
  });
});

describe("the attending codec", () => {
  it("has a sound that depends on what surrounds a code, the less the further away", async () => {
    await inFolder(async (folder) => {
      await writeAttendingCodec(join(folder, "codec.onnx"), { trim: codecTrims.torch });
      const session = await openSession(join(folder, "codec.onnx"));
      const many = someCodes(120, 65_536);
      const sound = await decode(session, many);
      const changed = await decode(session, many.with(60, 12_345));
      expect(sound).toHaveLength(120 * 480);
      const differences = Array.from({ length: 120 }, (_, code) => difference(sound, changed, code));
      expect(differences[60]).toBeGreaterThan(0.05);
      for (const distance of [5, 10, 20]) {
        expect(differences[60 + distance]).toBeGreaterThan(differences[60 + distance * 2]! * 2);
        expect(differences[60 - distance]).toBeGreaterThan(differences[60 - distance * 2]! * 2);
      }
      expect(Math.max(...sound.map(Math.abs))).toBeLessThan(1);
      expect(Math.max(...sound.map(Math.abs))).toBeGreaterThan(0.1);
      await session.release();
    });
  });

  it("loses half a code at each end in the form that NeuCodec's ONNX has, and nothing else", async () => {
    await inFolder(async (folder) => {
      await writeAttendingCodec(join(folder, "torch.onnx"), { trim: codecTrims.torch });
      await writeAttendingCodec(join(folder, "onnx.onnx"));
      const [torch, onnx] = [await openSession(join(folder, "torch.onnx")), await openSession(join(folder, "onnx.onnx"))];
      const whole = await decode(torch, codes);
      expect(await decode(onnx, codes)).toEqual(whole.slice(240, -240));
      await Promise.all([torch.release(), onnx.release()]);
    });
  });
});

/** The largest difference within one code. */
function difference(left: Float32Array, right: Float32Array, code: number): number {
  let largest = 0;
  for (let index = code * 480; index < (code + 1) * 480; index += 1) largest = Math.max(largest, Math.abs(left[index]! - right[index]!));
  return largest;
}
