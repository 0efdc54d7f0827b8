import { afterEach, describe, expect, it } from "vitest";
import { createTinyWeights } from "../../testing/create-tiny-weights.ts";
import { createTinyVocabulary } from "../../testing/tiny-vocabulary.ts";
import type { TinyWeights } from "../../testing/tiny-weights.ts";
import { codesOf, drawn, evaluatedTokens, freely, greedy, hasLlama, openTiny, prefixOf, requestOf, speak, type Opened } from "./gguf.test-helper.ts";

const weights = createTinyWeights();
const opened: Opened[] = [];

async function open(of: TinyWeights = weights, options: Parameters<typeof openTiny>[1] = {}): Promise<Opened> {
  const one = await openTiny(of, options);
  opened.push(one);
  return one;
}

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

describe.runIf(hasLlama)("speech codes through llama.cpp", () => {
  it("reads what the model is from its file", async () => {
    const { generator } = await open();
    expect(generator.facts).toEqual({ format: "gguf", layers: 2, kvHeads: 2, headSize: 16, vocabulary: weights.vocabulary.tokens.length, contextTokens: 2048, cacheType: "float16" });
    expect({ device: generator.device, slots: generator.slots, together: generator.together }).toEqual({ device: "cpu", slots: 2, together: 2 });
    const { totalBytes, freeBytes } = await generator.memory();
    expect(freeBytes).toBeGreaterThan(0);
    expect(totalBytes).toBeGreaterThan(freeBytes ?? 0);
  });

  it("gives codes up to the maximum, and the same ones for the same seed", async () => {
    const one = await open();
    const codes = await speak(one);
    expect(codes).toHaveLength(40);
    expect(Math.min(...codes)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...codes)).toBeLessThan(512);
    expect(await speak(one)).toEqual(codes);
    expect(await speak(one, { sampling: { ...drawn, seed: 8 } })).not.toEqual(codes);
    const other = await open();
    expect(await speak(other)).toEqual(codes);
  });

  it("evaluates a prefix once, by the binding's own count", async () => {
    const one = await open(weights, { slots: 1 });
    const request = requestOf(one.codeTokens);
    const first = await one.generator.start(request, one.codeTokens, freely);
    expect(first.evaluated).toEqual({ prefix: 150, suffix: 3 });
    const codes = await codesOf(first);
    const before = evaluatedTokens(one.sequences);
    expect(before).toBe(150 + 3 + 39);
    const second = await one.generator.start(request, one.codeTokens, freely);
    expect(second.evaluated).toEqual({ prefix: 0, suffix: 3 });
    expect(await codesOf(second)).toEqual(codes);
    expect(evaluatedTokens(one.sequences) - before).toBe(3 + 39);
  });

  it("brings a kept prefix into another slot without evaluating it", async () => {
    const one = await open();
    const alone = await speak(one, { sampling: greedy });
    const before = evaluatedTokens(one.sequences);
    const request = requestOf(one.codeTokens, { sampling: greedy });
    const runs = await Promise.all([one.generator.start(request, one.codeTokens, freely), one.generator.start(request, one.codeTokens, freely)]);
    expect(runs.map(({ evaluated }) => evaluated.prefix)).toEqual([0, 0]);
    expect(await Promise.all(runs.map(codesOf))).toEqual([alone, alone]);
    expect(evaluatedTokens(one.sequences) - before).toBe(2 * (3 + 39));
  });

  it("prepares a prefix, and comes back to it after other voices had the only slot", async () => {
    const one = await open(weights, { slots: 1 });
    const [anna, ben] = [prefixOf(one.codeTokens, 100, "anna"), prefixOf(one.codeTokens, 90, "ben!!")];
    expect(await one.generator.prepare(anna, freely)).toEqual({ prefix: 100, suffix: 0 });
    expect(await one.generator.prepare(anna, freely)).toEqual({ prefix: 0, suffix: 0 });
    const said = await speak(one, { prefix: anna });
    await speak(one, { prefix: ben });
    const before = evaluatedTokens(one.sequences);
    expect(await speak(one, { prefix: anna })).toEqual(said);
    expect(evaluatedTokens(one.sequences) - before).toBe(3 + 39);
  });

  it.each(["f32", "q8_0"] as const)("gives the same codes in a batch as alone (%s)", async (type) => {
    const one = await open(weights, { type, slots: 4 });
    const seeds = [1, 2, 3, 4];
    const alone: number[][] = [];
    for (const seed of seeds) alone.push(await speak(one, { sampling: { ...drawn, seed }, limits: { minimumCodes: 0, maximumCodes: 60 } }));
    const together = await Promise.all(seeds.map((seed) => speak(one, { sampling: { ...drawn, seed }, limits: { minimumCodes: 0, maximumCodes: 60 } })));
    expect(together).toEqual(alone);
    expect(new Set(alone.map(String)).size).toBe(4);
  });

  it("ends where the stop token comes, and not before the minimum", async () => {
    const one = await open(createTinyWeights({ scales: { stop: 4 } }));
    const free = await speak(one);
    expect(free.length).toBeLessThan(12);
    const long = await speak(one, { limits: { minimumCodes: 25, maximumCodes: 200 } });
    expect(long.length).toBeGreaterThanOrEqual(25);
    expect(long.length).toBeLessThan(60);
  });

  it("keeps to the minimum where llama.cpp takes the stop token for the end of all text", async () => {
    const vocabulary = createTinyVocabulary({ endOfText: "<|TARGET_CODES_END|>" });
    const one = await open(createTinyWeights({ vocabulary, scales: { stop: 4 } }));
    const codes = await speak(one, { limits: { minimumCodes: 25, maximumCodes: 200 } });
    expect(codes.length).toBeGreaterThanOrEqual(25);
    expect(codes.length).toBeLessThan(60);
  });
});
