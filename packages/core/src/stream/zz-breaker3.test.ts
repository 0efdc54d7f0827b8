import { createRandom } from "@parlando/testkit";
import { describe, it, expect } from "vitest";
import { drawScenario, type FuzzScenario } from "./fuzz-scenario.test-helper.ts";
import { runScenario } from "./zz-run.test-helper.ts";
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

import { createScriptedEngine as _c } from "@parlando/testkit";
import { SpeechConductor } from "./speech-conductor.ts";
it("dump", async () => {
  for (const seed of (process.env["BS"] ?? "").split(",").map(Number)) {
    const s = harder(seed);
    const out: string[] = [];
    const o = (...a: any[]) => out.push(a.map((x) => typeof x === "string" ? x : JSON.stringify(x)).join(" "));
    const { fault, ...e0 } = s.engines[0] as any;
    o("SEED", seed, "taker", s.taker as any, "options", s.options as any, "actions", s.actions as any);
    s.engines.forEach((e: any) => { const f = e.fault; e.fault = (r: any, i: number) => { const x = f(r, i); out.push(`  ${e.id}#${i} session=${r.text === undefined || false} text=${JSON.stringify(r.text).slice(0, 60)} -> ${JSON.stringify(x)}`); return x; }; o(e.id, { input: e.input, marks: e.marks, order: e.markOrder, limits: e.limits, eager: e.eagerCharacters, caps: e.capabilities, output: e.output, startMs: e.startMs, rtf: e.realTimeFactor }); });
    o("text", s.pieces.join("").slice(0, 200), "pieces", s.pieces.length, "patient", s.isPatient);
    (s.options as any).onWarning = (w: any) => o("warn", w);
    try {
      const seen = await runScenario(s);
      o("violations", findViolations(s, seen).slice(0, 4), "report", seen.report as any, String(seen.error), "left", seen.left as any, "marks", seen.marks.filter((m) => m.kind !== "x" as any).map((m) => `${m.kind[0]}${m.textStart}-${m.textEnd}@${Math.round(m.timeMs)}`).join(" "));
      o("chunks", seen.chunks.map((c) => `${JSON.stringify(c.text)}${c.segments.map((x) => x.engine + x.index + "." + x.attempt).join("/")}`).join(" ").slice(0, 1500));
    } catch (e) { o(String(e)); }
    writeFileSync(`/tmp/breaker4/dump-${seed}.log`, out.join("\n"));
  }
}, 200_000);
