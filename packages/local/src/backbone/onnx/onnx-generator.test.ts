import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { cutShort, writeBrokenOnnx, type Damage } from "../../testing/broken-models.ts";
import { createTinyWeights } from "../../testing/create-tiny-weights.ts";
import { createByteTokenizer } from "../../testing/scripted-generator.ts";
import { onnx } from "../../testing/test-runtimes.test-helper.ts";
import type { PrefillControl } from "../code-generator.ts";
import { createOnnxGenerator } from "./onnx-generator.ts";
import { codesOf, free, openTinyOnnx, requestOf, type TinyOnnx, warm } from "./tiny-onnx.test-helper.ts";

const open: TinyOnnx[] = [];
const opened = async (options: Parameters<typeof openTinyOnnx>[0] = {}): Promise<TinyOnnx> => {
  const tiny = await openTinyOnnx(options);
  open.push(tiny);
  return tiny;
};
afterEach(async () => {
  for (const tiny of open.splice(0)) await tiny.close();
});

const failing = (code: string, part = ""): unknown => expect.objectContaining({ code, message: expect.stringContaining(part) });

describe("what a backbone says of itself", () => {
  it("comes from the graph", async () => {
    const { generator, weights } = await opened({ cacheType: "float16", contextTokens: 700 });
    expect(generator.facts).toEqual({ format: "onnx", layers: 2, kvHeads: 2, headSize: 16, vocabulary: weights.vocabulary.tokens.length, contextTokens: 700, cacheType: "float16" });
    expect(generator).toMatchObject({ device: "cpu", slots: 2, together: 1 });
  });

  it.each([
    ["config.json", ".", { max_position_embeddings: 300 }],
    ["genai_config.json", ".", { model: { context_length: 300 } }],
    ["config.json", "..", { max_position_embeddings: 300 }],
  ])("has no more context than %s in %s allows", async (name, place, config) => {
    const { path, generator } = await opened();
    const nested = join(dirname(path), "nested", "onnx");
    await mkdir(nested, { recursive: true });
    await writeFile(join(nested, place, name), JSON.stringify(config));
    const moved = join(nested, "model.onnx");
    await writeBrokenOnnx(moved, "backbone-nan");
    const other = await createOnnxGenerator({ runtime: onnx, path: moved, tokenizer: generator.tokenizer, device: "cpu", contextTokens: 1_024, slots: 1, threads: 1 });
    expect(other.facts.contextTokens).toBe(300);
    await other.close();
  });
});

describe("a prefix", () => {
  it("is evaluated once: nothing of it on the second call, with the same codes to the bit", async () => {
    const { generator, runtime, codeTokens } = await opened();
    const request = requestOf(codeTokens, { prefix: 150, suffix: 20, sampling: warm });
    const first = await generator.start(request, codeTokens, free);
    expect(first.evaluated).toEqual({ prefix: 150, suffix: 20 });
    // In pieces of 64; the last token of the suffix alone, since this graph gives logits for all there are.
    expect(runtime.runs.splice(0)).toEqual([64, 64, 22, 19, 1]);
    const codes = await codesOf(first);
    runtime.runs.splice(0);
    const second = await generator.start(request, codeTokens, free);
    expect(second.evaluated).toEqual({ prefix: 0, suffix: 20 });
    expect(runtime.runs).toEqual([19, 1]);
    expect(await codesOf(second)).toEqual(codes);
  });

  it("is evaluated ahead by prepare, once too", async () => {
    const { generator, runtime, codeTokens } = await opened({ layout: "community", logits: "asked" });
    const request = requestOf(codeTokens, { prefix: 65, suffix: 130 });
    expect(await generator.prepare(request.prefix, free)).toEqual({ prefix: 65, suffix: 0 });
    expect(await generator.prepare(request.prefix, free)).toEqual({ prefix: 0, suffix: 0 });
    expect(runtime.runs.splice(0)).toEqual([64, 1]);
    const run = await generator.start(request, codeTokens, free);
    expect(run.evaluated).toEqual({ prefix: 0, suffix: 130 });
    expect(runtime.runs).toEqual([64, 64, 2]);
    await run.close();
  });

  it("is evaluated once for two who ask at the same time, and they do not disturb each other", async () => {
    const { generator, runtime, codeTokens } = await opened();
    const requests = [1, 2].map((seed) => requestOf(codeTokens, { prefix: 100, suffix: 5, sampling: { ...warm, seed } }));
    const alone: number[][] = [];
    for (const request of requests) alone.push(await codesOf(await generator.start(request, codeTokens, free)));
    const other = await opened();
    const runs = await Promise.all(requests.map((request) => other.generator.start(request, codeTokens, free)));
    expect(runs.map(({ evaluated }) => evaluated.prefix).toSorted((a, b) => a - b)).toEqual([0, 100]);
    expect(other.runtime.runs.reduce((sum, tokens) => sum + tokens, 0)).toBe(110);
    expect(await Promise.all(runs.map(codesOf))).toEqual(alone);
    expect(runtime.live.size).toBe(4);
  });

  it("goes on for who waits when the first is called off", async () => {
    const { generator, codeTokens } = await opened();
    const request = requestOf(codeTokens, { prefix: 200 });
    const controller = new AbortController();
    let turns = 0;
    const first = generator.start(request, codeTokens, {
      signal: controller.signal,
      turn: async () => {
        turns += 1;
        if (turns === 2) controller.abort();
      },
    });
    const second = generator.start(request, codeTokens, free);
    await expect(first).rejects.toThrow(failing("ABORTED"));
    expect((await second).evaluated.prefix).toBe(200);
  });

  it("makes room when there is none left: the least recently used goes", async () => {
    // A token takes 2 layers · 2 (key and value) · 2 heads · 16 · 4 bytes.
    const { generator, codeTokens, runtime } = await opened({ prefixBytes: 2 * 100 * 512 });
    const prepared = async (key: string): Promise<number> => (await generator.prepare(requestOf(codeTokens, { key, prefix: 100 }).prefix, free)).prefix;
    expect([await prepared("a"), await prepared("b"), await prepared("a"), await prepared("c")]).toEqual([100, 100, 0, 100]);
    expect(runtime.live.size).toBe(8);
    expect([await prepared("a"), await prepared("b")]).toEqual([0, 100]);
    expect(runtime.live.size).toBe(8);
  });

  it("may be larger than the shelf: it serves once, and is gone", async () => {
    const { generator, codeTokens, runtime } = await opened({ prefixBytes: 0 });
    const request = requestOf(codeTokens, { prefix: 10 });
    const run = await generator.start(request, codeTokens, free);
    expect(await codesOf(run)).toHaveLength(50);
    expect(runtime.live.size).toBe(0);
    expect((await generator.start(request, codeTokens, free)).evaluated.prefix).toBe(10);
  });

  it("may have no tokens", async () => {
    const { generator, codeTokens } = await opened();
    const run = await generator.start(requestOf(codeTokens, { prefix: 0 }), codeTokens, free);
    expect(run.evaluated).toEqual({ prefix: 0, suffix: 20 });
    expect(await codesOf(run)).toHaveLength(50);
  });
});

describe("the length of speech", () => {
  // A stop token that is louder than all codes ends at once where it may.
  const eager = createTinyWeights({ scales: { stop: 8 } });

  it("is at most the maximum, and no step is run for what comes after it", async () => {
    const { generator, runtime, codeTokens } = await opened();
    const run = await generator.start(requestOf(codeTokens, { prefix: 0, suffix: 1, limits: { maximumCodes: 7 } }), codeTokens, free);
    const codes: (number | undefined)[] = [];
    for (let step = 0; step < 9; step += 1) codes.push(await run.next());
    expect(codes.filter((code) => code !== undefined)).toHaveLength(7);
    expect(runtime.runs).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(codes.every((code) => code === undefined || (code >= 0 && code < 512))).toBe(true);
  });

  it("is at least the minimum, whatever the model wants", async () => {
    const { generator, codeTokens } = await opened({ weights: eager });
    const length = async (minimumCodes: number): Promise<number> => (await codesOf(await generator.start(requestOf(codeTokens, { sampling: warm, limits: { minimumCodes } }), codeTokens, free))).length;
    const free0 = await length(0);
    expect(free0).toBeLessThan(20);
    expect(await length(25)).toBeGreaterThanOrEqual(25);
  });

  it("is what the context has room for, and TEXT_TOO_LONG where that is less than the minimum", async () => {
    const { generator, codeTokens } = await opened({ contextTokens: 130 });
    const started = (minimumCodes: number, prefix = 100): Promise<number> =>
      generator.start(requestOf(codeTokens, { prefix, key: String(prefix), suffix: 20, limits: { minimumCodes, maximumCodes: 500 } }), codeTokens, free).then(async (run) => (await codesOf(run)).length);
    expect(await started(10)).toBe(10);
    await expect(started(11)).rejects.toThrow(failing("TEXT_TOO_LONG", "120 tokens"));
    await expect(started(0, 110)).rejects.toThrow(failing("TEXT_TOO_LONG"));
    await expect(generator.prepare(requestOf(codeTokens, { prefix: 130 }).prefix, free)).rejects.toThrow(failing("TEXT_TOO_LONG", "130 tokens"));
  });
});

describe("a seed", () => {
  it("gives the same codes again, and other codes than another", async () => {
    const speech = async (seed: number): Promise<number[]> => {
      const { generator, codeTokens } = await opened();
      return codesOf(await generator.start(requestOf(codeTokens, { sampling: { ...warm, seed } }), codeTokens, free));
    };
    const first = await speech(3);
    expect(await speech(3)).toEqual(first);
    expect(await speech(4)).not.toEqual(first);
  });
});

describe("what is disposed", () => {
  it("is all but the kept prefix after each speech, and all after closing", async () => {
    const { generator, runtime, codeTokens } = await opened();
    for (const key of ["a", "b", "a"]) await codesOf(await generator.start(requestOf(codeTokens, { key, limits: { maximumCodes: 100 } }), codeTokens, free));
    // Two layers' keys and values for each of two prefixes.
    expect(runtime.live.size).toBe(8);
    // At most those, what a run has, what replaces it, and its logits.
    expect(runtime.mostLive).toBeLessThanOrEqual(8 + 4 + 4 + 1);
    await generator.close();
    expect(runtime.live.size).toBe(0);
    expect(runtime.sessions).toEqual({ opened: 1, released: 1 });
  });

  it("is everything when a run is left in the middle, before its first code, or twice", async () => {
    const { generator, runtime, codeTokens } = await opened();
    const request = requestOf(codeTokens, { prefix: 0 });
    const [unread, begun] = [await generator.start(request, codeTokens, free), await generator.start(request, codeTokens, free)];
    for (let step = 0; step < 5; step += 1) await begun.next();
    await Promise.all([unread.close(), begun.close(), begun.close()]);
    expect(runtime.live.size).toBe(0);
    await expect(begun.next()).rejects.toThrow(failing("ABORTED"));
  });

  it("is everything when the runtime fails in a step; the run stays failed, the model works on", async () => {
    const { generator, runtime, codeTokens } = await opened();
    const run = await generator.start(requestOf(codeTokens, { prefix: 0 }), codeTokens, free);
    await run.next();
    runtime.beforeRun = () => Promise.reject(new Error("out of memory\nsecond line"));
    await expect(run.next()).rejects.toThrow(failing("SERVICE", "out of memory)"));
    runtime.beforeRun = undefined;
    await expect(run.next()).rejects.toThrow(failing("SERVICE"));
    await run.close();
    expect(runtime.live.size).toBe(0);
    expect(await codesOf(await generator.start(requestOf(codeTokens), codeTokens, free))).toHaveLength(50);
  });
});

describe("slots", () => {
  it("are counted, starts included, and given back", async () => {
    const { generator, codeTokens } = await opened({ slots: 2 });
    const request = requestOf(codeTokens);
    const runs = await Promise.all([generator.start(request, codeTokens, free), generator.start(request, codeTokens, free)]);
    await expect(generator.start(request, codeTokens, free)).rejects.toThrow(failing("CONCURRENCY_LIMIT"));
    await runs[0]?.close();
    await codesOf(await generator.start(request, codeTokens, free));
    await expect(generator.start(requestOf(codeTokens, { suffix: 2_000 }), codeTokens, free)).rejects.toThrow(failing("TEXT_TOO_LONG"));
    await codesOf(await generator.start(request, codeTokens, free));
  });

  it("take no second question before the answer", async () => {
    const { generator, codeTokens } = await opened();
    const run = await generator.start(requestOf(codeTokens), codeTokens, free);
    await run.next();
    const pending = run.next();
    await expect(run.next()).rejects.toThrow(failing("INTERNAL"));
    expect(await pending).toBeTypeOf("number");
  });
});

describe("calling off", () => {
  const abortedAfter = (pieces: number): PrefillControl & { turns: number[] } => {
    const controller = new AbortController();
    const turns: number[] = [];
    return {
      signal: controller.signal,
      turns,
      turn: async (tokens) => {
        turns.push(tokens);
        if (turns.length > pieces) controller.abort("enough");
      },
    };
  };

  it.each([0, 1, 2, 3])("is heard between two pieces of the prompt (after %i), and leaves nothing", async (pieces) => {
    const { generator, runtime, codeTokens } = await opened();
    const control = abortedAfter(pieces);
    await expect(generator.start(requestOf(codeTokens, { prefix: 128, suffix: 128 }), codeTokens, control)).rejects.toThrow(failing("ABORTED"));
    expect(control.turns).toEqual(new Array(pieces + 1).fill(64));
    expect(runtime.runs).toEqual(new Array(pieces).fill(64));
    expect(runtime.live.size).toBe(pieces >= 2 ? 4 : 0);
    expect((await generator.start(requestOf(codeTokens), codeTokens, free)).evaluated.suffix).toBe(20);
  });

  it("does not wait for a turn that never comes", async () => {
    const { generator, codeTokens } = await opened();
    const controller = new AbortController();
    const starting = generator.start(requestOf(codeTokens), codeTokens, { signal: controller.signal, turn: () => new Promise(() => undefined) });
    controller.abort();
    await expect(starting).rejects.toThrow(failing("ABORTED"));
  });

  it("is done when the step under way is done: it fails with ABORTED, and nothing runs after it", async () => {
    const { generator, runtime, codeTokens } = await opened();
    const run = await generator.start(requestOf(codeTokens, { prefix: 0 }), codeTokens, free);
    await run.next();
    const steps = runtime.runs.length;
    const pending = run.next();
    const closing = run.close();
    await expect(pending).rejects.toThrow(failing("ABORTED"));
    await closing;
    expect(runtime.runs).toHaveLength(steps + 1);
    expect(runtime.live.size).toBe(0);
  });

  it("is possible between two codes, since the event loop turns", async () => {
    const { generator, codeTokens } = await opened();
    const run = await generator.start(requestOf(codeTokens, { limits: { maximumCodes: 500 } }), codeTokens, free);
    const controller = new AbortController();
    const heard = once(controller.signal, "abort");
    let codes = 0;
    setImmediate(() => controller.abort());
    while (!controller.signal.aborted && (await run.next()) !== undefined) codes += 1;
    await heard;
    expect(codes).toBeLessThan(10);
    await run.close();
  });

  it("of the whole model ends all runs and starts, and is no harm twice", async () => {
    const { generator, runtime, codeTokens } = await opened();
    const run = await generator.start(requestOf(codeTokens), codeTokens, free);
    await run.next();
    const [pending, starting] = [run.next(), generator.start(requestOf(codeTokens, { key: "other", prefix: 500 }), codeTokens, free)];
    const results = Promise.allSettled([pending, starting]);
    await Promise.all([generator.close(), generator.close()]);
    for (const result of await results) expect(result).toMatchObject({ status: "rejected", reason: { code: "ABORTED" } });
    await expect(generator.start(requestOf(codeTokens), codeTokens, free)).rejects.toThrow(failing("ABORTED"));
    await expect(run.next()).rejects.toThrow(failing("ABORTED"));
    expect(runtime.live.size).toBe(0);
    expect(runtime.sessions.released).toBe(1);
  });
});

describe("a file that is no such backbone", () => {
  const weights = createTinyWeights();
  const tokenizer = createByteTokenizer(weights.vocabulary);
  const loading = (path: string, device: "cpu" | "cuda" | "vulkan" = "cpu"): Promise<unknown> => createOnnxGenerator({ runtime: onnx, path, tokenizer, device, contextTokens: 512, slots: 1, threads: 1 });

  it.each<[Damage, string]>([
    ["backbone-input", "no input input_ids"],
    ["backbone-cache", "no output present.1.value"],
    ["backbone-cache-shape", "past_key_values.0.key has the shape [batch_size, past_sequence_length, 32]"],
  ])("fails with MODEL_NOT_FOUND that names what is wrong: %s", async (damage, part) => {
    const { folder } = await opened();
    const path = join(folder, "broken.onnx");
    await writeBrokenOnnx(path, damage);
    await expect(loading(path)).rejects.toThrow(failing("MODEL_NOT_FOUND", part));
  });

  it("fails with MODEL_NOT_FOUND when it is a codec, is cut short, or is not there", async () => {
    const { folder, path } = await opened();
    await expect(loading(join(folder, "codec.onnx"))).rejects.toThrow(failing("MODEL_NOT_FOUND", "no input input_ids; no input attention_mask; no output logits; no input past_key_values.0.key"));
    await cutShort(path);
    await expect(loading(path)).rejects.toThrow(failing("MODEL_NOT_FOUND", "cannot read it"));
    await rm(path);
    await expect(loading(path)).rejects.toThrow(failing("MODEL_NOT_FOUND", path));
  });

  it("fails with DEVICE_UNAVAILABLE on a device that the runtime does not know", async () => {
    const { path } = await opened();
    await expect(loading(path, "vulkan")).rejects.toThrow(failing("DEVICE_UNAVAILABLE", "vulkan"));
  });

  it("fails with SERVICE at the first code when its numbers are none, and leaves nothing", async () => {
    const { folder, codeTokens, runtime } = await opened();
    const path = join(folder, "broken.onnx");
    await writeBrokenOnnx(path, "backbone-nan");
    const generator = await createOnnxGenerator({ runtime, path, tokenizer, device: "cpu", contextTokens: 512, slots: 1, threads: 1 });
    const run = await generator.start(requestOf(codeTokens), codeTokens, free);
    await expect(run.next()).rejects.toThrow(failing("SERVICE", "NaN"));
    await generator.close();
    expect(runtime.live.size).toBe(0);
  });

  it("fails with MODEL_NOT_FOUND when it has fewer logits than the tokenizer has tokens", async () => {
    const { generator, codeTokens } = await opened();
    const run = await generator.start(requestOf(codeTokens), { ...codeTokens, codes: 1_024 }, free);
    await expect(run.next()).rejects.toThrow(failing("MODEL_NOT_FOUND", "not of the same model"));
  });
});
