import { createRandom } from "@parlando/testkit";
import { describe, it } from "vitest";
import { drawScenario, type FuzzScenario } from "./fuzz-scenario.test-helper.ts";
import { runScenario } from "./fuzz-run.test-helper.ts";
import { findViolations } from "./fuzz-checks.test-helper.ts";
import { writeFileSync, appendFileSync } from "node:fs";

const rejections: unknown[] = [];
process.on("unhandledRejection", (e) => rejections.push(e));

function harder(seed: number): FuzzScenario {
  const base = drawScenario(seed);
  const random = createRandom(seed * 7919 + 13);
  const count = random.integer(2, 3);
  const extra = [drawScenario(seed + 100_000), drawScenario(seed + 200_000), drawScenario(seed + 300_000)];
  const engines = Array.from({ length: count }, (_, i) => {
    const e = { ...extra[i]!.engines[0]!, id: `e${i}` } as any;
    const often = [0.2, 0.5, 0.9][random.integer(0, 2)]!;
    const faults = Array.from({ length: 40 }, () => {
      if (random.next() > often) return undefined;
      const afterMs = random.next() < 0.8 ? random.integer(0, 2500) : undefined;
      const d = random.next();
      if (d < 0.75) return { kind: "error", code: ["SERVICE", "CONNECTION", "TRUNCATED", "QUOTA_EXCEEDED", "RATE_LIMITED", "CONCURRENCY_LIMIT", "STREAM_CLOSED", "TEXT_TOO_LONG", "UNSUPPORTED"][random.integer(0, 8)], retryable: random.next() < 0.5, retryAfterMs: random.next() < 0.2 ? [0, 100, 5000, 20_000][random.integer(0, 3)] : undefined, afterMs };
      if (d < 0.85) return { kind: "stall", afterMs };
      if (d < 0.9) return { kind: "not-a-number", afterMs };
      if (d < 0.95) return { kind: "throw", value: undefined, afterMs };
      return { kind: "no-audio" };
    });
    e.fault = (_: unknown, index: number) => faults[index];
    if (random.next() < 0.5) e.marks = ["word"];
    return e;
  });
  return { ...base, engines, faulty: true };
}

describe("breaker", () => {
  it("fuzz", async () => {
    const first = Number(process.env["BF"] ?? 1), n = Number(process.env["BN"] ?? 300);
    const end = Date.now() + Number(process.env["BMS"] ?? 120_000);
    const file = process.env["BOUT"] ?? "/tmp/breaker4/fuzz.log";
    writeFileSync(file, "");
    let seed = first;
    for (; seed < first + n && Date.now() < end; seed += 1) {
      const s = harder(seed);
      try {
        const seen = await runScenario(s);
        const v = findViolations(s, seen);
        if (rejections.length > 0) v.push("REJECTION " + rejections.splice(0).map((e) => (e as any)?.stack ?? String(e)).join(" | "));
        if (v.length > 0) appendFileSync(file, `seed ${seed} ${s.taker.kind} ${s.actions.map(a=>a.kind).join(",")} stages=${s.hasStages}: ${v.slice(0, 4).join(" ;; ").slice(0, 700)}\n`);
      } catch (e) {
        appendFileSync(file, `seed ${seed} THROWN ${String(e)} ${String((e as any).cause ?? (e as any).stack).slice(0, 400)}\n`);
      }
    }
    appendFileSync(file, `ran to ${seed}\n`);
  }, 600_000);
});
