import { once } from "node:events";
import { createServer as createNodeServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer, type ClientOptions } from "ws";
import { createServer } from "../create-server.ts";
import { rawRequest } from "../testing/raw-request.ts";
import { servedScripted } from "../testing/served-scripted.ts";
import { startServer } from "../testing/start-server.ts";

const key = "a-key-for-web-sockets";
const path = "/v1/audio/speech/stream";

/** The status that refuses a WebSocket; 101 where it opens, with the subprotocol that was chosen. */
async function open(url: string, protocols: string[], options: ClientOptions = {}, at = path): Promise<{ status: number; protocol?: string; body?: string }> {
  const socket = new WebSocket(url.replace("http", "ws") + at, protocols, options);
  socket.on("error", () => undefined);
  return await new Promise((resolve) => {
    socket.once("open", () => {
      resolve({ status: 101, protocol: socket.protocol });
      socket.terminate();
    });
    socket.once("unexpected-response", (_request, response: IncomingMessage) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (body += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
}

const encoded = Buffer.from(key).toString("base64url");

describe("a WebSocket", () => {
  it("opens for a key or a ticket, and never sends it back", async () => {
    await using started = await startServer({ keys: [key] });
    const { url } = started;
    const { ticket } = (await (await fetch(`${url}/v1/tickets`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${key}` }, body: "{}" })).json()) as { ticket: string };
    expect(await open(url, ["parlando.v1"], { headers: { authorization: `Bearer ${key}` } })).toEqual({ status: 101, protocol: "parlando.v1" });
    expect(await open(url, [`parlando.ticket.${ticket}`, "parlando.v1"])).toEqual({ status: 101, protocol: "parlando.v1" });
    expect(await open(url, ["parlando.v1", `parlando.key.${encoded}`])).toEqual({ status: 101, protocol: "parlando.v1" });
  });

  it("opens for everybody where there are no keys, whatever a proxy in front has been sent", async () => {
    await using started = await startServer();
    for (const headers of [{}, { authorization: "Basic dXNlcjpwYXNz" }, { authorization: "Bearer a", "xi-api-key": "b" }] as Record<string, string>[]) {
      expect(await open(started.url, ["parlando.v1", "parlando.key.AAAA"], { headers })).toMatchObject({ status: 101 });
    }
  });

  it("is refused by a status before it opens", async () => {
    await using started = await startServer({ keys: [key], origins: ["https://app.example"] });
    const { url } = started;
    const headers = { authorization: `Bearer ${key}` };
    expect(await open(url, ["parlando.v1"])).toMatchObject({ status: 401, body: expect.stringContaining("unauthorized") });
    expect(await open(url, ["parlando.v1", "parlando.key.AAAA"])).toMatchObject({ status: 401 });
    expect(await open(url, ["parlando.v1", `parlando.key.${encoded}`, `parlando.key.${encoded}A`])).toMatchObject({ status: 401 });
    expect(await open(url, ["parlando.v1"], { headers }, `${path}?key=${key}`)).toMatchObject({ status: 400, body: expect.stringContaining("credentials_in_url") });
    expect(await open(url, [], { headers })).toMatchObject({ status: 400, body: expect.stringContaining("protocol_missing") });
    expect(await open(url, ["parlando.v1"], { headers }, "/nothing")).toMatchObject({ status: 404 });
    expect(await open(url, ["parlando.v1"], { headers: { ...headers, host: "evil.example" } })).toMatchObject({ status: 403, body: expect.stringContaining("host_not_allowed") });
    expect(await open(url, ["parlando.v1"], { headers, origin: "https://evil.example" })).toMatchObject({ status: 403, body: expect.stringContaining("origin_not_allowed") });
    expect(await open(url, ["parlando.v1"], { headers, origin: "https://app.example" })).toMatchObject({ status: 101 });
    expect(await open(url, ["parlando.v1"], { headers, origin: url })).toMatchObject({ status: 101 });
  });

  it("that is not asked for, or no more when a proxy has passed the request on, is 426, which says what to do", async () => {
    await using started = await startServer();
    for (const at of [path, "/ws/tts"]) {
      const answer = await rawRequest(started.url, `GET ${at} HTTP/1.1\r\nHost: localhost\r\nSec-WebSocket-Version: 13\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 426 Upgrade Required\r\n/);
      expect(answer).toMatch(/^upgrade: websocket\r$/im);
      expect(answer).toMatch(/^connection: upgrade\b.*\r$/im);
      expect(answer).toMatch(/"upgrade_required"/);
      expect(answer).toContain("a proxy has dropped");
    }
    expect((await fetch(started.url + path)).status).toBe(426);
  });

  it("is under the path where the app is mounted, beside others of the server that it is mounted in", async () => {
    const { tts } = servedScripted();
    await using server = await createServer(tts, { keys: [key] });
    const app = new Hono().route("/a/speech", server.app);
    const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
    const http = createNodeServer((incoming, outgoing) => void answer(incoming, outgoing));
    const chat = new WebSocketServer({ noServer: true });
    let prefix = "/a/speech";
    http.on("upgrade", (request, socket, head) => {
      if (request.url === "/chat") return chat.handleUpgrade(request, socket, head, (other) => other.close());
      server.upgrade(request, socket, head, { prefix });
    });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const headers = { authorization: `Bearer ${key}` };
    const statusAt = async (at: string): Promise<number> => (await open(url, ["parlando.v1"], { headers }, at)).status;
    for (prefix of ["/a/speech", "a/speech/"]) {
      expect(await statusAt(`/a/speech${path}?model=default`)).toBe(101);
      expect(await open(url, ["parlando.v1"], {}, `/a/speech${path}`)).toMatchObject({ status: 401 });
      for (const elsewhere of [path, `/a/speeches${path}`, `/b/a/speech${path}`, "/a/speech", `/a/speech/a/speech${path}`]) expect(await statusAt(elsewhere)).toBe(404);
    }
    for (prefix of ["", "/"]) expect([await statusAt(path), await statusAt(`/a/speech${path}`)]).toEqual([101, 404]);
    expect(await statusAt("/chat")).toBe(101);
    expect((await fetch(`${url}/a/speech/health/live`)).status).toBe(200);
    expect((await fetch(`${url}/a/speech${path}`)).status).toBe(426);
    http.close();
    http.closeAllConnections();
  });

  it("is one of as many as may be, and gives its place back", async () => {
    await using started = await startServer({ limits: { sockets: 2, socketsPerCaller: 1 } });
    const socket = new WebSocket(started.url.replace("http", "ws") + path, ["parlando.v1"]);
    await once(socket, "open");
    expect(await open(started.url, ["parlando.v1"])).toMatchObject({ status: 429, body: expect.stringContaining("too_many_sockets") });
    socket.close();
    await once(socket, "close");
    await started.server.drain();
    expect(started.records.filter((record) => record.event === "socket")).toHaveLength(1);
  });

  it("that is open is told of a drain, and closed", async () => {
    await using started = await startServer();
    const socket = new WebSocket(started.url.replace("http", "ws") + path, ["parlando.v1"]);
    const types: string[] = [];
    socket.on("message", (data: Buffer) => types.push((JSON.parse(data.toString("utf8")) as { type: string }).type));
    await once(socket, "message");
    const closed = once(socket, "close");
    await started.server.drain();
    expect([types, (await closed)[0]]).toEqual([["session.ready", "server.draining"], 1012]);
  });
});
