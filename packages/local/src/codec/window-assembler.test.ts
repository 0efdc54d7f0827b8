import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measureClicks } from "@parlando/testkit";
import { codecTrims, knownSound } from "../testing/known-codec.ts";
import { createScriptedCodec } from "../testing/scripted-codec.ts";
import { errorDb, hop, isSame, join32, never, publishedRule, randomCodes, takeInPieces, wholeDecode, withAttendingCodec } from "./codec.test-helper.ts";
import { publishedOverlapAdd } from "./published-rule.test-helper.ts";
import type { WindowRule } from "./speech-assembler.ts";
import { createWindowAssembler } from "./window-assembler.ts";

const rules = fc.record({ lookBack: fc.nat(60), lookAhead: fc.nat(6), fade: fc.nat(4), tail: fc.nat(4) });
const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });

describe("the window assembler", () => {
  it("gives each code's own sound, to the bit, in pieces of any size, by any rule, with any context, trimmed or not", async () => {
    const property = fc.asyncProperty(rules, sizes, fc.nat(150), fc.integer({ min: 1, max: 200 }), fc.constantFrom("torch", "onnx"), async (rule, pieces, context, count, kind) => {
      const codec = createScriptedCodec({ trim: codecTrims[kind] });
      const assembler = createWindowAssembler({ codec, rule, context: randomCodes(context, 7) });
      const codes = randomCodes(count);
      const sound = join32(await takeInPieces(assembler, codes, pieces));
      const expected = knownSound(codes);
      // Nothing was before the first code and the decoder cuts its beginning off: that is silence.
      if (context === 0) expected.fill(0, 0, codecTrims[kind].leadSamples);
      expect(sound.length).toBe(count * hop);
      expect(isSame(sound, expected)).toBe(true);
      expect(assembler.taken).toBe(count);
    });
    await fc.assert(property, { numRuns: 150 });
  });

  it("says before how many codes a piece waits for and how large its window is", async () => {
    const property = fc.asyncProperty(rules, sizes, fc.nat(80), fc.integer({ min: 1, max: 150 }), async (rule, pieces, context, count) => {
      const codec = createScriptedCodec();
      const assembler = createWindowAssembler({ codec, rule, context: randomCodes(context, 3) });
      const announced: number[] = [];
      for (const [index, code] of randomCodes(count).entries()) {
        assembler.add(code);
        const size = pieces[announced.length % pieces.length] ?? 1;
        expect(assembler.ready() >= size).toBe(assembler.neededFor(size) <= assembler.added);
        if (assembler.ready() < size) continue;
        announced.push(assembler.windowFor(size));
        await assembler.take(size, never);
        expect(assembler.added).toBe(index + 1);
      }
      assembler.end();
      const left = assembler.ready();
      expect(left).toBe(assembler.added - assembler.taken);
      if (left > 0) {
        expect(assembler.neededFor(left)).toBe(count);
        announced.push(assembler.windowFor(left));
        await assembler.take(left, never);
      }
      expect(codec.windows).toEqual(announced);
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it("never asks the decoder for more codes than it can see", async () => {
    const scripted = createScriptedCodec();
    const codec = { ...scripted, geometry: { ...scripted.geometry, maximumCodes: 100 } };
    const assembler = createWindowAssembler({ codec, rule: publishedRule, context: randomCodes(60, 2) });
    const codes = randomCodes(300);
    for (const code of codes) assembler.add(code);
    assembler.end();
    const pieces: Float32Array[] = [];
    while (assembler.ready() > 0) pieces.push(await assembler.take(assembler.ready(), never));
    expect(Math.max(...scripted.windows)).toBeLessThanOrEqual(100);
    expect(isSame(join32(pieces), knownSound(codes))).toBe(true);
  });

  it("goes on where it stood when a piece was called off or failed", async () => {
    let failing = true;
    const scripted = createScriptedCodec();
    const assembler = createWindowAssembler({
      codec: { ...scripted, decode: (codes, signal) => (failing ? Promise.reject(new Error("no")) : scripted.decode(codes, signal)) },
      rule: publishedRule,
      context: randomCodes(20, 2),
    });
    const codes = randomCodes(30);
    for (const code of codes) assembler.add(code);
    assembler.end();
    await expect(assembler.take(10, never)).rejects.toThrow("no");
    expect(assembler.taken).toBe(0);
    failing = false;
    expect(isSame(join32([await assembler.take(10, never), await assembler.take(20, never)]), knownSound(codes))).toBe(true);
  });

  it("takes codes while a piece is being decoded", async () => {
    const codes = randomCodes(60);
    const assembler = createWindowAssembler({ codec: createScriptedCodec(), rule: publishedRule, context: randomCodes(20, 2) });
    for (const code of codes.subarray(0, 16)) assembler.add(code);
    const first = assembler.take(10, never);
    await expect(assembler.take(1, never)).rejects.toMatchObject({ code: "INTERNAL" });
    for (const code of codes.subarray(16)) assembler.add(code);
    assembler.end();
    expect(isSame(join32([await first, await assembler.take(50, never)]), knownSound(codes))).toBe(true);
  });

  it.each([0, 7, 1.5])("refuses to take %s codes of 6 that are ready", async (count) => {
    const assembler = createWindowAssembler({ codec: createScriptedCodec(), rule: publishedRule });
    for (const code of randomCodes(12)) assembler.add(code);
    expect(assembler.ready()).toBe(6);
    await expect(assembler.take(count, never)).rejects.toMatchObject({ code: "INTERNAL" });
    assembler.close();
    assembler.close();
    await expect(assembler.take(1, never)).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("tells a decoder whose sound is not as long as its probe said", async () => {
    const scripted = createScriptedCodec();
    const assembler = createWindowAssembler({ codec: { ...scripted, decode: () => Promise.resolve(new Float32Array(7)) }, rule: publishedRule });
    for (const code of randomCodes(12)) assembler.add(code);
    await expect(assembler.take(6, never)).rejects.toMatchObject({ code: "BAD_AUDIO" });
  });
});

const context = randomCodes(51, 9);
const codes = randomCodes(260, 4);

describe("the window assembler on a decoder that attends to its whole window", () => {
  it("is equal to one whole decode where the window covers all", async () => {
    await withAttendingCodec({}, async (codec) => {
      const rule: WindowRule = { ...publishedRule, lookBack: 400 };
      const [sound] = await takeInPieces(createWindowAssembler({ codec, rule, context }), codes, [1_000]);
      expect(isSame(sound ?? new Float32Array(0), await wholeDecode(codec, codes, { context }))).toBe(true);
    });
  });

  it.each([{ decay: 0.05 }, { decay: 0.15 }, { decay: 0.3 }])("is no further from one whole decode than the published rule, attention falling off by $decay a code", async ({ decay }) => {
    await withAttendingCodec({ decay }, async (codec) => {
      const whole = await wholeDecode(codec, codes, { context });
      const ours = join32(await takeInPieces(createWindowAssembler({ codec, rule: publishedRule, context }), codes, [25]));
      const published = await publishedOverlapAdd({ codec, context, codes });
      const naive = join32(await naiveDecode({ decay }));
      // Its last frame begins one code too early, so what lies before that is compared.
      const before = Math.floor((codes.length - 5) / 25) * 25 * hop;
      const distance = (sound: Float32Array): number => errorDb(sound.subarray(0, before), whole.subarray(0, before));
      expect(distance(ours)).toBeLessThanOrEqual(distance(published));
      expect(distance(ours)).toBeLessThan(distance(naive) - 3);
      expect(errorDb(ours, whole)).toBeLessThan(errorDb(published.subarray(0, whole.length), whole) - 6);
    });
  });

  it("has no click at a join, of any sizes; decoding 50 codes each by itself has them", async () => {
    await withAttendingCodec({}, async (codec) => {
      const pieces = await takeInPieces(createWindowAssembler({ codec, rule: publishedRule, context }), codes, [4, 6, 9, 14, 21, 33, 50]);
      expect(loudestJoin(pieces)).toBeLessThanOrEqual(6);
      expect(loudestJoin(await naiveDecode({}))).toBeGreaterThan(6);
    });
  });
});

/** The loudest click where pieces meet, in dB. */
function loudestJoin(pieces: readonly Float32Array[]): number {
  let at = 0;
  const joins = pieces.slice(0, -1).map(({ length }) => (at += length));
  return Math.max(...measureClicks(join32(pieces), 24_000, joins).map(({ db }) => db));
}

/** As Audar's own streaming has it: 50 codes each by themselves, by the decoder in PyTorch, whose windows lose no samples. */
function naiveDecode(options: { decay?: number }): Promise<Float32Array[]> {
  return withAttendingCodec({ ...options, trim: codecTrims.torch }, async (codec) => {
    const pieces: Float32Array[] = [];
    for (let first = 0; first < codes.length; first += 50) pieces.push(await codec.decode(codes.slice(first, first + 50), never));
    return pieces;
  });
}
