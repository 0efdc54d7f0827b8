import type { StreamReport, Warning } from "@parlando/core";

/** Tells each failover of a stream once, as a warning: a client far away has no other way to know who speaks. To be called with every report. */
export function createFailoverWarnings(onWarning: (warning: Warning) => void): (report: StreamReport) => void {
  let told = 0;
  return ({ failovers }) => {
    for (const { from, to, code } of failovers.slice(told)) onWarning({ code: "FAILOVER", message: `The engine "${from}" failed (${code}); "${to}" goes on where it stopped.`, engine: from });
    told = failovers.length;
  };
}
