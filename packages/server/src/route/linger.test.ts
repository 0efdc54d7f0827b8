import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { until } from "../testing/speech-server.ts";
import { codeOf, startServer } from "../testing/start-server.ts";

const json = { "content-type": "application/json" };

/** 4 MB of JSON. */
const longText = JSON.stringify({ input: "a".repeat(4_000_000) });

/** A body of unknown length. */
function inPieces(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, (at += 65_536)));
    },
  });
}

/** How {@link sendThenRead} asks. */
interface Asking {
  readonly line?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long it takes to send all. */
  readonly takesMs?: number;
}

/** Sends all before it reads anything, as Python's `http.client` does. Resolves with what came until the other end closed. */
async function sendThenRead(url: string, body: string, { line = "POST /v1/audio/speech", headers = {}, takesMs = 0 }: Asking = {}): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let failure: Error | undefined;
  socket.on("error", (error) => (failure = error));
  socket.pause();
  await once(socket, "connect");
  const fields = Object.entries({ host: "localhost", ...json, connection: "close", "content-length": String(body.length), ...headers });
  socket.write(`${line} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`);
  const parts = takesMs === 0 ? 1 : 10;
  for (let part = 0; part < parts && failure === undefined; part += 1) {
    await new Promise((resolve) => setTimeout(resolve, takesMs / parts));
    await new Promise((resolve) => socket.write(body.slice((part * body.length) / parts, ((part + 1) * body.length) / parts), resolve));
  }
  let answer = "";
  socket.setEncoding("latin1").on("data", (part: string) => (answer += part)).resume();
  await until(() => socket.destroyed);
  if (failure !== undefined) throw failure;
  return answer;
}

/** Sends for ever, `bytes` each `everyMs`, and reads. */
async function sendForEver(url: string, bytes: number, everyMs: number, path = "/v1/audio/speech"): Promise<{ socket: Socket; answer: () => string }> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let answer = "";
  socket.on("error", () => undefined);
  socket.setEncoding("latin1").on("data", (part: string) => (answer += part));
  await once(socket, "connect");
  socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`);
  const piece = Buffer.from(`${bytes.toString(16)}\r\n${"a".repeat(bytes)}\r\n`);
  const timer = setInterval(() => socket.writableNeedDrain || socket.write(piece), everyMs);
  socket.once("close", () => clearInterval(timer));
  return { socket, answer: () => answer };
}

describe("a body that is too long", () => {
  it("is 413 to a client that is still sending it, every time", async () => {
    await using started = await startServer();
    for (let round = 0; round < 8; round += 1) {
      const form = new FormData();
      form.append("text", "Hello.");
      form.append("audio_prompt", new Blob([new Uint8Array(12_000_000)]), "voice.wav");
      const upload = await fetch(`${started.url}/synthesize`, { method: "POST", body: form });
      expect([upload.status, await upload.text()]).toEqual([413, expect.stringContaining("bytes that are taken")]);
      const whole = await fetch(`${started.url}/v1/audio/speech`, { method: "POST", headers: json, body: longText });
      expect([whole.status, await codeOf(whole)]).toEqual([413, "body_too_large"]);
      const pieces = await fetch(`${started.url}/v1/audio/speech`, { method: "POST", headers: json, body: inPieces(Buffer.from(longText)), duplex: "half" } as RequestInit);
      expect([pieces.status, await codeOf(pieces)]).toEqual([413, "body_too_large"]);
      expect(await sendThenRead(started.url, longText)).toMatch(/^HTTP\/1\.1 413 .*"body_too_large"/s);
    }
    expect(started.records.filter(({ status }) => status === 413)).toHaveLength(32);
  }, 60_000);

  it("is 413 to Node's own client, which then may send the next", async () => {
    await using started = await startServer();
    for (let round = 0; round < 4; round += 1) {
      const sent = request(`${started.url}/v1/audio/speech`, { method: "POST", headers: json });
      sent.on("error", () => undefined);
      sent.end(longText);
      const [answer] = (await once(sent, "response")) as [IncomingMessage];
      expect([answer.statusCode, answer.headers.connection]).toEqual([413, "close"]);
      answer.resume();
      await once(answer, "end");
    }
  });

  it.each([
    ["slowly", 20_000, 10],
    ["as fast as it can", 700_000, 1],
  ])("does not keep the connection of a client that sends for ever, %s", async (_how, bytes, everyMs) => {
    await using started = await startServer();
    const { socket, answer } = await sendForEver(started.url, bytes, everyMs);
    await until(() => socket.destroyed);
    expect(answer()).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("is no reason to wait for when the server drains and closes, and is let go when its client hangs up", async () => {
    const started = await startServer();
    const lines = [await sendForEver(started.url, 20_000, 10), await sendForEver(started.url, 20_000, 10)];
    for (const { answer } of lines) await until(() => answer().includes("body_too_large"));
    lines[0]?.socket.resetAndDestroy();
    await started.server.drain({ graceMs: 3_600_000 });
    await started.server.close();
    await until(() => lines[1]?.socket.destroyed === true);
  });
});

const key = "a-key-of-some-length";
const headers = { authorization: `Bearer ${key}` };

/** 3 MB of JSON, which the server would take. */
const takenText = JSON.stringify({ input: "a".repeat(3_000_000) });

const refusals: readonly (readonly [status: number, what: string, asking: Asking])[] = [
  [401, "without a key", {}],
  [403, "by another name", { headers: { ...headers, host: "evil.example" } }],
  [403, "of a page from elsewhere", { headers: { ...headers, origin: "https://evil.example" } }],
  [404, "for what there is not", { line: "POST /nothing", headers }],
  [405, "by a method that there is not", { line: "PUT /v1/audio/speech", headers }],
  [415, "of another type", { headers: { ...headers, "content-type": "text/plain" } }],
  [426, "for a WebSocket", { line: "POST /v1/audio/speech/stream", headers }],
];

describe("a request that is refused before its body was read", () => {
  it.each(refusals)("is %i, %s, to a client that reads when it has sent all", async (status, _what, asking) => {
    await using started = await startServer({ keys: [key], limits: { bodyBytes: 8_000_000 } });
    const answers = [0, 0, 700].map((takesMs) => sendThenRead(started.url, takenText, { ...asking, takesMs }));
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*"code":"\\w+"\\}\\}$`, "s"));
  });

  it("is 429, or 503 where there is no room for one more upload", async () => {
    await using rated = await startServer({ limits: { perMinute: 1, burst: 1 } });
    await (await rated.speak()).arrayBuffer();
    expect(await sendThenRead(rated.url, takenText, { takesMs: 700 })).toMatch(/^HTTP\/1\.1 429 .*"rate_limited"/s);
    await using small = await startServer({ limits: { uploadTotalBytes: 1 } });
    const form = { line: "POST /synthesize", headers: { "content-type": "multipart/form-data; boundary=x" }, takesMs: 700 };
    expect(await sendThenRead(small.url, takenText, form)).toMatch(/^HTTP\/1\.1 503 .*"detail"/s);
  });

  it("is told to Node's client and to fetch, and the connection is good for the next where all was sent", async () => {
    await using started = await startServer({ keys: [key] });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (let round = 0; round < 4; round += 1) {
      const sent = request(`${started.url}/v1/audio/speech`, { method: "POST", headers: json, agent });
      sent.end(takenText);
      const [answer] = (await once(sent, "response")) as [IncomingMessage];
      ports.add(answer.socket.localPort);
      answer.resume();
      await once(answer, "end");
      expect(answer.statusCode).toBe(401);
      const fetched = await fetch(`${started.url}/v1/audio/speech`, { method: "POST", headers: json, body: takenText });
      expect([fetched.status, await codeOf(fetched)]).toEqual([401, "unauthorized"]);
    }
    agent.destroy();
    expect(ports.size).toBe(1);
  });

  it.each(["/v1/audio/speech", "/nothing"])("does not keep the connection of a client that sends for ever: %s", async (path) => {
    await using started = await startServer({ keys: [key] });
    const { socket, answer } = await sendForEver(started.url, 20_000, 10, path);
    await until(() => socket.destroyed);
    expect(answer()).toMatch(/^HTTP\/1\.1 40[14] /);
  });
});
