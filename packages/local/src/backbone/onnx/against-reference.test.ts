import { afterEach, describe, expect, it } from "vitest";
import { createTinyWeights } from "../../testing/create-tiny-weights.ts";
import { createReferenceModel } from "../../testing/reference-model.ts";
import type { Qwen2OnnxOptions } from "../../testing/qwen2-onnx.ts";
import { onnx } from "../../testing/test-runtimes.test-helper.ts";
import { floatToHalf, halfToFloat } from "../half.ts";
import { createRunCache } from "./cache.ts";
import { createForward } from "./forward.ts";
import { readOnnxLayout } from "./layout.ts";
import { createLogitsReader } from "./logits-reader.ts";
import { codesOf, free, greedy, openTinyOnnx, requestOf, type TinyOnnx } from "./tiny-onnx.test-helper.ts";

const open: TinyOnnx[] = [];
const opened = async (options: Qwen2OnnxOptions): Promise<TinyOnnx> => {
  const tiny = await openTinyOnnx(options);
  open.push(tiny);
  return tiny;
};
afterEach(async () => {
  for (const tiny of open.splice(0)) await tiny.close();
});

const variants: readonly (readonly [string, Qwen2OnnxOptions])[] = [
  ["the layout of GenAI", { layout: "genai" }],
  ["the layout of GenAI, last logits only", { layout: "genai", logits: "last" }],
  ["the layout of the community", { layout: "community" }],
  ["the layout of the community, asked for one position", { layout: "community", logits: "asked" }],
  ["logits in float16", { layout: "genai", logitsType: "float16" }],
  // The reference rounds keys and values too; what is left are numbers that fell on the other side.
  ["a cache in float16", { layout: "genai", cacheType: "float16" }],
  ["a cache in float16, community", { layout: "community", cacheType: "float16", logits: "asked" }],
];

const steps = 500;
const promptTokens = 20;
const weights = createTinyWeights();
const asHalf = (value: number): number => halfToFloat(floatToHalf(value));
/** The reference is slow: what it says of the same tokens is kept. */
const said = new Map<string, Float64Array[]>();
function referenceSays(tokens: Int32Array, from: number, { cacheType }: Qwen2OnnxOptions): Float64Array[] {
  const key = `${String(cacheType)} ${tokens.join(" ")}`;
  const logits = said.get(key) ?? createReferenceModel(weights, { cacheRounding: cacheType === "float16" ? asHalf : undefined }).logitsFrom(tokens, from);
  said.set(key, logits);
  return logits;
}

describe("ONNX against the reference, 500 steps that are given", () => {
  it.each(variants)("says the same with %s", async (_, options) => {
    const { path, codeTokens } = await opened(options);
    const tokens = requestOf(codeTokens, { prefix: 0, suffix: promptTokens + steps }).suffix;
    const expected = referenceSays(tokens, promptTokens - 1, options);

    const session = await onnx.InferenceSession.create(path, { executionProviders: ["cpu"], enableMemPattern: false, intraOpNumThreads: 1, logSeverityLevel: 4 });
    const layout = readOnnxLayout(session, path);
    const forward = createForward({ runtime: onnx, session, layout, contextTokens: 1_024 });
    const cache = createRunCache({ runtime: onnx, layout });
    const read = createLogitsReader(codeTokens);
    const errors: number[] = [];
    for (let step = 0; step <= steps; step += 1) {
      const tensor = await forward.evaluate(cache, step === 0 ? tokens.subarray(0, promptTokens) : tokens.subarray(promptTokens + step - 1, promptTokens + step));
      errors.push(relativeError(read(tensor), expected[step]!, codeTokens));
      tensor.dispose();
    }
    cache.close();
    await session.release();
    expect(errors).toHaveLength(steps + 1);
    expect(Math.max(...errors)).toBeLessThan(1e-3);
  });

  it("would see one token of another kind, a hundred steps ago", async () => {
    const { codeTokens } = await opened({});
    const tokens = requestOf(codeTokens, { prefix: 0, suffix: 200 }).suffix;
    const [right, wrong] = [tokens, tokens.with(99, tokens[98]!)].map((given) => referenceSays(given, 199, {})[0]!);
    expect(relativeError(Float32Array.from(right!), wrong!, codeTokens)).toBeGreaterThan(1e-3);
  });
});

/** The largest difference of a code's logit or the stop's, against the largest of them. */
function relativeError(actual: Float32Array, expected: Float64Array, { firstCode, codes, stop }: TinyOnnx["codeTokens"]): number {
  let error = 0;
  let largest = 0;
  for (let code = -1; code < codes; code += 1) {
    const token = code < 0 ? stop : firstCode + code;
    error = Math.max(error, Math.abs(actual[token]! - expected[token]!));
    largest = Math.max(largest, Math.abs(expected[token]!));
  }
  return Number.isNaN(error) ? Infinity : error / largest;
}

describe("ONNX against the reference, on its own", () => {
  it.each(variants)("chooses the same codes wherever one is clearly the best, with %s", async (_, options) => {
    const { generator, codeTokens } = await opened(options);
    const { firstCode } = codeTokens;
    const request = requestOf(codeTokens, { prefix: 90, suffix: 10, sampling: greedy, limits: { minimumCodes: 500, maximumCodes: 500 } });
    const codes = await codesOf(await generator.start(request, codeTokens, free));
    expect(codes).toHaveLength(500);

    const tokens = Int32Array.from([...request.prefix.tokens, ...request.suffix, ...codes.map((code) => firstCode + code)]);
    const expected = referenceSays(tokens, 99, options).map((logits) => logits.subarray(firstCode, firstCode + codeTokens.codes));
    const clear = codes.flatMap((code, step) => {
      const [best, second] = Float64Array.from(expected[step]!).sort().reverse();
      return best! - second! > 1e-2 ? [{ code, expected: expected[step]!.indexOf(best!) }] : [];
    });
    expect(clear.filter((step) => step.code !== step.expected)).toEqual([]);
    expect(clear.length).toBeGreaterThan(400);
  });
});
