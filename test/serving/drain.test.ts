// A real server process under load gets SIGTERM: nothing that speaks is lost or shortened, nothing new is taken, and it ends by itself.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { listen } from "../../bench/lib/listener.mjs";
import { startServer, type ServedProcess } from "../../bench/lib/served.mjs";
import { createNoiseEngine } from "./noise-engine.test-helper.ts";
import { ask, closeAll, readAll, serve, speechBody, until } from "./serve.test-helper.ts";

const isBuilt = existsSync(fileURLToPath(new URL("../../packages/server/dist/index.js", import.meta.url)));
const LISTENERS = 40;

let running: ServedProcess | undefined;
afterEach(async () => {
  running?.child.kill("SIGKILL");
  running = undefined;
  await closeAll();
});

describe.skipIf(!isBuilt)("a server process (skipped where @parlando/server is not built: npm run build)", () => {
  it("ends on SIGTERM without a lost or shortened stream", { timeout: 120_000 }, async () => {
    const server = await startServer({ lane: "parlando", pace: { startMs: 50, rtf: 0.5, blockMs: 100 } });
    running = server;
    const listening = Array.from({ length: LISTENERS }, (_, index) => listen({ port: server.port, seed: index % 16, durationMs: 6_000 }));
    await until(async () => (await server.ask("look")).active === LISTENERS, "all of them listen");
    const ended = server.stop();
    const late = await Promise.all(Array.from({ length: 5 }, (_, index) => listen({ port: server.port, seed: index, durationMs: 500 })));
    const heard = await Promise.all(listening);
    expect(heard.filter(({ end, wrongBytes, lostBytes }) => end !== "complete" || wrongBytes + lostBytes !== 0)).toEqual([]);
    // One that comes late is refused, or still served: never shortened.
    expect(late.filter(({ end, lostBytes }) => end === "complete" && lostBytes > 0)).toEqual([]);
    expect(await ended).toBe(0);
  });

  it("breaks off visibly what has not ended after its grace", { timeout: 120_000 }, async () => {
    const server = await startServer({ lane: "parlando", pace: { startMs: 50, rtf: 1, blockMs: 100 }, graceMs: 500 });
    running = server;
    const listening = listen({ port: server.port, seed: 1, durationMs: 60_000 });
    await until(async () => (await server.ask("look")).active === 1, "it listens");
    expect(await server.stop()).toBe(0);
    const { end, wrongBytes } = await listening;
    expect({ end, wrongBytes }).toEqual({ end: "broken", wrongBytes: 0 });
  });
});

describe("a server that drains", () => {
  it("is not ready at once, and refuses what comes on connections that are open", async () => {
    const engine = createNoiseEngine({ holdAfterMs: 500 });
    const { server, url, port } = await serve({ engine });
    const { answer } = ask(port, { body: speechBody() });
    const response = await answer;
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    const drained = server.drain({ graceMs: 30_000 });
    // The connection that asks was there before: a new one may be refused by the system.
    const ready = await fetch(`${url}/health/ready`).then(({ status }) => status, () => "refused");
    expect([503, "refused"]).toContain(ready);
    engine.release();
    const { bytes, isComplete } = await readAll(response);
    expect({ length: bytes.length, isComplete }).toEqual({ length: 96_000, isComplete: true });
    await drained;
  });
});
