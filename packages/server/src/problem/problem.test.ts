import { TTSError } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { Problem, problemBody, problemHeaders, problemOf } from "./problem.ts";

describe("problems", () => {
  it("have the status of what went wrong, and to whom", () => {
    const statuses = (["INVALID_INPUT", "VOICE_NOT_FOUND", "TEXT_TOO_LONG", "AUTHENTICATION", "RATE_LIMITED", "TIMEOUT", "INTERNAL"] as const).map((code) => problemOf(new TTSError(code, "m")).status);
    expect(statuses).toEqual([400, 404, 413, 502, 503, 504, 500]);
  });

  it("keep what is no error of ours to themselves", () => {
    const problem = problemOf(new Error("canary"));
    expect(problem.status).toBe(500);
    expect(JSON.stringify(problemBody(problem))).not.toContain("canary");
  });

  it("are told as OpenAI's clients read them", () => {
    const problem = new Problem(429, "too_many_concurrent_requests", "Too many.", { retryAfterMs: 1_200, headers: { "maximum-concurrent-requests": "2" } });
    expect(problemOf(problem)).toBe(problem);
    expect(problemBody(problem)).toEqual({ error: { message: "Too many.", type: "rate_limit_error", param: null, code: "too_many_concurrent_requests" } });
    expect(problemHeaders(problem)).toEqual({ "retry-after": "2", "maximum-concurrent-requests": "2" });
  });
});
