// Clients that never read, read a byte a second, or hang up; engines that are killed. None may keep an engine, and none may be told that it has heard all.

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createNoise } from "../../bench/lib/noise.mjs";
import { createNoiseEngine } from "./noise-engine.test-helper.ts";
import { ask, closeAll, readAll, serve, speechBody, until, untilStill, type Served } from "./serve.test-helper.ts";

afterEach(closeAll);

/** More than connections hold on their way: ten minutes, 28.8 MB. */
const LONG_MS = 600_000;
/** What a connection may hold between the engine and a listener who takes nothing: the kernel's two buffers, and ours. */
const MOST_HELD_BYTES = 16_000_000;

/** A socket that has sent a request, and reads nothing unless told to. */
async function sendRaw(port: number, body: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.pause();
  await once(socket, "connect");
  socket.write(`POST /v1/audio/speech HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  return socket;
}

const statsOf = async ({ url }: Served): Promise<{ outcomes: Record<string, number>; running: number }> => (await (await fetch(`${url}/stats`)).json()) as { outcomes: Record<string, number>; running: number };

describe("a client that never reads", () => {
  it("holds the engine back, and is dropped when it has stood still for too long", async () => {
    const engine = createNoiseEngine();
    const served = await serve({ engine, limits: { stallMs: 1_500 } });
    const socket = await sendRaw(served.port, speechBody({ durationMs: LONG_MS }));
    const made = await untilStill(() => engine.madeBytes, 500);
    expect(made).toBeLessThan(MOST_HELD_BYTES);
    await until(() => engine.active === 0, "the engine is free");
    await until(async () => (await statsOf(served)).outcomes["stalled"] === 1, "the listener counts as stalled");
    expect((await statsOf(served)).running).toBe(0);
    socket.destroy();
  });
});

describe("a client that reads a byte now and then", () => {
  it("is not taken for one that stands still, holds the engine back, and others hear all of theirs", async () => {
    const engine = createNoiseEngine();
    const served = await serve({ engine, limits: { stallMs: 3_000 } });
    const slow = await sendRaw(served.port, speechBody({ durationMs: LONG_MS }));
    const slowMade = await untilStill(() => engine.madeBytes, 300);
    expect(slowMade).toBeLessThan(MOST_HELD_BYTES);
    const reading = setInterval(() => void slow.read(65_536), 100);
    try {
      const { answer } = ask(served.port, { body: speechBody({ seed: 2 }) });
      const { bytes, isComplete } = await readAll(await answer);
      expect(isComplete).toBe(true);
      expect(createNoise(2, 96_000).matches(0, bytes) && bytes.length === 96_000).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      expect((await statsOf(served)).outcomes["stalled"]).toBe(0);
    } finally {
      clearInterval(reading);
    }
    slow.destroy();
    await until(() => engine.active === 0, "the engine is free");
  });
});

describe("a client that hangs up", () => {
  it.each([["before any audio", 0], ["after a tenth", 0.1], ["just before the end", 0.99]])("%s frees the engine, its place and its connection", async (_, share) => {
    const durationMs = 20_000;
    const engine = createNoiseEngine({ holdAfterMs: Math.floor((share * durationMs) / 100) * 100 });
    const served = await serve({ engine });
    const { asked, answer } = ask(served.port, { body: speechBody({ durationMs }) });
    asked.on("error", () => undefined);
    let heard = 0;
    if (share > 0) {
      const response = await answer;
      response.on("error", () => undefined);
      response.on("data", (bytes: Buffer) => (heard += bytes.length));
      await until(() => heard > share * durationMs * 48 - 48 * 1_100, "so much was heard");
    } else {
      await until(() => engine.active === 1, "the engine speaks");
    }
    asked.destroy();
    await until(() => engine.active === 0, "the engine is free");
    await until(async () => (await statsOf(served)).outcomes["gone"] === 1, "the listener counts as gone");
    expect((await statsOf(served)).running).toBe(0);
    expect(engine.madeBytes).toBeLessThan(durationMs * 48);
  });
});

describe("an engine that is killed in the middle", () => {
  it.each(["pcm", "wav", "mp3"])("breaks %s off visibly", async (format) => {
    // In a time in which what was made before has gone out.
    const served = await serve({ engine: createNoiseEngine({ failAfterMs: 1_000, blockWaitMs: 50 }) });
    const { answer } = ask(served.port, { body: speechBody({ durationMs: 3_000, response_format: format }) });
    const { bytes, isComplete } = await readAll(await answer);
    expect(bytes.length).toBeGreaterThan(0);
    expect(isComplete).toBe(false);
  });

  it("is an answer with a status when nothing was sent yet", async () => {
    const served = await serve({ engine: createNoiseEngine({ failAfterMs: 0 }) });
    const { answer } = ask(served.port, { body: speechBody() });
    const response = await answer;
    const { bytes } = await readAll(response);
    expect(response.statusCode).toBe(502);
    expect(JSON.parse(bytes.toString("utf8"))).toMatchObject({ error: { type: "server_error" } });
  });
});
