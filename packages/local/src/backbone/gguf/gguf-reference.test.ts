import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTinyWeights, tinyWeightSource } from "../../testing/create-tiny-weights.ts";
import { writeQwen2Gguf } from "../../testing/qwen2-gguf.ts";
import { createReferenceModel } from "../../testing/reference-model.ts";
import { relativeError, someCodes } from "../../testing/test-runtimes.test-helper.ts";
import { createSampler } from "../sampler.ts";
import type { SamplingOptions } from "../sampling-options.ts";
import { chiSquared, chiSquaredLimit, probabilitiesOf } from "./chi-squared.test-helper.ts";
import { codesOf, freely, greedy, hasLlama, openTiny, prefixOf, requestOf, speak, watchedModule, type Opened } from "./gguf.test-helper.ts";
import { openLlama } from "./open-llama.ts";

const weights = createTinyWeights();
const reference = createReferenceModel(weights);
let one: Opened;

beforeAll(async () => {
  if (hasLlama) one = await openTiny(weights, { cacheType: "float32", slots: 1 });
});
afterAll(() => one.close());

/** Indexes of the highest and how far the next one is below it, among codes and stop. */
function best(logits: Float64Array, { firstCode, stop }: { firstCode: number; stop: number }): { token: number; margin: number } {
  const order = [stop, ...Array.from({ length: logits.length - firstCode }, (_, code) => firstCode + code)].sort((a, b) => logits[b]! - logits[a]!);
  return { token: order[0]!, margin: logits[order[0]!]! - logits[order[1]!]! };
}

describe.runIf(hasLlama)("llama.cpp against the reference", () => {
  it("says within 1e-3 what the reference says, over 500 steps", async () => {
    const folder = await mkdtemp(join(tmpdir(), "parlando-gguf-"));
    try {
      const path = join(folder, "model.gguf");
      await writeQwen2Gguf(path, tinyWeightSource(weights));
      const { context, model } = await openLlama({ module: watchedModule().module, path, device: "cpu", contextTokens: 1024, slots: 1, threads: 1, cacheType: "float32", warn: () => undefined });
      const { firstCode } = one.codeTokens;
      const tokens = someCodes(600).map((code) => firstCode + code);
      const sequence = context.getSequence();
      await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(0, 100));
      const expected = reference.logitsFrom(tokens, 100);
      let largest = 0;
      for (const [index, token] of tokens.slice(100).entries()) {
        const [found] = await sequence.controlledEvaluate([[token, { generateNext: { logits: true, options: { ...greedy } } }]]);
        const row = new Float32Array(weights.vocabulary.tokens.length);
        for (const [id, logit] of found?.next.logits ?? []) row[id] = logit;
        largest = Math.max(largest, relativeError(row, expected[index]!));
      }
      expect(largest).toBeLessThan(1e-3);
      await context.dispose();
      await model.dispose();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("greedily writes the codes of the reference wherever the margin is over 1e-2", async () => {
    const request = requestOf(one.codeTokens, { sampling: greedy, limits: { minimumCodes: 0, maximumCodes: 500 } });
    const codes = await codesOf(await one.generator.start(request, one.codeTokens, freely));
    const prompt = [...request.prefix.tokens, ...request.suffix];
    const rows = reference.logitsFrom([...prompt, ...codes.map((code) => one.codeTokens.firstCode + code)], prompt.length - 1);
    let clear = 0;
    for (const [step, code] of codes.entries()) {
      const { token, margin } = best(rows[step]!, one.codeTokens);
      if (margin <= 1e-2) continue;
      clear += 1;
      expect(one.codeTokens.firstCode + code).toBe(token);
    }
    expect(codes).toHaveLength(500);
    expect(clear).toBeGreaterThan(450);
  });

  it("counts repetitions as our own sampler does", async () => {
    const sampling: SamplingOptions = { ...greedy, repetitionPenalty: 1.8, repetitionWindow: 12 };
    const request = requestOf(one.codeTokens, { sampling, limits: { minimumCodes: 0, maximumCodes: 60 } });
    const codes = await speak(one, request);
    expect(codes).not.toEqual(await speak(one, { ...request, sampling: greedy }));
    const prompt = Int32Array.of(...request.prefix.tokens, ...request.suffix);
    const sampler = createSampler({ sampling, limits: request.limits, codeTokens: one.codeTokens, prompt });
    const spoken = codes.map((code) => one.codeTokens.firstCode + code);
    const rows = reference.logitsFrom([...prompt, ...spoken], prompt.length - 1);
    for (const [step, token] of spoken.entries()) {
      expect(sampler.sample(Float32Array.from(rows[step]!), step)).toBe(token);
      sampler.accept(token);
    }
  });

  const draws = 1500;

  it.each([
    ["temperature alone", { temperature: 0.9 }],
    ["top-k", { temperature: 0.7, topK: 20 }],
    ["top-p", { temperature: 1.2, topP: 0.7 }],
    ["min-p", { temperature: 1, minP: 0.15 }],
    ["all of them", { temperature: 1.1, topK: 30, topP: 0.9, minP: 0.02 }],
  ])("draws as often as it should: %s", async (_name, changes) => {
    const sampling: SamplingOptions = { ...greedy, ...changes };
    const suffix = Int32Array.of(3, 4, 5);
    const prefix = prefixOf(one.codeTokens, 20, "short");
    const counts = new Map<number, number>();
    for (let seed = 0; seed < draws; seed++) {
      const [code = -1] = await speak(one, { prefix, suffix, sampling: { ...sampling, seed }, limits: { minimumCodes: 0, maximumCodes: 1 } });
      const token = code < 0 ? one.codeTokens.stop : one.codeTokens.firstCode + code;
      counts.set(token, (counts.get(token) ?? 0) + 1);
    }
    const expected = probabilitiesOf(reference.logits([...prefix.tokens, ...suffix]), sampling, one.codeTokens);
    const { statistic, freedom } = chiSquared(counts, expected, draws);
    expect(freedom).toBeGreaterThan(3);
    expect(statistic).toBeLessThan(chiSquaredLimit(freedom));
  });

  it("finds out with the same test when the temperature is another one", async () => {
    const prefix = prefixOf(one.codeTokens, 20, "short");
    const counts = new Map<number, number>();
    for (let seed = 0; seed < draws; seed++) {
      const [code = -1] = await speak(one, { prefix, sampling: { ...greedy, temperature: 0.6, seed }, limits: { minimumCodes: 0, maximumCodes: 1 } });
      counts.set(one.codeTokens.firstCode + code, (counts.get(one.codeTokens.firstCode + code) ?? 0) + 1);
    }
    const expected = probabilitiesOf(reference.logits([...prefix.tokens, 3, 4, 5]), { ...greedy, temperature: 0.9 }, one.codeTokens);
    const { statistic, freedom } = chiSquared(counts, expected, draws);
    expect(statistic).toBeGreaterThan(chiSquaredLimit(freedom));
  });
});
