import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { spokenWithout, startSpeechServer, until } from "../testing/speech-server.ts";

const sentence = "One two three four five six seven eight nine ten. ";
/** Minutes of audio: more than the buffers of both sides of a connection hold. */
const endless = sentence.repeat(1_500);
const roomy = { inputCharacters: 200_000, bodyBytes: 400_000 };

/** The bytes of a chunked body, and whether its end was there. */
function readChunks(raw: Buffer): { readonly body: Buffer; readonly isComplete: boolean } {
  const parts: Buffer[] = [];
  let offset = raw.indexOf("\r\n\r\n") + 4;
  for (;;) {
    const line = raw.indexOf("\r\n", offset);
    if (line < 0) return { body: Buffer.concat(parts), isComplete: false };
    const size = Number.parseInt(raw.toString("latin1", offset, line), 16);
    if (size === 0) return { body: Buffer.concat(parts), isComplete: true };
    parts.push(raw.subarray(line + 2, line + 2 + size));
    offset = line + 2 + size + 2;
  }
}

/** Reads until so many bytes have come. */
async function take(socket: Socket, bytes: number): Promise<void> {
  let taken = 0;
  await new Promise<void>((resolve) => {
    socket.on("data", (part) => {
      taken += part.length;
      if (taken >= bytes) resolve();
    });
  });
}

async function metric(url: string, line: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(metrics.split("\n").find((found) => found.startsWith(line))?.split(" ").at(-1) ?? 0);
}

describe("a client that hangs up", () => {
  it("before the first audio frees the engine", async () => {
    await using server = await startSpeechServer({ startMs: 3_600_000 });
    const socket = await server.askRaw({ input: sentence });
    await until(() => server.engine.activeRequests === 1);
    socket.destroy();
    expect(await server.logged("speech")).toMatchObject({ outcome: "gone" });
    await until(() => server.engine.activeRequests === 0);
    expect(server.engine.requests[0]?.state).toBe("aborted");
  });

  it.each([{ response_format: "pcm" }, { response_format: "pcm", stream_format: "sse" }, { response_format: "wav" }])("after a tenth frees the engine: %j", async (form) => {
    await using server = await startSpeechServer({ realTimeFactor: 1 });
    const socket = await server.askRaw({ input: sentence, ...form });
    await take(socket, 10_000);
    socket.destroy();
    expect(await server.logged("speech")).toMatchObject({ outcome: "gone" });
    await until(() => server.engine.activeRequests === 0);
    const [request] = server.engine.requests;
    expect(request?.state).toBe("aborted");
    expect(request?.audioMs).toBeLessThan((request?.totalMs ?? 0) / 2);
  });

  it("just before the end frees the place", async () => {
    const whole = await spokenWithout(sentence, {});
    await using server = await startSpeechServer({ realTimeFactor: 0.2 }, { limits: { concurrency: 1 } });
    const socket = await server.askRaw({ input: sentence });
    await take(socket, whole.length * 0.99);
    socket.destroy();
    await server.logged("speech");
    await until(() => server.engine.activeRequests === 0);
    expect((await server.ask({ input: "Again.", response_format: "pcm" })).status).toBe(200);
  });

  it("aborts a fetch, and frees the engine", async () => {
    await using server = await startSpeechServer({ realTimeFactor: 1 });
    const leaving = new AbortController();
    const answer = await server.ask({ input: sentence, response_format: "pcm" }, leaving.signal);
    expect(answer.status).toBe(200);
    leaving.abort();
    expect(await server.logged("speech")).toMatchObject({ outcome: "gone" });
    await until(() => server.engine.activeRequests === 0);
  });
});

describe("a listener who is slow", () => {
  it("is waited for, and gets all of it", async () => {
    const text = sentence.repeat(100);
    await using server = await startSpeechServer({}, { limits: roomy });
    const socket = await server.askRaw({ input: text });
    socket.pause();
    while ((await metric(server.url, 'tts_slow_consumer_total{action="held"}')) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const heldAt = server.engine.requests.length;
    const parts: Buffer[] = [];
    socket.on("data", (part: Buffer) => parts.push(part));
    socket.resume();
    await server.logged("speech");
    await until(() => parts.at(-1)?.toString("latin1").endsWith("\r\n0\r\n\r\n") === true);
    socket.destroy();
    expect(server.engine.requests.length).toBeGreaterThan(heldAt);
    const { body } = readChunks(Buffer.concat(parts));
    expect(body.equals(await spokenWithout(text, {}))).toBe(true);
  });

  it("and never reads is held, then dropped with a reason", async () => {
    await using server = await startSpeechServer({}, { limits: { ...roomy, stallMs: 200 } });
    const socket = await server.askRaw({ input: endless });
    socket.pause();
    expect(await server.logged("slow-listener")).toMatchObject({ outcome: "stalled", level: "warning", code: "slow_listener" });
    await until(() => server.engine.activeRequests === 0);
    // Far from all of it was made.
    expect(server.engine.requests.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(endless.length * 0.9);
    expect(await metric(server.url, 'tts_slow_consumer_total{action="dropped"}')).toBe(1);
    const parts: Buffer[] = [];
    socket.on("data", (part: Buffer) => parts.push(part));
    socket.resume();
    await new Promise((resolve) => socket.once("close", resolve));
    expect(readChunks(Buffer.concat(parts)).isComplete).toBe(false);
  });

  it("and takes a byte now and then is dropped, too", async () => {
    await using server = await startSpeechServer({}, { limits: { ...roomy, stallMs: 200 } });
    const socket = await server.askRaw({ input: endless });
    socket.pause();
    const drip = setInterval(() => void socket.read(1), 20);
    expect(await server.logged("slow-listener")).toMatchObject({ outcome: "stalled" });
    clearInterval(drip);
    await until(() => server.engine.activeRequests === 0);
    socket.destroy();
  });
});
