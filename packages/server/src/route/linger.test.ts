import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
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

/** Sends all before it reads anything, as Python's `http.client` does. */
async function sendThenRead(url: string, body: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let failure: Error | undefined;
  socket.on("error", (error) => (failure = error));
  socket.pause();
  await once(socket, "connect");
  socket.write(`POST /v1/audio/speech HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`);
  await new Promise((resolve) => socket.write(body, resolve));
  let answer = "";
  socket.setEncoding("latin1").on("data", (part: string) => (answer += part)).resume();
  await until(() => socket.destroyed);
  if (failure !== undefined) throw failure;
  return answer;
}

/** Sends for ever, `bytes` each `everyMs`, and reads. */
async function sendForEver(url: string, bytes: number, everyMs: number): Promise<{ socket: Socket; answer: () => string }> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let answer = "";
  socket.on("error", () => undefined);
  socket.setEncoding("latin1").on("data", (part: string) => (answer += part));
  await once(socket, "connect");
  socket.write("POST /v1/audio/speech HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
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
    ["as fast as it can", 1_000_000, 1],
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
