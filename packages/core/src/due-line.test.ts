import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DueLine } from "./due-line.ts";

/** Pushes somebody who can wait until then, or lets the first go. */
const step = fc.oneof(fc.nat(12), fc.constant("shift" as const));

describe("a line of those who are due", () => {
  it("lets who can wait least go first, and of two the one who came first", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const line = new DueLine();
        const gone: string[] = [];
        const expected: string[] = [];
        let waiting: { dueMs: number; name: string }[] = [];
        for (const [number, dueMs] of [...steps, ...steps.map(() => "shift" as const)].entries()) {
          if (dueMs !== "shift") {
            const name = `${dueMs} ms, number ${number}`;
            line.push(dueMs, () => gone.push(name));
            waiting.push({ dueMs, name });
            continue;
          }
          line.shift()?.();
          const [first, ...others] = waiting.sort((left, right) => left.dueMs - right.dueMs);
          if (first !== undefined) expected.push(first.name);
          waiting = others;
          expect(line.isEmpty).toBe(others.length === 0);
        }
        expect(gone).toEqual(expected);
      }),
    );
  });

  it("has nobody when all have gone", () => {
    const line = new DueLine();
    expect([line.isEmpty, line.shift()]).toEqual([true, undefined]);
    line.push(1, () => undefined);
    expect(line.isEmpty).toBe(false);
    line.shift();
    expect([line.isEmpty, line.shift()]).toEqual([true, undefined]);
  });
});
