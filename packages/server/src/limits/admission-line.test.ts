import { TTSError } from "@parlando/engine";
import { createFakeClock } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import type { Caller } from "../access/caller.ts";
import { createAdmission } from "./admission-line.ts";
import type { Admission } from "./admission.ts";
import { createRateLimit } from "./token-bucket.ts";

const caller = (id: string): Caller => ({ kind: "key", id });
const never = new AbortController().signal;
const make = (limits: Partial<Parameters<typeof createAdmission>[0]["limits"]>, clock = createFakeClock()): Admission =>
  createAdmission({ limits: { concurrency: 2, concurrencyPerCaller: 2, waiting: 0, waitMs: 1_000, ...limits }, clock });

describe("admission", () => {
  it("refuses who has all of his, and everybody when all are taken", async () => {
    const admission = make({ concurrencyPerCaller: 1 });
    const first = await admission.enter(caller("a"), never);
    await expect(admission.enter(caller("a"), never)).rejects.toMatchObject({ status: 429, code: "too_many_concurrent_requests", headers: { "current-concurrent-requests": "1", "maximum-concurrent-requests": "1" } });
    await admission.enter(caller("b"), never);
    await expect(admission.enter(caller("c"), never)).rejects.toMatchObject({ status: 503, code: "system_busy", retryAfterMs: 1_000 });
    first.release();
    first.release();
    expect(admission.running).toBe(1);
    await admission.enter(caller("a"), never);
    expect(admission.running).toBe(2);
  });

  it("lets wait in order, as many as may, and not for ever", async () => {
    const clock = createFakeClock();
    const admission = make({ concurrency: 1, concurrencyPerCaller: 9, waiting: 2 }, clock);
    const first = await admission.enter(caller("a"), never);
    const order: string[] = [];
    const second = admission.enter(caller("b"), never).then((slot) => (order.push("b"), slot));
    const third = admission.enter(caller("c"), never);
    const expired = expect(third).rejects.toMatchObject({ status: 503, code: "system_busy" });
    expect(admission.waiting).toBe(2);
    await expect(admission.enter(caller("d"), never)).rejects.toMatchObject({ code: "system_busy" });
    first.release();
    await second;
    expect([order, admission.running, admission.waiting]).toEqual([["b"], 1, 1]);
    await clock.advance(1_000);
    await expired;
    expect(admission.waiting).toBe(0);
  });

  it("forgets who goes while he waits, and refuses all when it drains", async () => {
    const admission = make({ concurrency: 1, waiting: 5 });
    const first = await admission.enter(caller("a"), never);
    const going = new AbortController();
    const gone = expect(admission.enter(caller("b"), going.signal)).rejects.toMatchObject({ code: "ABORTED" });
    going.abort(new TTSError("ABORTED", "The client has hung up."));
    await gone;
    const refused = expect(admission.enter(caller("b"), never)).rejects.toMatchObject({ status: 503, code: "draining" });
    let isDrained = false;
    const drained = admission.drain().then(() => (isDrained = true));
    await refused;
    await expect(admission.enter(caller("c"), never)).rejects.toMatchObject({ code: "draining" });
    expect([isDrained, admission.running]).toEqual([false, 1]);
    first.release();
    await drained;
  });
});

describe("a rate", () => {
  it("is what was saved up, filled with time, for each caller", async () => {
    const clock = createFakeClock();
    const rate = createRateLimit({ perMinute: 60, burst: 2 }, clock);
    rate.take("a");
    rate.take("a");
    expect(() => rate.take("a")).toThrow(expect.objectContaining({ status: 429, code: "rate_limited", retryAfterMs: 1_000 }));
    rate.take("b");
    await clock.advance(1_000);
    rate.take("a");
    expect(() => rate.take("a")).toThrow("60 times a minute");
  });
});
