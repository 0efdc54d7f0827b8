import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createReferenceModel } from "../testing/reference-model.ts";
import { createTinyWeights } from "../testing/create-tiny-weights.ts";
import { chiSquaredProbability, expectedProbabilities } from "./probabilities.test-helper.ts";
import { createSampler } from "./sampler.ts";
import type { LengthLimits, SamplingOptions } from "./sampling-options.ts";

const codeTokens = { firstCode: 20, codes: 100, stop: 7 };
const plain: SamplingOptions = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, repetitionWindow: Infinity, seed: 1 };
const limits: LengthLimits = { minimumCodes: 0, maximumCodes: 1_000 };

/** Logits of 130 tokens; those of tokens that are not allowed are the highest of all. */
function logitsOf(seed: number): Float32Array {
  return Float32Array.from({ length: 130 }, (_, token) => (token === codeTokens.stop || (token >= 20 && token < 120) ? 4 * Math.sin((token + 1) * (seed + 3) * 1.7) : 50));
}

describe("createSampler", () => {
  it("gives codes and the stop token only, whatever else is likely", () => {
    const given = new Set(Array.from({ length: 3_000 }, (_, seed) => createSampler({ sampling: { ...plain, temperature: 5, seed }, limits, codeTokens }).sample(logitsOf(1), 0)));
    expect([...given].every((token) => token === 7 || (token >= 20 && token < 120))).toBe(true);
    expect(given.size).toBeGreaterThan(90);
    expect(given).toContain(7);
  });

  it("takes the most likely one at temperature 0, the first of equals", () => {
    const logits = logitsOf(1).fill(-1, 20, 120);
    logits[60] = 3;
    logits[61] = 3;
    logits[7] = 2.9;
    expect(createSampler({ sampling: { ...plain, temperature: 0 }, limits, codeTokens }).sample(logits, 0)).toBe(60);
  });

  it("does not stop before the minimum, and may stop there", () => {
    const sampler = createSampler({ sampling: { ...plain, temperature: 0 }, limits: { minimumCodes: 3, maximumCodes: 10 }, codeTokens });
    const withStop = (): Float32Array => logitsOf(2).fill(40, 7, 8);
    expect([0, 1, 2, 3, 4].map((step) => sampler.sample(withStop(), step) === 7)).toEqual([false, false, false, true, true]);
  });

  it("reads a stop token that is not a number only where it matters", () => {
    const sampler = createSampler({ sampling: plain, limits: { minimumCodes: 1, maximumCodes: 10 }, codeTokens });
    expect(sampler.sample(logitsOf(2).fill(Number.NaN, 7, 8), 0)).toBeGreaterThanOrEqual(20);
    expect(() => sampler.sample(logitsOf(2).fill(Number.NaN, 7, 8), 1)).toThrow(expect.objectContaining({ code: "SERVICE" }));
  });

  it.each([Number.NaN, Infinity])("fails with SERVICE when a code's logit is %d, wherever it is", (wrong) => {
    for (const topK of [0, 1, 40]) {
      for (const token of [20, 77, 119]) {
        const sampler = createSampler({ sampling: { ...plain, topK }, limits, codeTokens });
        expect(() => sampler.sample(logitsOf(3).fill(wrong, token, token + 1), 0)).toThrow(expect.objectContaining({ code: "SERVICE" }));
      }
    }
  });

  it("fails with SERVICE when nothing is allowed any more", () => {
    expect(() => createSampler({ sampling: plain, limits, codeTokens }).sample(new Float32Array(130).fill(-Infinity), 0)).toThrow(expect.objectContaining({ code: "SERVICE" }));
  });

  it("is the same for the same seed, and another for another", () => {
    const speech = (seed: number): number[] => {
      const sampler = createSampler({ sampling: { ...plain, topK: 40, topP: 0.9, repetitionPenalty: 1.1, seed }, limits, codeTokens });
      return Array.from({ length: 50 }, (_, step) => {
        const token = sampler.sample(logitsOf(step), step);
        sampler.accept(token);
        return token;
      });
    };
    expect(speech(5)).toEqual(speech(5));
    expect(speech(6)).not.toEqual(speech(5));
  });

  it("penalises what was said lately: each once, those of the prompt too, and forgets it behind the window", () => {
    const sampling = { ...plain, temperature: 0, repetitionPenalty: 2, repetitionWindow: 3 };
    const sampler = createSampler({ sampling, limits, codeTokens, prompt: Int32Array.of(30, 30, 31) });
    const logits = (): Float32Array => {
      const numbers = logitsOf(1).fill(-4, 20, 120).fill(-4, 7, 8);
      numbers[30] = 5;
      numbers[31] = 4;
      numbers[32] = 3;
      return numbers;
    };
    const said = Array.from({ length: 6 }, (_, step) => {
      const token = sampler.sample(logits(), step);
      sampler.accept(token);
      return token;
    });
    // 30 and 31 are halved to 2.5 and 2, so 32 wins; then 30 (still in the window of three) has 2.5 and all three are halved; 31 is free after three others.
    const recent = [30, 30, 31];
    const expected = Array.from({ length: 6 }, () => {
      const [token] = [...expectedProbabilities({ logits: logits(), codeTokens, recent }, sampling).keys()];
      recent.push(token!);
      return token;
    });
    expect(said).toEqual(expected);
    expect(said[0]).toBe(32);
    expect(new Set(said).size).toBe(3);
  });

  it("takes no notice of tokens that are no codes when it penalises", () => {
    const sampler = createSampler({ sampling: { ...plain, temperature: 0, repetitionPenalty: 100 }, limits, codeTokens, prompt: Int32Array.of(3, 120, 129, 19) });
    const logits = logitsOf(1);
    sampler.sample(logits, 0);
    expect(logits).toEqual(logitsOf(1));
  });

  it("chooses only what top-k, top-p and min-p leave, for any logits and options", () => {
    const options = fc.record({ temperature: fc.constantFrom(0.3, 1, 2), topK: fc.constantFrom(0, 1, 2, 5, 40, 101, 500), topP: fc.constantFrom(0.05, 0.5, 0.9, 0.95, 1), minP: fc.constantFrom(0, 0.02, 0.3) });
    // Whole numbers of logits, so that there are many ties.
    const someLogits = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 130, maxLength: 130 });
    fc.assert(
      fc.property(someLogits, options, fc.nat(), (numbers, chosen, seed) => {
        const sampling = { ...plain, ...chosen, seed };
        const possible = expectedProbabilities({ logits: numbers, codeTokens }, sampling);
        const token = createSampler({ sampling, limits, codeTokens }).sample(Float32Array.from(numbers), 0);
        const bar = Math.min(...[...possible.keys()].map((left) => numbers[left]!));
        // Which of equals is left at the bar is open.
        expect(possible.has(token) || numbers[token] === bar).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe("draws of the sampler, against what the reference model says", () => {
  const weights = createTinyWeights();
  const { tokens, codes } = weights.vocabulary;
  const modelTokens = { firstCode: tokens.length - codes, codes, stop: tokens.indexOf("<|TARGET_CODES_END|>") };
  const prompt = Array.from({ length: 24 }, (_, index) => modelTokens.firstCode + ((index * 37) % codes));
  const logits = createReferenceModel(weights).logits(prompt);
  const draws = 20_000;

  it.each<[string, Partial<SamplingOptions>]>([
    ["everything off", {}],
    ["the first generation of Audar", { temperature: 0.3, topK: 40, topP: 0.95, repetitionPenalty: 1.1 }],
    ["the second generation of Audar", { temperature: 1, topK: 40, topP: 0.9, repetitionPenalty: 1.1 }],
    ["top-p of all", { topP: 0.7 }],
    ["min-p of all, warm", { minP: 0.1, temperature: 1.5 }],
    ["top-k and min-p", { topK: 25, minP: 0.2 }],
    ["a short window", { repetitionPenalty: 1.5, repetitionWindow: 8, topK: 30 }],
  ])("follow the distribution of the definition: %s", (_, chosen) => {
    const sampling = { ...plain, ...chosen };
    const expected = expectedProbabilities({ logits, codeTokens: modelTokens, recent: prompt }, sampling);
    const observed = new Map<number, number>();
    const source = Float32Array.from(logits);
    const step = source.slice();
    for (let seed = 0; seed < draws; seed += 1) {
      step.set(source);
      const token = createSampler({ sampling: { ...sampling, seed }, limits, codeTokens: modelTokens, prompt: Int32Array.from(prompt) }).sample(step, 0);
      observed.set(token, (observed.get(token) ?? 0) + 1);
    }
    expect(chiSquaredProbability(observed, expected)).toBeGreaterThan(0.001);
    // The test can fail: a little more heat is seen.
    expect(chiSquaredProbability(observed, expectedProbabilities({ logits, codeTokens: modelTokens, recent: prompt }, { ...sampling, temperature: sampling.temperature * 1.15 }))).toBeLessThan(0.001);
  });
});
