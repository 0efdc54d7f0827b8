import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { until } from "../testing/speech-server.ts";
import { startServer, type StartedServer } from "../testing/start-server.ts";

const body = JSON.stringify({ input: "One two three four five six seven eight nine ten. ".repeat(40), response_format: "pcm" });
const head = "HTTP/1.1\r\nhost: localhost\r\n";
const speech = `POST /v1/audio/speech ${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const models = `GET /v1/models ${head}\r\n`;
const upgrade = `GET /ws/tts ${head}connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

/** Sends bytes as they are, on a connection that is not read from before the test says so. */
async function send({ url }: StartedServer, bytes: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => undefined);
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.write(bytes);
  return socket;
}

describe("requests that were sent ahead on one connection", () => {
  it("end with it, though their answers have never begun: places and engine come back, and the server can close", async () => {
    await using started = await startServer({}, { realTimeFactor: 1 });
    const socket = await send(started, `${speech}${models}${speech}${models}`);
    await until(() => started.engine.activeRequests === 2);
    socket.resetAndDestroy();
    await until(() => started.engine.activeRequests === 0);
    await until(() => started.records.filter(({ outcome }) => outcome === "gone").length === 2);
    await started.server.drain({ graceMs: 3_600_000 });
    await started.server.close();
  });

  it("are answered in order, and are no leak of listeners", async () => {
    await using started = await startServer();
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on("warning", note);
    const socket = await send(started, models.repeat(40));
    let answers = "";
    socket.setEncoding("latin1").on("data", (part: string) => (answers += part));
    await until(() => answers.split("HTTP/1.1 200 OK").length === 41);
    process.off("warning", note);
    socket.destroy();
    expect(warnings).toEqual([]);
  });

  it("are not dropped for what the earlier answers take: the time in which something has to be taken begins with their turn", async () => {
    await using started = await startServer({ limits: { stallMs: 250 } }, { realTimeFactor: 0.1 });
    const short = JSON.stringify({ input: "One two three four five six seven eight nine ten. ".repeat(5), response_format: "pcm" });
    const asked = `POST /v1/audio/speech ${head}content-type: application/json\r\ncontent-length: ${short.length}\r\n\r\n${short}`;
    const socket = await send(started, asked.repeat(2));
    socket.resume();
    await until(() => started.records.filter(({ outcome }) => outcome !== undefined).length === 2);
    expect(started.records.flatMap(({ outcome }) => outcome ?? [])).toEqual(["done", "done"]);
    socket.destroy();
  });

  it("are dropped like others when their turn has come and nobody takes them", async () => {
    await using started = await startServer({ limits: { stallMs: 250, inputCharacters: 200_000 } });
    const long = JSON.stringify({ input: "One two three four five six seven eight nine ten. ".repeat(200), response_format: "pcm" });
    const socket = await send(started, `${models}POST /v1/audio/speech ${head}content-type: application/json\r\ncontent-length: ${long.length}\r\n\r\n${long}`);
    socket.pause();
    await until(() => started.records.some(({ outcome }) => outcome !== undefined));
    expect(started.records.flatMap(({ outcome }) => outcome ?? [])).toEqual(["stalled"]);
    socket.destroy();
  }, 60_000);

  it("do not become a WebSocket in the midst of an answer", async () => {
    await using started = await startServer({}, { realTimeFactor: 1 });
    const socket = await send(started, `${speech}${upgrade}`);
    let answers = "";
    socket.setEncoding("latin1").on("data", (part: string) => (answers += part));
    await new Promise((resolve) => socket.once("close", resolve));
    expect(answers).not.toContain("101 Switching");
    await until(() => started.engine.activeRequests === 0);
  });
});

describe("an answer that is complete with its first byte", () => {
  it("is not waited for longer than the limit, where nobody takes it", async () => {
    const text = "One two three four five six seven eight nine ten. ".repeat(120);
    await using started = await startServer({ limits: { stallMs: 200, inputCharacters: 200_000 } });
    const form = JSON.stringify({ text });
    const socket = await send(started, `POST /synthesize ${head}content-type: application/json\r\ncontent-length: ${form.length}\r\n\r\n${form}`);
    socket.pause();
    await until(() => started.records.some(({ outcome }) => outcome === "done"));
    await started.server.drain({ graceMs: 3_600_000 });
    socket.destroy();
  }, 60_000);
});
