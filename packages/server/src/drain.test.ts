import { numberedText } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { codeOf, startServer } from "./testing/start-server.ts";

/** Speech of some seconds that comes at ten times the speed of speaking. */
const slow = { realTimeFactor: 0.1, chunkMs: 20 } as const;
const text = numberedText({ words: 40 });

describe("a drain", () => {
  it("hears out those who listen, and takes nobody new", async () => {
    await using started = await startServer({}, slow);
    const { server, url } = started;
    const whole = await (await started.speak({ input: text })).arrayBuffer();

    const answers = await Promise.all([1, 2, 3].map(() => started.speak({ input: text })));
    const drained = server.drain();
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
    for (const answer of answers) expect((await answer.arrayBuffer()).byteLength).toBe(whole.byteLength);
    await drained;
    await expect(server.listen()).rejects.toMatchObject({ code: "INVALID_CONFIG" });
    expect(started.records.map((record) => record.event)).toContain("draining");
  });

  it("says so on connections that are open, and on an app that is mounted elsewhere", async () => {
    await using started = await startServer();
    const { app } = started.server;
    expect((await app.request("http://localhost/health/ready")).status).toBe(200);
    await started.server.drain();
    const ready = await app.request("http://localhost/health/ready");
    expect([ready.status, ready.headers.get("connection"), await codeOf(ready)]).toEqual([503, "close", "draining"]);
    expect((await app.request("http://localhost/health/live")).status).toBe(200);
    const speech = await app.request("http://localhost/v1/audio/speech", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ input: "Hello." }) });
    expect([speech.status, await codeOf(speech), speech.headers.get("retry-after")]).toEqual([503, "draining", "1"]);
  });

  it("ends what is left when the grace is over, so that its client can see it", async () => {
    await using started = await startServer({}, { realTimeFactor: 20, chunkMs: 20 });
    const answer = await started.speak({ input: text });
    const body = answer.arrayBuffer();
    const broken = expect(body).rejects.toThrow();
    // The second call is shorter, and counts.
    const drained = [started.server.drain(), started.server.drain({ graceMs: 20 })];
    await Promise.all(drained);
    await broken;
    expect(started.engine.activeRequests).toBe(0);
    expect(started.records.filter((record) => record.event === "speech")).toEqual([expect.objectContaining({ outcome: "shutdown" })]);
  });

  it.each([Number.NaN, -1])("refuses a grace of %s, and goes on as before", async (graceMs) => {
    await using started = await startServer();
    await expect(started.server.drain({ graceMs })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect((await started.speak({ input: text })).status).toBe(200);
  });

  it("is not needed to close: that ends everything, twice without harm", async () => {
    const started = await startServer({}, { realTimeFactor: 20, chunkMs: 20 });
    const broken = expect((await started.speak({ input: text })).arrayBuffer()).rejects.toThrow();
    const closing = [started.server.close(), started.server.close()];
    await broken;
    await Promise.all(closing);
    await started.server.drain();
    await started.server.close();
    expect(started.engine.activeRequests).toBe(0);
  });
});
