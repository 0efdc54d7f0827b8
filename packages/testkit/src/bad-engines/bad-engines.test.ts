import { AssertionError } from "node:assert";
import { describe, expect, it } from "vitest";
import { runEngineChecks } from "../conformance/engine/run-engine-checks.ts";
import { createScriptedEngine } from "../scripted/scripted-engine.ts";
import { badEngines } from "./bad-engines.ts";

const options = { timeoutMs: 700, stopMs: 250 };

describe("every bad engine is caught", () => {
  it.each(badEngines.map((bad) => [bad.name, bad] as const))("%s", async (_, { create, caughtBy }) => {
    const results = await runEngineChecks(create, { ...options, names: caughtBy });
    expect(caughtBy.length).toBeGreaterThan(0);
    for (const { name, status } of results) expect(`${name}: ${status}`).toBe(`${name}: failed`);
  });

  it("and the good one is not, by any of these checks", async () => {
    const names = [...new Set(badEngines.flatMap(({ caughtBy }) => caughtBy))];
    const results = await runEngineChecks(() => createScriptedEngine({ input: ["segment", "incremental"] }), { names });
    expect(results.filter(({ status }) => status === "failed").map(({ name, error }) => `${name}: ${String(error)}`)).toEqual([]);
  });

  it("has a name of its own", () => {
    expect(new Set(badEngines.map(({ name }) => name)).size).toBe(badEngines.length);
  });

  it("with a message that says what was found", async () => {
    for (const { create, caughtBy } of badEngines.slice(0, 8)) {
      const [result] = await runEngineChecks(create, { ...options, names: caughtBy });
      expect(result?.error).toBeInstanceOf(AssertionError);
      expect((result?.error as AssertionError).message.length).toBeGreaterThan(40);
    }
  });
});
