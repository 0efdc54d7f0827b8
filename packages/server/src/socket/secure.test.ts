import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer as createSecureServer, request, type RequestOptions } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { connect } from "node:tls";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createServer } from "../create-server.ts";
import type { ServerOptions } from "../server-options.ts";
import { testCertificate } from "../testing/certificate.ts";
import { servedScripted } from "../testing/served-scripted.ts";
import { until } from "../testing/speech-server.ts";
import { openPlainClient } from "./plain-client.test-helper.ts";
import { samplesOf } from "./served-socket.test-helper.ts";

const { cert: ca } = testCertificate;
const key = "a-key-over-tls";
const authorized = { authorization: `Bearer ${key}` };

/** A server mounted in a `node:https` of one's own, as the guide says it. */
interface Secure extends AsyncDisposable {
  readonly url: string;
  ask(path: string, options?: RequestOptions, body?: string): Promise<{ readonly status: number; readonly headers: IncomingMessage["headers"]; readonly bytes: Buffer }>;
  /** The status that a WebSocket gets. */
  statusOfSocket(options?: { readonly headers?: Readonly<Record<string, string>>; readonly origin?: string }): Promise<number>;
}

async function serveSecure(options: ServerOptions = {}, prefix = ""): Promise<Secure> {
  const server = await createServer(servedScripted().tts, { keys: [key], ...options });
  const app = prefix === "" ? server.app : new Hono().route(prefix, server.app);
  const http = serve({ fetch: app.fetch, createServer: createSecureServer, serverOptions: testCertificate, hostname: "127.0.0.1", port: 0, overrideGlobalObjects: false });
  http.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => server.upgrade(incoming, socket, head, { prefix }));
  await once(http, "listening");
  const url = `https://localhost:${(http.address() as AddressInfo).port}${prefix}`;
  return {
    url,
    async ask(path, asked = {}, body) {
      const sent = request(url + path, { ca, agent: false, ...asked });
      sent.end(body);
      const [incoming] = (await once(sent, "response")) as [IncomingMessage];
      return { status: incoming.statusCode ?? 0, headers: incoming.headers, bytes: Buffer.concat(await incoming.toArray()) };
    },
    async statusOfSocket(asked = {}) {
      const socket = new WebSocket(`${url.replace("https", "wss")}/v1/audio/speech/stream`, ["parlando.v1"], { ca, ...asked });
      socket.on("error", () => undefined);
      return await new Promise((resolve) => {
        socket.once("open", () => (socket.terminate(), resolve(101)));
        socket.once("unexpected-response", (_request, { statusCode }: IncomingMessage) => resolve(statusCode ?? 0));
      });
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      http.close();
    },
  };
}

const speech = { method: "POST", headers: { ...authorized, "content-type": "application/json" } };
const body = JSON.stringify({ input: "Hello, world.", response_format: "pcm" });

describe("in a server of one's own with TLS", () => {
  it.each(["", "/speech"])("speech comes over HTTP and over a WebSocket, under the path %j", async (prefix) => {
    await using secure = await serveSecure({}, prefix);
    const spoken = await secure.ask("/v1/audio/speech", speech, body);
    expect([spoken.status, spoken.headers["content-type"], spoken.bytes.length > 0]).toEqual([200, "audio/pcm;rate=24000;channels=1", true]);
    const client = await openPlainClient(secure.url, { ca, headers: authorized });
    client.speak(1, "Hello, world.", { latency: "smoothest" });
    await client.next("speech.done", 1);
    expect(client.samplesOf(1)).toEqual(await samplesOf("Hello, world."));
    await client.close();
  });

  it("pages of its own and of the list may open a WebSocket, and others, other names and who has no key may not", async () => {
    await using secure = await serveSecure({ origins: ["https://app.example"], hosts: ["localhost"] });
    const headers = authorized;
    expect(await secure.statusOfSocket()).toBe(401);
    expect(await secure.statusOfSocket({ headers })).toBe(101);
    expect(await secure.statusOfSocket({ headers, origin: secure.url })).toBe(101);
    expect(await secure.statusOfSocket({ headers, origin: "https://app.example" })).toBe(101);
    expect(await secure.statusOfSocket({ headers, origin: "https://evil.example" })).toBe(403);
    // A page of the same name without TLS is somebody else's, for all that is known.
    expect(await secure.statusOfSocket({ headers, origin: secure.url.replace("https:", "http:") })).toBe(403);
    expect(await secure.statusOfSocket({ headers, origin: secure.url.replace(/:\d+$/, "") })).toBe(403);
    expect(await secure.statusOfSocket({ headers: { ...headers, host: "evil.example" } })).toBe(403);
    const statusOfPage = async (origin: string): Promise<number> => (await secure.ask("/v1/audio/speech", { ...speech, headers: { ...speech.headers, origin } }, body)).status;
    expect(await statusOfPage(secure.url)).toBe(200);
    expect(await statusOfPage("https://evil.example")).toBe(403);
    expect(await statusOfPage(secure.url.replace("https:", "http:"))).toBe(403);
  });

  it("a request that offers an upgrade to h2c is answered as if it had not, and a refused one while it is still sent", async () => {
    await using secure = await serveSecure();
    const offered = { ...speech.headers, connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAEAAEAA", "content-length": String(body.length) };
    expect(await secure.ask("/v1/audio/speech", { method: "POST", headers: offered }, body)).toMatchObject({ status: 200 });
    const socket = connect({ port: Number(new URL(secure.url).port), host: "127.0.0.1", servername: "localhost", ca });
    await once(socket, "secureConnect");
    socket.pause();
    const bytes = Buffer.alloc(3_000_000, "a");
    socket.write(`POST /v1/audio/speech HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: ${bytes.length}\r\n\r\n`);
    for (let part = 0; part < 10; part += 1) {
      await new Promise((resolve) => setTimeout(resolve, 70));
      await new Promise((resolve) => socket.write(bytes.subarray(part * 300_000, (part + 1) * 300_000), resolve));
    }
    let answer = "";
    socket.setEncoding("latin1").on("data", (part: string) => (answer += part)).resume();
    await until(() => socket.destroyed);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });
});
