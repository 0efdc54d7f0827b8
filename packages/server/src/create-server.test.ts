import { describe, expect, it } from "vitest";
import { createServer } from "./create-server.ts";
import { rawRequest } from "./testing/raw-request.ts";
import { servedScripted } from "./testing/served-scripted.ts";

describe("a server", () => {
  it("listens, is alive, speaks and closes", async () => {
    const { tts } = servedScripted();
    await using server = await createServer(tts);
    const { url } = await server.listen();
    const live = await fetch(`${url}/health/live`);
    expect([live.status, await live.json()]).toEqual([200, { status: "live" }]);
    expect(live.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
    const answer = await fetch(`${url}/v1/audio/speech`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ model: "tts-1", input: "Hello, world.", voice: "alloy", response_format: "pcm" }) });
    expect(answer.status).toBe(200);
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(1_000);
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
    expect((await fetch(`${url}/health/live`, { method: "POST" })).status).toBe(405);
  });

  it.each(["127.0.0.1", "127.0.0.2", "localhost"])("listening on %s, answers at the address that it tells, and to no other name", async (host) => {
    await using server = await createServer(servedScripted().tts);
    const { url, port } = await server.listen({ host });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect((await fetch(`${url}/v1/models`)).status).toBe(200);
    for (const name of ["evil.example", "127.0.0.3", "localhost.evil.example"]) expect(await rawRequest(url, `GET /health/live HTTP/1.1\r\nHost: ${name}:${port}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
  });

  it("takes a name that looks like an address of this machine for a name", async () => {
    await using server = await createServer(servedScripted().tts);
    await expect(server.listen({ host: "127.example" })).rejects.toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining("without keys") as string });
  });
});
