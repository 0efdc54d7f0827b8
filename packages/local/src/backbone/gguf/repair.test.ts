import { afterEach, describe, expect, it } from "vitest";
import { brokenWeights } from "../../testing/broken-models.ts";
import { createTinyWeights } from "../../testing/create-tiny-weights.ts";
import { createReferenceModel } from "../../testing/reference-model.ts";
import type { TinyWeights } from "../../testing/tiny-weights.ts";
import type { SamplingOptions } from "../sampling-options.ts";
import { chiSquared, chiSquaredLimit, probabilitiesOf } from "./chi-squared.test-helper.ts";
import { codesOf, drawn, freely, greedy, hasLlama, openTiny, prefixOf, requestOf, speak, type Opened } from "./gguf.test-helper.ts";

const opened: Opened[] = [];

async function open(weights: TinyWeights, options: Parameters<typeof openTiny>[1] = {}): Promise<Opened> {
  const one = await openTiny(weights, { cacheType: "float32", ...options });
  opened.push(one);
  return one;
}

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

// As loud as codes: of 797 tokens, 285 are text, so that about every third draw is one.
const wordy = createTinyWeights({ scales: { text: 1 } });

describe.runIf(hasLlama)("a model that would rather write text", () => {
  it("writes the most likely code where text is more likely", async () => {
    const one = await open(wordy);
    const request = requestOf(one.codeTokens, { sampling: greedy, limits: { minimumCodes: 0, maximumCodes: 60 } });
    const codes = await speak(one, request);
    const prompt = [...request.prefix.tokens, ...request.suffix];
    const rows = createReferenceModel(wordy).logitsFrom([...prompt, ...codes.map((code) => one.codeTokens.firstCode + code)], prompt.length - 1);
    const { firstCode, codes: count, stop } = one.codeTokens;
    let repaired = 0;
    for (const [step, code] of codes.entries()) {
      const row = rows[step]!;
      const allowed = [stop, ...Array.from({ length: count }, (_, index) => firstCode + index)];
      const best = allowed.reduce((a, b) => (row[b]! > row[a]! ? b : a));
      expect(firstCode + code).toBe(best);
      if (Math.max(...row) > row[best]!) repaired += 1;
    }
    expect(codes.length).toBeGreaterThan(20);
    expect(repaired).toBeGreaterThan(5);
  });

  it("draws codes as often as if text was never allowed", async () => {
    const one = await open(wordy, { slots: 1 });
    const prefix = prefixOf(one.codeTokens, 20, "short");
    const sampling: SamplingOptions = { ...greedy, temperature: 0.6 };
    const counts = new Map<number, number>();
    const draws = 2000;
    for (let seed = 0; seed < draws; seed++) {
      const [code = -1] = await speak(one, { prefix, sampling: { ...sampling, seed }, limits: { minimumCodes: 1, maximumCodes: 1 } });
      counts.set(one.codeTokens.firstCode + code, (counts.get(one.codeTokens.firstCode + code) ?? 0) + 1);
    }
    const logits = createReferenceModel(wordy).logits([...prefix.tokens, 3, 4, 5]);
    const { firstCode, stop, codes } = one.codeTokens;
    const onlyCodes = logits.map((logit, token) => (token >= firstCode && token !== stop && token < firstCode + codes ? logit : -Infinity));
    const { statistic, freedom } = chiSquared(counts, probabilitiesOf(onlyCodes, sampling, one.codeTokens), draws);
    // The share of text is large enough to be seen, had its draws gone somewhere else.
    const text = [...probabilitiesOf(logits, sampling, { firstCode: 0, codes: logits.length, stop }).entries()].reduce((sum, [token, part]) => sum + (token < firstCode ? part : 0), 0);
    expect(text).toBeGreaterThan(0.1);
    expect(freedom).toBeGreaterThan(6);
    expect(statistic).toBeLessThan(chiSquaredLimit(freedom));
  });

  it("gives the same codes for the same seed, alone and in a batch", async () => {
    const one = await open(wordy, { slots: 3 });
    const alone: number[][] = [];
    for (const seed of [1, 2, 3]) alone.push(await speak(one, { sampling: { ...drawn, seed } }));
    const together = await Promise.all([1, 2, 3].map((seed) => speak(one, { sampling: { ...drawn, seed } })));
    expect(together).toEqual(alone);
  });

  it("asks for all logits when the most likely 512 are text", async () => {
    const { vocabulary } = wordy;
    const firstCode = vocabulary.tokens.length - vocabulary.codes;
    // 700 tokens that no text becomes are louder than the 20 codes.
    const tokens = [...vocabulary.tokens.slice(0, firstCode - 9), ...Array.from({ length: 700 }, (_, index) => `more_${String(index)}`), ...vocabulary.tokens.slice(firstCode - 9, firstCode + 20)];
    const isControl = (id: number): boolean => id >= firstCode - 9 + 700;
    const loud = createTinyWeights({ vocabulary: { ...vocabulary, tokens, isControl, codes: 20 }, scales: { text: 6, stop: 0.01 } });
    const one = await open(loud);
    const codes = await speak(one, { limits: { minimumCodes: 10, maximumCodes: 10 } });
    expect(codes).toHaveLength(10);
    expect(Math.max(...codes)).toBeLessThan(20);
  });

  it("gives up when it is text again and again", async () => {
    const one = await open(createTinyWeights({ scales: { text: 60 } }));
    await expect(speak(one, { sampling: greedy, limits: { minimumCodes: 0, maximumCodes: 200 } })).rejects.toMatchObject({ code: "SERVICE", retryable: false, message: expect.stringContaining("64 times") as string });
    expect(one.generator.slots).toBe(2);
  });

  it.each([["the most likely", greedy], ["a draw", drawn]])("says that the model gives no numbers: %s", async (_name, sampling) => {
    const one = await open(brokenWeights(createTinyWeights(), "backbone-nan"));
    const run = await one.generator.start(requestOf(one.codeTokens, { sampling }), one.codeTokens, freely);
    await expect(run.next()).rejects.toMatchObject({ code: "SERVICE", retryable: false, message: expect.stringContaining("NaN") as string });
    await expect(run.next()).rejects.toMatchObject({ code: "SERVICE" });
    await run.close();
    await expect(codesOf(run)).rejects.toMatchObject({ code: "ABORTED" });
  });
});
