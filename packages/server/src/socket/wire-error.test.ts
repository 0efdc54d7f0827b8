import { TTSError } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { Problem } from "../problem/problem.ts";
import { wireErrorOf } from "./wire-error.ts";

describe("an error on the wire", () => {
  it("is that of an engine, with all that a client can use", () => {
    const error = new TTSError("RATE_LIMITED", "Too often.", { engine: "azure", requestId: "7", retryAfterMs: 500 });
    expect(wireErrorOf(error)).toEqual({ code: "RATE_LIMITED", message: "Too often.", retryable: true, retryAfterMs: 500, engine: "azure", requestId: "7" });
  });

  it("is what it is really about, where a stream only says that it was ended", () => {
    expect(wireErrorOf(new TTSError("ABORTED", "Aborted.", { cause: new TTSError("TIMEOUT", "Too long.") }))).toMatchObject({ code: "TIMEOUT" });
  });

  it.each([
    [new Problem(429, "too_many_concurrent_requests", "Full.", { retryAfterMs: 1_000 }), { code: "CONCURRENCY_LIMIT", retryable: true, retryAfterMs: 1_000 }],
    [new Problem(503, "system_busy", "Full."), { code: "CONCURRENCY_LIMIT", retryable: true }],
    [new Problem(503, "draining", "Down."), { code: "SERVICE", retryable: true }],
    [new Problem(429, "rate_limited", "Slowly."), { code: "RATE_LIMITED", retryable: true }],
    [new Problem(404, "model_not_found", "None."), { code: "INVALID_INPUT", retryable: false }],
    [new Problem(500, "internal", "Oh."), { code: "SERVICE", retryable: false }],
    [new Problem(404, "voice_not_found", "None.", { cause: new TTSError("VOICE_NOT_FOUND", "No such voice.") }), { code: "VOICE_NOT_FOUND", message: "No such voice." }],
  ])("has a code for a refusal: %s", (problem, expected) => {
    expect(wireErrorOf(problem)).toMatchObject(expected);
  });

  it("says nothing of what is no error of ours", () => {
    expect(JSON.stringify(wireErrorOf(new TypeError("secret")))).not.toContain("secret");
    expect(JSON.stringify(wireErrorOf("secret"))).not.toContain("secret");
  });

  it("is short, whatever a provider has answered", () => {
    expect(wireErrorOf(new TTSError("SERVICE", "x".repeat(100_000))).message.length).toBeLessThan(5_000);
  });
});
