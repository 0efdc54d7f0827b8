import { it } from "vitest";
import { faultPlace } from "./faults.test-helper.ts";
import { lanes } from "./lanes.test-helper.ts";
import { areConnectionsGone, cellTimes, speakThrough } from "./run-cell.test-helper.ts";
import { inspect } from "node:util";
it("x", { timeout: 200_000 }, async () => {
  const lane = lanes.find((l) => l.name === (process.env["L"] ?? "Polly"))!;
  const place = faultPlace(lane, "once");
  const soon = { "retry-after": "0" };
  const all: Record<string, unknown> = { none: undefined, s400: { kind: "status", status: 400, body: "{}" }, s500: { kind: "status", status: 500, headers: soon }, s429: { kind: "status", status: 429, headers: soon }, cut: { kind: "cut", afterBytes: place }, silent: { kind: "no-answer" }, json: { kind: "wrong-body", content: "json" }, malformed: { kind: "malformed", afterBytes: place } };
  for (let i = 0; i < Number(process.env["N"] ?? 20); i += 1) {
    await Promise.all(Object.entries(all).filter(([n]) => !process.env["F"] || process.env["F"].split(",").includes(n)).map(async ([n, fault]) => {
      const open = await lane.open({ key: "k", times: { ...cellTimes, firstMs: 300, idleMs: 300 }, fake: { fault: () => fault as undefined } });
      const end = await speakThrough(lane, open, "Zebrafinch w1 quokkaberry w3 platypusly. Xylophonist w6 narwhalish.");
      if (process.env["CHECK"]) await open.engine.checkCredentials?.(AbortSignal.timeout(2_000)).catch(() => {});
      const printed = process.env["INSPECT"] === "1" ? inspect(end.error, { depth: 12, showHidden: true, getters: true }) + inspect(open.engine, { depth: 12, showHidden: true, getters: true }) : "";
      if (i === 0) console.log(n, String(end.error).slice(0, 100), printed.length, printed.includes("Http2") );
      await open.engine.close(); if (process.env["GONE"]) await areConnectionsGone(open); await open.fake.close();
    }));
  }
});
