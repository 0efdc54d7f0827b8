import type { StreamReport, Warning } from "@parlando/core";
import { expect, it } from "vitest";
import { createFailoverWarnings } from "./failover-warnings.ts";

it("tells each failover once", () => {
  const told: Warning[] = [];
  const look = createFailoverWarnings((warning) => void told.push(warning));
  const failover = (from: string, to: string): StreamReport["failovers"][number] => ({ segment: 0, from, to, code: "SERVICE", basis: "marks" });
  const report = (...failovers: StreamReport["failovers"]): StreamReport => ({ failovers }) as unknown as StreamReport;
  look(report());
  look(report(failover("one", "two")));
  look(report(failover("one", "two")));
  look(report(failover("one", "two"), failover("two", "three")));
  expect(told.map(({ engine, message }) => [engine, message])).toEqual([
    ["one", 'The engine "one" failed (SERVICE); "two" goes on where it stopped.'],
    ["two", 'The engine "two" failed (SERVICE); "three" goes on where it stopped.'],
  ]);
});
