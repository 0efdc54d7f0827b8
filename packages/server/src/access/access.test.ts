import { describe, expect, it } from "vitest";
import { createServer } from "../create-server.ts";
import { rawRequest } from "../testing/raw-request.ts";
import { servedScripted } from "../testing/served-scripted.ts";
import { codeOf, startServer } from "../testing/start-server.ts";

const key = "a-key-of-the-first-tenant";
const other = "a-key-of-the-second-tenant";
const bearer = (credential: string): { headers: Record<string, string> } => ({ headers: { authorization: `Bearer ${credential}` } });

async function ticketOf(url: string, credential: string): Promise<string> {
  const answer = await fetch(`${url}/v1/tickets`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${credential}` }, body: "{}" });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const body = (await answer.json()) as { ticket: string; expires_at: number };
  expect(body.expires_at * 1_000).toBeGreaterThan(Date.now() - 2_000);
  return body.ticket;
}

describe("with keys", () => {
  it("speaks for a key in either header, and for nobody else", async () => {
    await using started = await startServer({ keys: [key, other] });
    const { url, speak } = started;
    expect((await speak({}, bearer(key))).status).toBe(200);
    expect((await speak({}, bearer(other))).status).toBe(200);
    expect((await speak({}, { headers: { "xi-api-key": key } })).status).toBe(200);
    for (const headers of [{}, { authorization: "Bearer " }, { authorization: "Bearer" }, { authorization: `Bearer ${key}x` }, { authorization: `Basic ${key}` }, { authorization: `Bearer ${key}`, "xi-api-key": other }, { "xi-api-key": "" }, { authorization: "Bearer pt1.e30.AAAA" }]) {
      const refused = await speak({}, { headers });
      expect([headers, refused.status, refused.headers.get("www-authenticate")]).toEqual([headers, 401, "Bearer"]);
      expect(await codeOf(refused)).toBe("unauthorized");
    }
    expect(await rawRequest(url, `GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer ${key}\r\nAuthorization: Bearer ${key}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 401 /);
  });

  it("takes no credential from an address, where logs would keep it", async () => {
    await using started = await startServer({ keys: [key] });
    for (const name of ["key", "api_key", "XI-API-Key", "access_token", "ticket"]) {
      const refused = await fetch(`${started.url}/v1/models?${name}=${key}`, bearer(key));
      expect([refused.status, await codeOf(refused)]).toEqual([400, "credentials_in_url"]);
    }
  });

  it("hands a ticket to who has a key, for speech and lists only", async () => {
    await using started = await startServer({ keys: [key] });
    const { url, speak } = started;
    const ticket = await ticketOf(url, key);
    expect((await speak({}, bearer(ticket))).status).toBe(200);
    expect((await fetch(`${url}/v1/models`, bearer(ticket))).status).toBe(200);
    const again = await fetch(`${url}/v1/tickets`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${ticket}` }, body: "{}" });
    expect([again.status, await codeOf(again)]).toEqual([403, "key_required"]);
    const without = await fetch(`${url}/v1/tickets`, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
    expect(without.status).toBe(401);
    expect((await speak({}, bearer(`${ticket.slice(0, -2)}xx`))).status).toBe(401);
    expect(JSON.stringify(started.records)).not.toContain(ticket.slice(4, 30));
  });

  it("takes tickets of servers with the same secret, and no others", async () => {
    const ticketSecret = "a secret of more than thirty-two bytes";
    await using one = await startServer({ keys: [key], ticketSecret });
    await using two = await startServer({ keys: [key], ticketSecret });
    await using three = await startServer({ keys: [key] });
    const ticket = await ticketOf(one.url, key);
    expect((await two.speak({}, bearer(ticket))).status).toBe(200);
    expect((await three.speak({}, bearer(ticket))).status).toBe(401);
  });

  it("gives a ticket for no body at all, and for an empty one", async () => {
    await using started = await startServer({ keys: [key] });
    const ask = async (body?: BodyInit, type?: string): Promise<number> => (await fetch(`${started.url}/v1/tickets`, { method: "POST", headers: { authorization: `Bearer ${key}`, ...(type !== undefined && { "content-type": type }) }, ...(body !== undefined && { body }) })).status;
    expect([await ask(), await ask("", "application/json"), await ask("", "application/x-www-form-urlencoded"), await ask("{}", "application/json")]).toEqual([200, 200, 200, 200]);
    expect([await ask("{}", "text/plain"), await ask('{"a":1}', "application/json"), await ask("{", "application/json")]).toEqual([415, 400, 400]);
    const bare = await rawRequest(started.url, `POST /v1/tickets HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer ${key}\r\n\r\n`);
    expect(bare).toMatch(/^HTTP\/1\.1 200 /);
    // Elsewhere a body is needed as ever.
    expect((await fetch(`${started.url}/v1/audio/speech`, { method: "POST", headers: { authorization: `Bearer ${key}` } })).status).toBe(415);
  });

  it("does not look at what comes with a request for what everybody may have", async () => {
    await using started = await startServer({ keys: [key], publicRoutes: ["voices"] });
    // What a proxy with a password of its own passes on.
    for (const path of ["/health/live", "/health/ready", "/openapi.json", "/v1/audio/voices"]) {
      for (const headers of [{ authorization: "Basic dXNlcjpwYXNz" }, { authorization: "Bearer of-somebody-else" }, { authorization: `Bearer ${key}`, "xi-api-key": other }]) expect([path, (await fetch(started.url + path, { headers })).status]).toEqual([path, 200]);
    }
    expect((await fetch(`${started.url}/v1/models`, { headers: { authorization: "Basic dXNlcjpwYXNz" } })).status).toBe(401);
  });

  it("makes routes public by name", async () => {
    await using started = await startServer({ keys: [key], publicRoutes: ["voices"] });
    expect((await fetch(`${started.url}/v1/audio/voices`)).status).toBe(200);
    expect((await fetch(`${started.url}/v1/models`)).status).toBe(401);
    await expect(createServer(servedScripted().tts, { publicRoutes: ["nothing"] })).rejects.toMatchObject({ code: "INVALID_CONFIG" });
  });

  it("shows numbers on the machine itself, but to no proxy", async () => {
    await using started = await startServer({ keys: [key] });
    for (const path of ["/stats", "/metrics"]) {
      expect((await fetch(started.url + path)).status).toBe(200);
      expect((await fetch(started.url + path, { headers: { "x-forwarded-for": "203.0.113.9" } })).status).toBe(401);
      expect((await fetch(started.url + path, { headers: { "x-forwarded-for": "203.0.113.9", ...bearer(key).headers } })).status).toBe(200);
    }
  });

  it("counts callers by their keys", async () => {
    await using started = await startServer({ keys: [key, other], limits: { perMinute: 1, burst: 2 } });
    const statuses: number[] = [];
    for (const credential of [key, key, key, other]) statuses.push((await started.speak({}, bearer(credential))).status);
    expect(statuses).toEqual([200, 200, 429, 200]);
    const ticket = await ticketOf(started.url, other);
    // A ticket is counted as the key that it was made with: this is the third of that one.
    const limited = await started.speak({}, bearer(ticket));
    expect([limited.status, await codeOf(limited)]).toEqual([429, "rate_limited"]);
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("never listens to everybody without them, unless told", async () => {
    const { tts } = servedScripted();
    await using open = await createServer(tts);
    await expect(open.listen({ host: "0.0.0.0" })).rejects.toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining("insecure") });
    await using insecure = await createServer(tts, { insecure: true });
    expect((await insecure.listen({ host: "0.0.0.0" })).port).toBeGreaterThan(0);
    await using keyed = await createServer(tts, { keys: [key] });
    expect((await keyed.listen({ host: "0.0.0.0" })).port).toBeGreaterThan(0);
  });

  it.each([[{ keys: ["short"] }], [{ keys: ["with a space in it"] }], [{ ticketSecret: "too short" }], [{ ticketMs: 5 }], [{ origins: ["*"] }], [{ origins: ["https://a.example/path"] }], [{ limits: { concurrency: 0 } }], [{ limits: { concurency: 1 } }], [{ highWaterMs: -1 }], [{ modelAliases: { a: "b" } }]])("refuses options that cannot be: %j", async (options) => {
    const failed = await createServer(servedScripted().tts, options as object).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: "INVALID_CONFIG" });
    for (const keyOf of (options as { keys?: string[] }).keys ?? []) expect(String(failed)).not.toContain(keyOf);
  });
});

describe("without keys", () => {
  it("speaks for everybody, whatever he sends", async () => {
    await using started = await startServer();
    for (const headers of [{}, { authorization: "Bearer " }, { authorization: "Bearer something" }]) expect((await started.speak({}, { headers })).status).toBe(200);
  });

  it("looks at no credential, on no route", async () => {
    await using started = await startServer();
    const { url, speak } = started;
    for (const headers of [{ authorization: "Basic dXNlcjpwYXNz" }, { authorization: "Digest username=a" }, { authorization: "Bearer a", "xi-api-key": "b" }] as Record<string, string>[]) {
      const answer = await speak({}, { headers });
      await answer.arrayBuffer();
      const ofTickets = await fetch(`${url}/v1/tickets`, { method: "POST", headers });
      expect([answer.status, (await fetch(`${url}/v1/models`, { headers })).status, (await fetch(`${url}/metrics`, { headers })).status, ofTickets.status]).toEqual([200, 200, 200, 200]);
    }
  });
});

describe("names of the server, and pages elsewhere", () => {
  const get = (url: string, headers: Record<string, string>): Promise<string> =>
    rawRequest(url, `GET /v1/models HTTP/1.1\r\nConnection: close\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`);

  it("is reached on loopback by its own names only, and those that it was given", async () => {
    await using started = await startServer();
    expect(await get(started.url, { Host: "127.0.0.1:1234" })).toMatch(/^HTTP\/1\.1 200 /);
    expect(await get(started.url, { Host: "LOCALHOST" })).toMatch(/^HTTP\/1\.1 200 /);
    expect(await get(started.url, { Host: "evil.example" })).toMatch(/^HTTP\/1\.1 403 /);
    await using named = await startServer({ hosts: ["speech.example"] });
    expect(await get(named.url, { Host: "speech.example" })).toMatch(/^HTTP\/1\.1 200 /);
    expect(await get(named.url, { Host: "localhost" })).toMatch(/^HTTP\/1\.1 200 /);
    expect(await get(named.url, { Host: "evil.example" })).toMatch(/^HTTP\/1\.1 403 /);
  });

  it("answers pages of its own, and those that are allowed", async () => {
    await using started = await startServer({ origins: ["https://app.example"] });
    const { url, speak } = started;
    expect((await speak({}, { headers: { origin: url } })).status).toBe(200);
    const allowed = await speak({}, { headers: { origin: "https://app.example" } });
    expect([allowed.status, allowed.headers.get("access-control-allow-origin"), allowed.headers.get("vary")]).toEqual([200, "https://app.example", "origin"]);
    expect(allowed.headers.get("access-control-allow-credentials")).toBeNull();
    for (const origin of ["https://evil.example", "null", "https://app.example.evil.example", "http://app.example"]) {
      const refused = await speak({}, { headers: { origin } });
      expect([origin, refused.status, await codeOf(refused), refused.headers.get("access-control-allow-origin")]).toEqual([origin, 403, "origin_not_allowed", null]);
    }
    const preflight = (origin: string): Promise<Response> => fetch(`${url}/v1/audio/speech`, { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } });
    expect([(await preflight("https://app.example")).status, (await preflight("https://evil.example")).status]).toEqual([204, 403]);
    expect((await fetch(`${url}/health/live`, { headers: { origin: "https://evil.example" } })).headers.get("access-control-allow-origin")).toBeNull();
  });
});
