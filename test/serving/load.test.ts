// A short run of what `parlando-load` does for an hour: listeners who come and go, and listeners who stand still. How fast a server is, the benches tell; here nothing may be wrong, and nothing left.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { measureChurn, measureStalled } from "../../bench/lib/run-load.mjs";

const isBuilt = ["server", "parlando"].every((name) => existsSync(fileURLToPath(new URL(`../../packages/${name}/dist/index.js`, import.meta.url))));
/** `SERVING_CHURN_MINUTES=60` makes it as long as it is meant to be once in a while. */
const MINUTES = Number(process.env["SERVING_CHURN_MINUTES"] ?? 0.2);
const MEGABYTES = MINUTES < 5 ? 12 : MINUTES / 10 + 6;

describe.skipIf(!isBuilt)("a server process (skipped where the packages are not built: npm run build)", () => {
  it("serves listeners who come and go: no sample wrong, no connection kept, no memory", { timeout: 120_000 + 180_000 * MINUTES }, async () => {
    const result = await measureChurn({ lane: "parlando", streams: 20, seconds: 2, minutes: MINUTES, everyMs: 2_000, pace: { startMs: 50, rtf: 0.5, blockMs: 100 } });
    expect(result).toMatchObject({ wrongSamples: 0, lostSamples: 0 });
    expect(result.ends.broken + result.ends.refused).toBe(0);
    expect(result.ends.complete).toBeGreaterThan(0);
    expect(result.ends.left).toBeGreaterThan(0);
    const [first] = result.looks;
    const last = result.looks.at(-1);
    expect((last?.heapMegabytes ?? 0) - (first?.heapMegabytes ?? 0)).toBeLessThan(MEGABYTES);
    expect(result.idleFds).toBeLessThanOrEqual(Math.min(...result.looks.map(({ fds, active }) => fds - active)) + 2);
  });

  it("holds less than 200 kB for a listener who stands still", { timeout: 120_000 }, async () => {
    const { took, kilobytesEach } = await measureStalled({ lane: "parlando", listeners: 60, highWaterMs: 1_000 });
    expect(took).toBe(60);
    expect(kilobytesEach).toBeLessThan(200);
  });
});
