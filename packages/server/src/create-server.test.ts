import { describe, expect, it } from "vitest";
import { createServer } from "./create-server.ts";
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
});
