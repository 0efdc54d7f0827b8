// nginx and HAProxy before our server, with the very settings of docs/guide/proxies.md.

import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createNoise } from "../../bench/lib/noise.mjs";
import { createNoiseEngine, type NoiseEngine } from "./noise-engine.test-helper.ts";
import { hasProxy, startProxy, type ProxyName, type RunningProxy } from "./proxied.test-helper.ts";
import { ask, closeAll, hear, readAll, serve, speechBody, until, untilStill } from "./serve.test-helper.ts";

/** Of ten minutes, 28.8 MB: nginx with its own settings takes all of it. Two connections and the proxy's buffers hold less. */
const MOST_HELD_BYTES = 20_000_000;

let proxy: RunningProxy | undefined;
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
  await closeAll();
});

async function open(name: ProxyName, engine: NoiseEngine, keys?: readonly string[]): Promise<number> {
  const { port } = await serve({ engine, limits: { stallMs: 60_000 }, keys });
  proxy = await startProxy(name, { serverPort: port });
  // HAProxy asks the server first whether it is ready.
  const through = proxy.port;
  await until(async () => (await fetch(`http://127.0.0.1:${through}/health/live`)).status === 200, "the proxy has found the server");
  return through;
}

for (const name of ["nginx", "haproxy"] as const) {
  describe.skipIf(!hasProxy(name))(`behind ${name} (skipped where it is not installed: apt-get install ${name})`, { timeout: 60_000 }, () => {
    it("the first audio comes while the engine is still at the second", async () => {
      const engine = createNoiseEngine({ holdAfterMs: 100 });
      const port = await open(name, engine);
      const response = await ask(port, { body: speechBody() }).answer;
      const heard = hear(response);
      expect((await heard.first).length).toBeGreaterThan(0);
      expect(engine.madeBytes).toBe(4_800);
      engine.release();
      const { bytes, isComplete } = await heard.all;
      expect(isComplete).toBe(true);
      expect(bytes.equals(createNoise(1, 96_000).read(0, 96_000))).toBe(true);
    });

    it("events come one by one", async () => {
      const engine = createNoiseEngine({ holdAfterMs: 500 });
      const port = await open(name, engine);
      const response = await ask(port, { body: speechBody({ stream_format: "sse" }) }).answer;
      const heard = hear(response);
      expect((await heard.first).toString("utf8")).toContain("speech.audio.delta");
      expect(engine.madeBytes).toBe(24_000);
      engine.release();
      const { bytes, isComplete } = await heard.all;
      expect(isComplete).toBe(true);
      expect(bytes.toString("utf8")).toContain("speech.audio.done");
    });

    it("a listener who stands still holds the engine back", async () => {
      const engine = createNoiseEngine();
      const port = await open(name, engine);
      const { asked, answer } = ask(port, { body: speechBody({ durationMs: 600_000 }) });
      const response = await answer;
      response.on("error", () => undefined);
      expect(await untilStill(() => engine.madeBytes, 1_000)).toBeLessThan(MOST_HELD_BYTES);
      asked.destroy();
      await until(() => engine.active === 0, "the engine is free");
    });

    it.each([["before any audio", 0], ["in the middle", 500]])("a listener who hangs up %s frees the engine", async (_, holdAfterMs) => {
      const engine = createNoiseEngine({ holdAfterMs });
      const port = await open(name, engine);
      const { asked, answer } = ask(port, { body: speechBody() });
      asked.on("error", () => undefined);
      if (holdAfterMs > 0) (await answer).on("error", () => undefined).resume();
      await until(() => engine.active === 1, "the engine speaks");
      asked.destroy();
      await until(() => engine.active === 0, "the engine is free");
      expect(engine.calledOff.count).toBe(1);
    });

    it("an engine that is killed breaks the audio off visibly", async () => {
      const port = await open(name, createNoiseEngine({ failAfterMs: 1_000 }));
      const { isComplete } = await readAll(await ask(port, { body: speechBody() }).answer);
      expect(isComplete).toBe(false);
    });

    it("what is open to the server's own machine is not open to everybody", async () => {
      const port = await open(name, createNoiseEngine(), ["a-key-of-the-server"]);
      expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(401);
      expect((await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization: "Bearer a-key-of-the-server" } })).status).toBe(200);
    });

    it("a WebSocket is let through", async () => {
      const port = await open(name, createNoiseEngine());
      const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/audio/speech/stream`, ["parlando.v1"]);
      const first = await new Promise<string>((resolve, reject) => {
        socket.on("message", (data: Buffer) => resolve(data.toString("utf8")));
        socket.on("error", reject);
      });
      expect(JSON.parse(first)).toMatchObject({ type: "session.ready" });
      socket.close();
    });
  });
}
