import { TTSError } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { Circuit } from "./circuit.ts";
import { Plausibility } from "./plausibility.ts";
import { ProviderLimit } from "./provider-limit.ts";
import { mayFailOver, pauseBeforeRetry } from "./retry-rules.ts";
import { limitsOf } from "./time-limits.ts";

const failure = (code: TTSError["code"], options?: ConstructorParameters<typeof TTSError>[2]): TTSError => new TTSError(code, "It failed.", options);

describe("Circuit", () => {
  it("rests longer after each failed probe, lets one probe through, and closes when it is spoken", () => {
    const circuit = new Circuit();
    expect(circuit.allows(0)).toBe(true);
    circuit.begin();
    circuit.failed(failure("SERVICE"), 0);
    expect([circuit.allows(4_999), circuit.allows(5_000)]).toEqual([false, true]);
    circuit.begin();
    expect(circuit.allows(6_000)).toBe(false);
    circuit.failed(failure("SERVICE"), 6_000);
    expect([circuit.allows(15_999), circuit.allows(16_000)]).toEqual([false, true]);
    circuit.begin();
    circuit.succeeded();
    expect(circuit.allows(16_001)).toBe(true);
    circuit.failed(failure("SERVICE"), 20_000);
    expect(circuit.allows(25_000)).toBe(true);
  });

  it("rests longer for what lasts, as long as the provider asks, never beyond five minutes, and not for what it was asked", () => {
    const keys = new Circuit();
    keys.failed(failure("AUTHENTICATION"), 0);
    expect(keys.openUntilMs).toBe(60_000);
    const asked = new Circuit();
    asked.failed(failure("RATE_LIMITED", { retryAfterMs: 200_000 }), 0);
    expect(asked.openUntilMs).toBe(200_000);
    const absurd = new Circuit();
    absurd.failed(failure("RATE_LIMITED", { retryAfterMs: Infinity }), 0);
    expect(absurd.openUntilMs).toBe(5_000);
    const always = new Circuit();
    for (let count = 0; count < 20; count += 1) always.failed(failure("CONNECTION"), Math.max(0, always.openUntilMs));
    const beforeMs = always.openUntilMs;
    always.failed(failure("CONNECTION"), beforeMs);
    expect(always.openUntilMs - beforeMs).toBe(300_000);
    // What was under way when it began to rest tells nothing new.
    always.failed(failure("CONNECTION"), beforeMs + 1);
    expect(always.openUntilMs - beforeMs).toBe(300_000);
    const innocent = new Circuit();
    innocent.failed(failure("INVALID_INPUT"), 0);
    expect(innocent.allows(0)).toBe(true);
  });
});

describe("ProviderLimit", () => {
  it("pauses for as long as the provider says, and refuses to wait longer than anybody would", () => {
    const limit = new ProviderLimit();
    expect(limit.pauseMs(0)).toBe(0);
    limit.failed(failure("RATE_LIMITED", { retryAfterMs: 3_000, engine: "acme" }), { concurrency: 4, running: 4, nowMs: 1_000 });
    expect(limit.pauseMs(2_000)).toBe(2_000);
    expect(limit.pauseMs(4_000)).toBe(0);
    limit.failed(failure("RATE_LIMITED", { retryAfterMs: 60_000, engine: "acme" }), { concurrency: 4, running: 4, nowMs: 5_000 });
    expect(() => limit.pauseMs(6_000)).toThrow(expect.objectContaining({ code: "RATE_LIMITED", retryAfterMs: 59_000, engine: "acme" }));
  });

  it("sends fewer at once after a refusal for that, and one more after ten that ended well", () => {
    const limit = new ProviderLimit();
    expect(limit.failed(failure("CONCURRENCY_LIMIT"), { concurrency: 4, running: 3, nowMs: 0 })).toBe(2);
    expect(limit.failed(failure("CONCURRENCY_LIMIT"), { concurrency: 1, running: 1, nowMs: 0 })).toBe(1);
    expect(limit.failed(failure("QUOTA_EXCEEDED"), { concurrency: 4, running: 4, nowMs: 0 })).toBe(4);
    const after = Array.from({ length: 10 }, () => limit.succeeded(2, 4));
    expect(after).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 3]);
    expect(limit.succeeded(4, 4)).toBe(4);
  });
});

describe("retries", () => {
  it("are few, with full jitter, or when the provider says; a slot is waited for longer", () => {
    const pauses = Array.from({ length: 200 }, () => pauseBeforeRetry({ error: failure("SERVICE"), tries: 1, hasNext: false }) ?? Infinity);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(500);
    expect(Math.min(...pauses)).toBeLessThan(100);
    expect(pauseBeforeRetry({ error: failure("SERVICE"), tries: 3, hasNext: false })).toBeUndefined();
    expect(pauseBeforeRetry({ error: failure("SERVICE"), tries: 1, hasNext: true })).toBeDefined();
    expect(pauseBeforeRetry({ error: failure("SERVICE"), tries: 2, hasNext: true })).toBeUndefined();
    expect(pauseBeforeRetry({ error: failure("CONCURRENCY_LIMIT"), tries: 5, hasNext: false })).toBeDefined();
    expect(pauseBeforeRetry({ error: failure("RATE_LIMITED", { retryAfterMs: 1_234 }), tries: 1, hasNext: false })).toBe(1_234);
    expect(pauseBeforeRetry({ error: failure("RATE_LIMITED", { retryAfterMs: 11_000 }), tries: 1, hasNext: false })).toBeUndefined();
    expect(pauseBeforeRetry({ error: failure("QUOTA_EXCEEDED"), tries: 1, hasNext: false })).toBeUndefined();
  });

  it("are not tried elsewhere where any engine would refuse", () => {
    expect([failure("INVALID_INPUT"), failure("ABORTED")].map(mayFailOver)).toEqual([false, false]);
    expect([failure("QUOTA_EXCEEDED"), failure("TRUNCATED")].map(mayFailOver)).toEqual([true, true]);
  });
});

describe("Plausibility", () => {
  const spoken = (audioMs: number, expectedMs = 4_000, rate = 1) => ({ audioMs, expectedMs, characters: Math.round(expectedMs / 66.7), rate });

  it("judges mildly what it does not know, and by the voice's own pace what it knows", () => {
    const voice = new Plausibility();
    expect([voice.judge(spoken(2_600)), voice.judge(spoken(1_500)), voice.judge(spoken(9_000)), voice.judge(spoken(100, 900))]).toEqual([undefined, "short", "long", undefined]);
    for (let count = 0; count < 4; count += 1) expect(voice.judge(spoken(5_200))).toBeUndefined();
    expect(voice.judge(spoken(5_200 / 1.9))).toBe("short");
    expect(voice.judge(spoken(5_200 * 2))).toBe("long");
    expect(voice.judge(spoken(2_600, 4_000, 2))).toBeUndefined();
  });
});

describe("limitsOf", () => {
  it("gives an engine that answers whole the time that its calls take", () => {
    const limits = { firstAudioMs: 30_000, betweenMs: 15_000 };
    const cost = { startMs: 1_000, startMsHigh: 2_000, perCharacterMs: 50 };
    expect(limitsOf(limits, { characters: 600, cost, output: "streaming" })).toEqual(limits);
    expect(limitsOf(limits, { characters: 600, cost, output: "whole" })).toEqual({ firstAudioMs: 192_000, betweenMs: 15_000 });
    expect(limitsOf(limits, { characters: 10, cost, output: "whole" })).toEqual(limits);
  });
});
