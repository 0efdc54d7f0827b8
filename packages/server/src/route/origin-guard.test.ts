import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { startServer } from "../testing/start-server.ts";
import { createOriginGuard } from "./origin-guard.ts";

const origin = "https://app.example.org";
const usual = "authorization, content-type, xi-api-key";

/** Asks as a browser does before the request itself. */
async function preflight(url: string, names: string | undefined, from = origin): Promise<Response> {
  return await fetch(`${url}/v1/audio/speech`, { method: "OPTIONS", headers: { origin: from, "access-control-request-method": "POST", ...(names !== undefined && { "access-control-request-headers": names }) } });
}

/** Whether a browser would send a request with such headers after that answer. */
function lets(answer: Response, names: readonly string[]): boolean {
  const granted = (answer.headers.get("access-control-allow-headers") ?? "").toLowerCase().split(",").map((name) => name.trim());
  return answer.status === 204 && answer.headers.get("access-control-allow-origin") === origin && names.every((name) => granted.includes(name));
}

/** The headers that the `openai` package sets, in a browser too. */
async function headersOfOpenAI(url: string): Promise<readonly string[]> {
  const sent = new Set<string>();
  const client = new OpenAI({
    apiKey: "any",
    baseURL: `${url}/v1`,
    dangerouslyAllowBrowser: true,
    maxRetries: 0,
    fetch: async (input, init) => {
      for (const [name] of new Headers(init?.headers)) sent.add(name);
      return await fetch(input, init);
    },
  });
  const spoken = await client.audio.speech.create({ model: "tts-1", voice: "alloy", input: "Hello.", response_format: "pcm" }, { idempotencyKey: "once" });
  await spoken.arrayBuffer();
  // Browsers let every page send `accept`, and none `content-length` and `host`.
  return [...sent].filter((name) => !["accept", "content-length", "host"].includes(name)).sort();
}

describe("what a browser asks before a request", () => {
  it("is granted to the openai package, from a page that may use the server", async () => {
    await using started = await startServer({ origins: [origin] });
    const names = await headersOfOpenAI(started.url);
    expect(names.filter((name) => name.startsWith("x-stainless-")).length).toBeGreaterThanOrEqual(7);
    expect(names).toContain("authorization");
    const answer = await preflight(started.url, names.join(","));
    expect(lets(answer, names)).toBe(true);
    expect([answer.headers.get("vary"), answer.headers.get("access-control-allow-methods"), answer.headers.get("access-control-allow-credentials")]).toEqual(["Origin, Access-Control-Request-Headers", "GET, POST", null]);
    for (const name of ["idempotency-key", "last-event-id", "cache-control", "traceparent"]) expect([name, lets(await preflight(started.url, `Authorization, ${name}`), ["authorization", name])]).toEqual([name, true]);
  });

  it("is refused to other pages, whatever they ask for", async () => {
    await using started = await startServer({ origins: [origin] });
    for (const names of [undefined, "authorization", "x-stainless-lang"]) {
      const answer = await preflight(started.url, names, "https://evil.example");
      expect([answer.status, answer.headers.get("access-control-allow-origin"), answer.headers.get("access-control-allow-headers")]).toEqual([403, null, null]);
    }
    // The server's own page never asks; it is told what it was told before.
    const own = await preflight(started.url, "x-stainless-lang", started.url);
    expect([own.status, own.headers.get("access-control-allow-origin"), own.headers.get("access-control-allow-headers")]).toEqual([204, null, usual]);
  });

  it.each([undefined, "", ",", "*", "authorization, *", "a b", "a:b", "a\nset-cookie", "\u00e4", "a;b", "x".repeat(129), Array.from({ length: 65 }, (_, index) => `x-${index}`).join(","), `x,${" ".repeat(4_096)}y`])("is answered with the usual names where %j is asked for", (requested) => {
    const answer = createOriginGuard([origin]).preflight({ origin, host: "speech.example.org", isSecure: true, requested });
    expect([answer["access-control-allow-origin"], answer["access-control-allow-headers"]]).toEqual([origin, usual]);
  });

  it("grants each name once, in lower case", () => {
    const answer = createOriginGuard([origin]).preflight({ origin, host: "speech.example.org", isSecure: true, requested: "X-A,x-b, x-a" });
    expect(answer["access-control-allow-headers"]).toBe("x-a, x-b");
  });
});
