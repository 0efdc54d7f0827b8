import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PromptPrefix } from "../code-generator.ts";
import type { LlamaSequence } from "./llama-module.ts";
import { createPrefixStates } from "./prefix-states.ts";
import { createSequencePool } from "./sequence-pool.ts";

const prefix = (key: string, length = 3): PromptPrefix => ({ key, tokens: new Int32Array(length).fill(key.length) });

/** A sequence of which only the length is known. */
function lengthOnly(name: string, failing = false): LlamaSequence & { nextTokenIndex: number; readonly name: string } {
  const sequence = {
    name,
    nextTokenIndex: 0,
    eraseContextTokenRanges: ([range]: readonly { start: number; end: number }[]) => {
      if (failing) return Promise.reject(new Error("the context is gone"));
      sequence.nextTokenIndex -= (range?.end ?? 0) - (range?.start ?? 0);
      return Promise.resolve();
    },
    saveStateToFile: (path: string) => (failing ? Promise.reject(new Error("no space")) : writeFile(path, String(sequence.nextTokenIndex))),
    loadStateFromFile: () => {
      sequence.nextTokenIndex = 3;
      return Promise.resolve();
    },
  };
  return sequence as unknown as LlamaSequence & { nextTokenIndex: number; name: string };
}

describe("the pool of sequences", () => {
  it("gives the sequence that has the prefix, then an empty one, then the one not used for longest", async () => {
    const [a, b, c] = [lengthOnly("a"), lengthOnly("b"), lengthOnly("c")];
    const pool = createSequencePool([a, b, c]);
    for (const [key, sequence] of [["one", a], ["two", b]] as const) {
      const lease = pool.take(prefix(key));
      expect(lease?.sequence).toBe(sequence);
      if (lease !== undefined) lease.prefix = prefix(key);
      sequence.nextTokenIndex = 9;
      await lease?.release();
      expect(sequence.nextTokenIndex).toBe(3);
    }
    const again = pool.take(prefix("one"));
    expect(again?.sequence).toBe(a);
    await again?.release();
    const empty = pool.take(prefix("three"));
    expect(empty?.sequence).toBe(c);
    const oldest = pool.take(prefix("four"));
    expect(oldest?.sequence).toBe(b);
    expect(pool.take(prefix("one"))?.sequence).toBe(a);
    expect(pool.free).toBe(0);
    expect(pool.take(prefix("one"))).toBeUndefined();
  });

  it("empties a sequence that has no whole prefix, and gives it back once", async () => {
    const a = lengthOnly("a");
    const pool = createSequencePool([a]);
    const lease = pool.take(prefix("one"));
    a.nextTokenIndex = 2;
    await Promise.all([lease?.release(), lease?.release()]);
    expect(a.nextTokenIndex).toBe(0);
    const next = pool.take(prefix("two"));
    await lease?.release();
    expect(pool.free).toBe(0);
    await next?.release();
  });

  it("gives a sequence back whose context is gone", async () => {
    const a = lengthOnly("a", true);
    const pool = createSequencePool([a]);
    const lease = pool.take(prefix("one"));
    a.nextTokenIndex = 2;
    await lease?.release();
    expect(pool.free).toBe(1);
    expect(pool.take(prefix("one"))?.prefix).toBeUndefined();
  });
});

describe("states of prefixes", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlando-states-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("are bounded, and the one not used for longest goes", async () => {
    const states = createPrefixStates(folder, { maximum: 2 });
    const sequence = lengthOnly("a");
    await states.save(prefix("one"), sequence);
    await states.save(prefix("four"), sequence);
    expect(await states.load(prefix("one"), sequence)).toBe(true);
    await states.save(prefix("seven77"), sequence);
    expect(["one", "four", "seven77"].map((key) => states.has(prefix(key)))).toEqual([true, false, true]);
    expect(await readdir(folder)).toHaveLength(2);
    await states.close();
    await states.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it("cost nothing but time where they cannot be written or are of another length", async () => {
    const states = createPrefixStates(folder);
    await states.save(prefix("one"), lengthOnly("a", true));
    expect(states.has(prefix("one"))).toBe(false);
    expect(await readdir(folder)).toEqual([]);
    await states.save(prefix("long", 5), lengthOnly("a"));
    expect(await states.load(prefix("long", 5), lengthOnly("b"))).toBe(false);
    await createPrefixStates(undefined).save(prefix("one"), lengthOnly("a"));
  });
});
