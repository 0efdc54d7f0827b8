import { createFakeClock } from "@parlando/testkit";
import { TTSError } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import type { CodeGenerator, CodeRun, GenerationRequest, PrefillControl } from "../backbone/code-generator.ts";
import { findCodeTokens } from "../backbone/code-tokens.ts";
import { createPacedGenerator } from "./paced-generator.ts";
import { createScriptedGenerator } from "./scripted-generator.ts";

const sampling = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, repetitionWindow: 64, seed: 0 };

const request = (key: string, limits = { minimumCodes: 0, maximumCodes: 1_000 }): GenerationRequest => ({ prefix: { key, tokens: new Int32Array(150) }, suffix: new Int32Array(10), sampling, limits });

function control(turns: number[] = [], signal = new AbortController().signal): PrefillControl {
  return { signal, turn: async (tokens) => void turns.push(tokens) };
}

const start = (generator: CodeGenerator, key = "a", limits?: GenerationRequest["limits"]): Promise<CodeRun> =>
  generator.start(request(key, limits), findCodeTokens(generator.tokenizer, { codes: 512, stop: "<|TARGET_CODES_END|>" }), control());

async function all(run: CodeRun): Promise<number[]> {
  const codes: number[] = [];
  for (let code = await run.next(); code !== undefined; code = await run.next()) codes.push(code);
  return codes;
}

describe("a scripted generator", () => {
  it("says what the script says, and evaluates a prefix once, in pieces", async () => {
    const generator = createScriptedGenerator({ codes: (_, speech) => [speech, 7, 8] });
    const turns: number[] = [];
    const codeTokens = findCodeTokens(generator.tokenizer, { codes: 512, stop: "<|TARGET_CODES_END|>" });
    const first = await generator.start(request("a"), codeTokens, control(turns));
    expect(turns).toEqual([64, 64, 22, 10]);
    expect(first.evaluated).toEqual({ prefix: 150, suffix: 10 });
    expect(await all(first)).toEqual([0, 7, 8]);
    const second = await start(generator);
    expect(second.evaluated).toEqual({ prefix: 0, suffix: 10 });
    expect(await all(second)).toEqual([1, 7, 8]);
    expect(await generator.prepare(request("b").prefix, control())).toEqual({ prefix: 150, suffix: 0 });
    expect((await start(generator, "b")).evaluated.prefix).toBe(0);
    expect(generator.stats).toMatchObject({ started: 3, open: 3, codes: 6, prefixTokens: 300, suffixTokens: 30 });
  });

  it("keeps the limits", async () => {
    const generator = createScriptedGenerator({ codes: () => [1, 2, 3] });
    expect(await all(await start(generator, "a", { minimumCodes: 5, maximumCodes: 10 }))).toEqual([1, 2, 3, 1, 2]);
    expect(await all(await start(generator, "a", { minimumCodes: 0, maximumCodes: 2 }))).toEqual([1, 2]);
    const small = createScriptedGenerator({ codes: () => [1, 2, 3], contextTokens: 162 });
    expect(await all(await start(small))).toEqual([1, 2]);
    await expect(start(small, "a", { minimumCodes: 5, maximumCodes: 10 })).rejects.toMatchObject({ code: "TEXT_TOO_LONG" });
  });

  it("forgets the prefix that was used longest ago", async () => {
    const generator = createScriptedGenerator({ codes: () => [], keptPrefixes: 2 });
    for (const key of ["a", "b", "a", "c"]) await (await start(generator, key)).close();
    expect((await start(generator, "a")).evaluated.prefix).toBe(0);
    expect((await start(generator, "b")).evaluated.prefix).toBe(150);
  });

  it("has as many slots as it says, and gives them back once", async () => {
    const generator = createScriptedGenerator({ codes: () => [1], slots: 2 });
    const runs = [await start(generator), await start(generator)];
    await expect(start(generator)).rejects.toMatchObject({ code: "CONCURRENCY_LIMIT" });
    await runs[0]?.close();
    await runs[0]?.close();
    expect(generator.stats).toMatchObject({ open: 1, closed: 1 });
    await expect(runs[0]?.next()).rejects.toMatchObject({ code: "ABORTED" });
    await start(generator);
    await generator.close();
    expect(generator.stats.open).toBe(0);
    await expect(runs[1]?.next()).rejects.toMatchObject({ code: "ABORTED" });
    await expect(start(generator)).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("stops between two pieces of a prompt, and fails where it is told to", async () => {
    const generator = createScriptedGenerator({ codes: () => [1, 2, 3], fail: (speech, code) => (speech === 1 && code === 2 ? new TTSError("SERVICE", "as told") : undefined) });
    const abort = new AbortController();
    const stopping: PrefillControl = { signal: abort.signal, turn: async () => abort.abort() };
    const codeTokens = findCodeTokens(generator.tokenizer, { codes: 512, stop: "<|TARGET_CODES_END|>" });
    await expect(generator.start(request("a"), codeTokens, stopping)).rejects.toMatchObject({ code: "ABORTED" });
    expect(generator.stats).toMatchObject({ open: 0, prefixTokens: 0 });
    const run = await start(generator);
    expect([await run.next(), await run.next()]).toEqual([1, 2]);
    await expect(run.next()).rejects.toThrow("as told");
  });
});

describe("a paced generator", () => {
  it("takes its time, one thing at a time", async () => {
    const clock = createFakeClock();
    const generator = createPacedGenerator({ clock, codes: () => [1, 2, 3], stepMs: () => 10, promptTokenMs: 0.5 });
    const run = await clock.runUntil(start(generator));
    expect(clock.now()).toBe(80);
    expect(await clock.runUntil(all(run))).toEqual([1, 2, 3]);
    expect(clock.now()).toBe(120);
    expect(generator.busyMs).toBe(120);
    const other = await clock.runUntil(start(generator));
    await clock.runUntil(Promise.all([all(other), start(generator).then(all)]));
    expect(clock.now()).toBe(120 + 2 * 5 + 8 * 10);
  });

  it("puts runs that are asked together into one step", async () => {
    const clock = createFakeClock();
    const generator = createPacedGenerator({ clock, together: 2, codes: () => [1, 2, 3], stepMs: (runs) => 10 + runs });
    const runs = [await clock.runUntil(start(generator)), await clock.runUntil(start(generator)), await clock.runUntil(start(generator))];
    await clock.runUntil(Promise.all(runs.map((run) => run.next())));
    expect(generator.batches).toEqual([2, 1]);
    expect(clock.now()).toBe(12 + 11);
  });

  it("closes only when its step is over", async () => {
    const clock = createFakeClock();
    const generator = createPacedGenerator({ clock, codes: () => [1, 2], stepMs: () => 10 });
    const run = await clock.runUntil(start(generator));
    const asked = expect(run.next()).rejects.toMatchObject({ code: "ABORTED" });
    await clock.advance(4);
    const closing = run.close().then(() => clock.now());
    expect(await clock.runUntil(closing)).toBe(10);
    await asked;
  });
});
