import { once } from "node:events";
import { createServer as createNodeServer, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { describe, expect, it } from "vitest";
import { createServer } from "../create-server.ts";
import { servedScripted } from "../testing/served-scripted.ts";
import { until } from "../testing/speech-server.ts";
import { startServer } from "../testing/start-server.ts";

/** What Java's client sends with every request, and `curl --http2`. */
const h2c = "Host: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA\r\n";
const live = `GET /health/live HTTP/1.1\r\n${h2c}\r\n`;
const body = JSON.stringify({ input: "Hello, world.", response_format: "pcm" });
const speech = `POST /v1/audio/speech HTTP/1.1\r\n${h2c}Content-Type: application/json\r\n`;
const upgrade = "GET /ws/tts HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/** A connection, and all that has come over it. */
interface Line extends Disposable {
  readonly socket: Socket;
  readonly text: () => string;
  /** Sends, and waits until so many answers of a kind have come. */
  send(bytes: string, answers: number, kind?: string): Promise<void>;
}

async function dial(port: number): Promise<Line> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("error", () => undefined);
  socket.setEncoding("latin1").on("data", (part: string) => (text += part));
  await once(socket, "connect");
  return {
    socket,
    text: () => text,
    async send(bytes, answers, kind = "HTTP/1.1 200 OK") {
      socket.write(Buffer.from(bytes, "latin1"));
      await until(() => text.split(kind).length > answers || socket.destroyed);
      expect(text.split(kind)).toHaveLength(answers + 1);
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

async function listen(http: Server): Promise<number> {
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return (http.address() as AddressInfo).port;
}

const portOf = (url: string): number => Number(new URL(url).port);

describe("a request for an upgrade to something else than a WebSocket", () => {
  it("is answered as if it did not ask, with its body, again and again on one connection, which may still become a WebSocket", async () => {
    await using started = await startServer({ limits: { maxConnections: 1 } });
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on("warning", note);
    using line = await dial(portOf(started.url));
    for (let asked = 1; asked <= 20; asked += 1) await line.send(live, asked);
    await line.send(`${speech}Content-Length: ${body.length}\r\n\r\n${body}`, 21);
    await until(() => line.text().endsWith("\r\n0\r\n\r\n"));
    const half = 20;
    await line.send(`${speech}Transfer-Encoding: chunked\r\n\r\n${half.toString(16)}\r\n${body.slice(0, half)}\r\n`, 21);
    await line.send(`${(body.length - half).toString(16)}\r\n${body.slice(half)}\r\n0\r\n\r\n`, 22);
    await until(() => line.text().endsWith("\r\n0\r\n\r\n"));
    await line.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n", 23);
    await line.send(upgrade, 1, "HTTP/1.1 101 ");
    process.off("warning", note);
    expect(warnings).toEqual([]);
    expect(started.records.filter(({ event }) => event === "refused")).toEqual([]);
  });

  it("cuts the connection where an answer is under way, as a request for a WebSocket does, and frees the engine", async () => {
    await using started = await startServer({}, { realTimeFactor: 1 });
    const asked = JSON.stringify({ input: "One two three four five six seven eight nine ten. ".repeat(8), response_format: "pcm" });
    for (const ahead of ["GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n", `${speech}Content-Length: ${asked.length}\r\n\r\n${asked}`]) {
      using line = await dial(portOf(started.url));
      line.socket.write(ahead + live);
      await until(() => line.socket.destroyed);
      expect((line.text().match(/HTTP\/1\.1 \d+/g) ?? []).length).toBeLessThan(2);
    }
    await until(() => started.engine.activeRequests === 0);
  });

  it("counts as one connection, ends with a drain, and frees the engine when it hangs up", async () => {
    const started = await startServer({ limits: { maxConnections: 1 } }, { realTimeFactor: 1 });
    const first = await dial(portOf(started.url));
    await first.send(live, 1);
    const asked = JSON.stringify({ input: "One two three four five six seven eight nine ten. ".repeat(8), response_format: "pcm" });
    await first.send(`${speech}Content-Length: ${asked.length}\r\n\r\n${asked}`, 2);
    await until(() => started.engine.activeRequests === 1);
    first.socket.resetAndDestroy();
    await until(() => started.engine.activeRequests === 0);
    using second = await dial(portOf(started.url));
    await second.send(live, 1);
    await started.server.drain();
    await started.server.close();
    await until(() => second.socket.destroyed);
  });

  it("comes to an app of one's own with all that it said, byte for byte, and is not read as two", async () => {
    const { tts } = servedScripted();
    await using server = await createServer(tts);
    const seen: string[][] = [];
    const http = createNodeServer((incoming, outgoing) => {
      seen.push([incoming.url ?? "", ...incoming.rawHeaders]);
      incoming.resume().on("end", () => outgoing.end("done"));
    });
    http.on("upgrade", server.upgrade);
    const inner = "GET /inner HTTP/1.1\r\nHost: localhost\r\n\r\n";
    using line = await dial(await listen(http));
    await line.send(`POST /outer?a=b HTTP/1.1\r\nX-Bytes: \xff\xe4 a:b\r\nX-Bytes:two\r\nConnection: keep-alive, upgrade ,X-Hop\r\nUpgrade: TLS/1.0, h2c\r\nX-Empty:\r\nHost: h\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`, 1);
    await line.send(live, 2);
    expect(seen).toEqual([
      ["/outer?a=b", "X-Bytes", "\xff\xe4 a:b", "X-Bytes", "two", "Connection", "keep-alive,X-Hop", "X-Empty", "", "Host", "h", "Content-Length", String(inner.length)],
      ["/health/live", "Host", "localhost"],
    ]);
    http.close();
  });

  it("is refused where Node has left out headers, of which one may tell where the body ends", async () => {
    const { tts } = servedScripted();
    await using server = await createServer(tts);
    const answer = getRequestListener(server.app.fetch, { overrideGlobalObjects: false });
    const http = createNodeServer((incoming, outgoing) => void answer(incoming, outgoing));
    http.maxHeadersCount = 40;
    http.on("upgrade", server.upgrade);
    const line = await dial(await listen(http));
    line.socket.write(`GET /health/live HTTP/1.1\r\n${h2c}${"a:b\r\n".repeat(100)}Content-Length: 5\r\n\r\nhello`);
    await once(line.socket, "close");
    expect(line.text()).toMatch(/^HTTP\/1\.1 431 .*"too_many_headers"/s);
    http.close();
  });
});
