import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createTinyWeights } from "../../testing/create-tiny-weights.ts";
import type { PrefillControl } from "../code-generator.ts";
import { codesOf, drawn, evaluatedTokens, freely, greedy, hasLlama, openTiny, prefixOf, requestOf, speak, type Opened } from "./gguf.test-helper.ts";

const weights = createTinyWeights();
const opened: Opened[] = [];

async function open(options: Parameters<typeof openTiny>[1] = {}): Promise<Opened> {
  const one = await openTiny(weights, options);
  opened.push(one);
  return one;
}

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** Aborts when so many turns were given. */
function abortAfter(turns: number): PrefillControl & { readonly pieces: number[] } {
  const controller = new AbortController();
  const pieces: number[] = [];
  const turn = (tokens: number): Promise<void> => {
    pieces.push(tokens);
    if (pieces.length > turns) controller.abort();
    return Promise.resolve();
  };
  return { signal: controller.signal, turn, pieces };
}

describe.runIf(hasLlama)("a run that is called off", () => {
  it("ends with ABORTED when it is closed during a step, and its slot is as it was", async () => {
    const one = await open({ slots: 1 });
    const before = await speak(one);
    const run = await one.generator.start(requestOf(one.codeTokens), one.codeTokens, freely);
    await run.next();
    await run.next();
    const step = run.next();
    const answer = expect(step).rejects.toMatchObject({ code: "ABORTED" });
    await run.close();
    await run.close();
    await answer;
    await expect(run.next()).rejects.toMatchObject({ code: "ABORTED" });
    expect(one.sequences.map(({ nextTokenIndex }) => nextTokenIndex)).toEqual([150]);
    expect(await speak(one)).toEqual(before);
  });

  it("leaves a run beside it as it is", async () => {
    const one = await open();
    const alone = await speak(one, { sampling: greedy });
    const leaving = await one.generator.start(requestOf(one.codeTokens), one.codeTokens, freely);
    const staying = await one.generator.start(requestOf(one.codeTokens, { sampling: greedy }), one.codeTokens, freely);
    const codes: (number | undefined)[] = [];
    for (let step = 0; step < 40; step++) {
      const both = Promise.allSettled([staying.next(), ...(step < 10 ? [leaving.next()] : [])]);
      if (step === 9) await leaving.close();
      const [code] = await both;
      codes.push(code?.status === "fulfilled" ? code.value : undefined);
    }
    expect(codes).toEqual(alone);
    await staying.close();
  });

  it("stops in its prompt between two pieces of 64 tokens", async () => {
    const one = await open({ slots: 1 });
    const control = abortAfter(2);
    await expect(one.generator.start(requestOf(one.codeTokens), one.codeTokens, control)).rejects.toMatchObject({ code: "ABORTED" });
    expect(control.pieces).toEqual([64, 64, 22]);
    expect(evaluatedTokens(one.sequences)).toBe(128);
    expect(one.sequences.map(({ nextTokenIndex }) => nextTokenIndex)).toEqual([0]);
    const run = await one.generator.start(requestOf(one.codeTokens), one.codeTokens, freely);
    expect(run.evaluated.prefix).toBe(150);
    const other = await open({ slots: 1 });
    expect(await codesOf(run)).toEqual(await speak(other));
  });

  it("keeps the prefix of what is stopped behind it", async () => {
    const one = await open({ slots: 1 });
    const suffix = new Int32Array(130).fill(5);
    await expect(one.generator.start(requestOf(one.codeTokens, { suffix }), one.codeTokens, abortAfter(4))).rejects.toMatchObject({ code: "ABORTED" });
    expect(one.sequences.map(({ nextTokenIndex }) => nextTokenIndex)).toEqual([150]);
    const run = await one.generator.start(requestOf(one.codeTokens, { suffix }), one.codeTokens, freely);
    expect(run.evaluated).toEqual({ prefix: 0, suffix: 130 });
    await run.close();
  });

  it("does not begin when it is aborted already, and gives the scheduler's refusal on", async () => {
    const one = await open({ slots: 1 });
    await expect(one.generator.prepare(prefixOf(one.codeTokens), { ...freely, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "ABORTED" });
    const refusal = new Error("no turn");
    await expect(one.generator.prepare(prefixOf(one.codeTokens), { ...freely, turn: () => Promise.reject(refusal) })).rejects.toBe(refusal);
    expect(await one.generator.prepare(prefixOf(one.codeTokens), freely)).toEqual({ prefix: 150, suffix: 0 });
  });
});

describe.runIf(hasLlama)("the limits of a generator", () => {
  it("has no more runs than slots", async () => {
    const one = await open();
    const runs = [await one.generator.start(requestOf(one.codeTokens), one.codeTokens, freely), await one.generator.start(requestOf(one.codeTokens), one.codeTokens, freely)];
    await expect(one.generator.start(requestOf(one.codeTokens), one.codeTokens, freely)).rejects.toMatchObject({ code: "CONCURRENCY_LIMIT" });
    await runs[0]?.close();
    const third = await one.generator.start(requestOf(one.codeTokens), one.codeTokens, freely);
    await Promise.all([third.close(), runs[1]?.close()]);
  });

  it("fills the context to the last token, and never shifts it", async () => {
    const one = await open({ contextTokens: 256, slots: 1 });
    expect(one.generator.facts.contextTokens).toBe(256);
    const codes = await speak(one, { limits: { minimumCodes: 0, maximumCodes: 1000 } });
    expect(codes).toHaveLength(256 - 153);
    const wide = await open({ contextTokens: 2048, slots: 1 });
    expect(await speak(wide, { limits: { minimumCodes: 0, maximumCodes: 256 - 153 } })).toEqual(codes);
  });

  it("refuses a prompt that leaves no room for the shortest speech", async () => {
    const one = await open({ contextTokens: 256 });
    await expect(speak(one, { limits: { minimumCodes: 104, maximumCodes: 500 } })).rejects.toMatchObject({ code: "TEXT_TOO_LONG" });
    expect(await speak(one, { limits: { minimumCodes: 103, maximumCodes: 500 } })).toHaveLength(103);
    await expect(speak(one, { prefix: prefixOf(one.codeTokens, 253) })).rejects.toMatchObject({ code: "TEXT_TOO_LONG" });
    await expect(speak(one, { suffix: new Int32Array(0) })).rejects.toMatchObject({ code: "INTERNAL" });
  });

  it("draws with the whole range of seeds, and looks back over all there is", async () => {
    const one = await open();
    const [low, high] = [await speak(one, { sampling: { ...drawn, seed: 0 } }), await speak(one, { sampling: { ...drawn, seed: 4_294_967_295, repetitionWindow: Infinity } })];
    expect(high).not.toEqual(low);
    expect(await speak(one, { sampling: { ...drawn, seed: 4_294_967_295, repetitionWindow: Infinity } })).toEqual(high);
  });
});

describe.runIf(hasLlama)("kept prefixes", () => {
  it("are evaluated again where their file is damaged", async () => {
    const one = await open({ slots: 1 });
    const [anna, ben] = [prefixOf(one.codeTokens, 100, "anna"), prefixOf(one.codeTokens, 90, "ben!!")];
    const said = await speak(one, { prefix: anna });
    await speak(one, { prefix: ben });
    const states = (await readdir(one.folder)).filter((name) => name.endsWith(".state"));
    expect(states).toHaveLength(2);
    for (const name of states) await writeFile(join(one.folder, name), "no state");
    const run = await one.generator.start(requestOf(one.codeTokens, { prefix: anna }), one.codeTokens, freely);
    expect(run.evaluated.prefix).toBe(100);
    expect(await codesOf(run)).toEqual(said);
  });

  it("are in the slots alone where there is no folder", async () => {
    const one = await open({ slots: 1, stateFolder: undefined });
    const [anna, ben] = [prefixOf(one.codeTokens, 100, "anna"), prefixOf(one.codeTokens, 90, "ben!!")];
    const evaluated: number[] = [];
    for (const prefix of [anna, anna, ben, anna]) {
      const run = await one.generator.start(requestOf(one.codeTokens, { prefix }), one.codeTokens, freely);
      evaluated.push(run.evaluated.prefix);
      await run.close();
    }
    expect(evaluated).toEqual([100, 0, 90, 100]);
  });

  it("do not take tokens for the same because their key is", async () => {
    const one = await open({ slots: 1 });
    const first = prefixOf(one.codeTokens, 100);
    const second = { key: first.key, tokens: first.tokens.map((token, index) => (index === 50 ? token + 1 : token)) };
    await speak(one, { prefix: first });
    const run = await one.generator.start(requestOf(one.codeTokens, { prefix: second }), one.codeTokens, freely);
    expect(run.evaluated.prefix).toBe(100);
    await run.close();
  });
});

describe.runIf(hasLlama)("the end of a generator", () => {
  it("ends open runs and prompts, removes its files, and may come twice", async () => {
    const one = await open();
    const run = await one.generator.start(requestOf(one.codeTokens), one.codeTokens, freely);
    await run.next();
    const step = expect(run.next()).rejects.toMatchObject({ code: "ABORTED" });
    const starting = expect(one.generator.start(requestOf(one.codeTokens, { prefix: prefixOf(one.codeTokens, 500, "long") }), one.codeTokens, freely)).rejects.toMatchObject({ code: "ABORTED" });
    await Promise.all([one.generator.close(), one.generator.close()]);
    await Promise.all([step, starting]);
    await expect(one.generator.start(requestOf(one.codeTokens), one.codeTokens, freely)).rejects.toMatchObject({ code: "ABORTED" });
    expect((await readdir(one.folder)).filter((name) => name !== "model.gguf")).toEqual([]);
  });

  it("leaves another model in the same process as it is", async () => {
    const [one, other] = [await open(), await open()];
    const said = await speak(other);
    await one.generator.close();
    expect(await speak(other)).toEqual(said);
  });
});
