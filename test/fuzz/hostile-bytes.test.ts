import { describe, expect, it } from "vitest";
import { runCases } from "./run-cases.ts";
import { fuzzSubjects } from "./subjects.ts";

// `node tools/fuzz.mjs --cases 200000` sets these.
const cases = Number(process.env["PARLANDO_FUZZ_CASES"] ?? 400);
const seed = Number(process.env["PARLANDO_FUZZ_SEED"] ?? 1);
const only = process.env["PARLANDO_FUZZ_ONLY"];

const subjects = (await fuzzSubjects()).filter(({ name }) => only === undefined || only === name);

describe(`hostile bytes, ${cases} cases for each reader`, () => {
  it.each(subjects)("$name", { timeout: 0 }, async (subject) => {
    const report = await runCases(subject, { cases, seed });
    if (process.env["PARLANDO_FUZZ_CASES"] !== undefined) process.stdout.write(`${JSON.stringify(report)}\n`);
    // Both must occur, or the inputs are not what they should be: between valid and nonsense.
    expect(report.outcomes["none"]).toBeGreaterThan(0);
    expect(Object.values(report.outcomes).reduce((sum, count) => sum + count, 0)).toBe(cases);
  });
});
