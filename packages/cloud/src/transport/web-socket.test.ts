import { createHash } from "node:crypto";
import { getEventListeners, once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket as WsSocket, WebSocketServer, type WebSocket as ServerSocket } from "ws";
import { errorOf, pause, until } from "./servers.test-helper.ts";
import type { SocketConnection, SocketRequest } from "./socket-types.ts";
import { openWebSocket } from "./web-socket.ts";

const secret = "canary-key-1234";
const opened: { close(): Promise<void> | void }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

interface SocketServer {
  readonly url: string;
  readonly tcp: Set<Socket>;
  close(): Promise<void>;
}

/** A WebSocket server; `refuse` answers upgrades itself. */
async function serve(onSocket: (socket: ServerSocket, headers: Record<string, unknown>) => void, refuse?: (socket: Duplex, key: string) => void): Promise<SocketServer> {
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  const tcp = new Set<Socket>();
  http.on("connection", (socket: Socket) => {
    tcp.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => tcp.delete(socket));
  });
  http.on("upgrade", (request, socket, head) => {
    if (refuse !== undefined) return refuse(socket, request.headers["sec-websocket-key"] ?? "");
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      accepted.on("error", () => {});
      onSocket(accepted, request.headers);
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const server: SocketServer = {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/v1?key=${secret}`,
    tcp,
    async close() {
      for (const socket of tcp) socket.destroy();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  opened.push(server);
  return server;
}

async function connect(url: string, more: Partial<SocketRequest> = {}): Promise<SocketConnection> {
  const connection = await openWebSocket({ engine: "acme", doing: "Asking Acme for audio", url, signal: new AbortController().signal, ...more });
  opened.push(connection);
  return connection;
}

/** Takes everything and answers nothing, until the other side goes. */
function silent(socket: Duplex): void {
  socket.resume();
  socket.on("end", () => socket.destroy());
}

/** Answers the upgrade and then only writes what it is told to: a side that does not keep to the rules of closing. */
function upgradeOnly(frames: Buffer): (socket: Duplex, key: string) => void {
  return (socket, key) => {
    const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`);
    socket.write(frames);
    silent(socket);
  };
}

const echo = (socket: ServerSocket): void => void socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
const drivers: [string, Partial<SocketRequest>][] = [
  ["ws", {}],
  ["the platform's own", { WebSocket: WsSocket as unknown as typeof WebSocket }],
];

describe.each(drivers)("by %s", (name, driver) => {
  const isPlatform = name !== "ws";

  it("carries text and bytes both ways, in order", async () => {
    const { url, tcp } = await serve(echo);
    const controller = new AbortController();
    const connection = await connect(url, { ...driver, signal: controller.signal });
    expect(connection.isOpen).toBe(true);
    for (let index = 0; index < 50; index += 1) await connection.send(index % 2 === 0 ? `Zürich ${index}` : Uint8Array.of(index, 0, 255));
    for (let index = 0; index < 50; index += 1) {
      const message = await connection.receive(5000);
      if (index % 2 === 0) expect(message).toBe(`Zürich ${index}`);
      else expect([...(message as Uint8Array)]).toEqual([index, 0, 255]);
    }
    await connection.close();
    await connection.close();
    expect(connection.isOpen).toBe(false);
    expect((await errorOf(connection.receive())).code).toBe("ABORTED");
    expect((await errorOf(connection.send("late"))).code).toBe("ABORTED");
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    await until(() => tcp.size === 0);
  });

  it.each([
    [1000, "TRUNCATED", true],
    [1011, "SERVICE", true],
    [4429, "CONCURRENCY_LIMIT", true],
    [4400, "PROTOCOL", false],
  ])("makes of a close with %i: %s, after the messages before it", async (code, expected, retryable) => {
    const { url } = await serve((socket) => {
      socket.send("last words");
      socket.close(code, `about ${secret}`);
    });
    const connection = await connect(url, { ...driver, errors: { closeCodes: { 4429: { code: "CONCURRENCY_LIMIT" } } } });
    await pause(30);
    expect(await connection.receive(5000)).toBe("last words");
    const error = await errorOf(connection.receive(5000));
    expect(error).toMatchObject({ code: expected, retryable, engine: "acme" });
    expect(error.message).not.toContain(secret);
    expect(await errorOf(connection.receive(5000))).toBe(error);
    expect(await errorOf(connection.send("more"))).toBe(error);
  });

  it("makes of a broken connection: CONNECTION", async () => {
    const { url, tcp } = await serve((socket) => socket.send("a"));
    const connection = await connect(url, driver);
    await connection.receive();
    const waiting = errorOf(connection.receive());
    for (const socket of tcp) socket.resetAndDestroy();
    expect(await waiting).toMatchObject({ code: "CONNECTION", retryable: true });
  });

  it("fails with TIMEOUT when nothing comes, and breaks the connection off", async () => {
    const { url, tcp } = await serve(() => {});
    const connection = await connect(url, driver);
    expect(await errorOf(connection.receive(40))).toMatchObject({ code: "TIMEOUT", retryable: true });
    expect(connection.isOpen).toBe(false);
    await until(() => tcp.size === 0);
  });

  it("fails with TIMEOUT when the upgrade is not answered", async () => {
    const { url, tcp } = await serve(() => {}, silent);
    expect((await errorOf(connect(url, { ...driver, connectMs: 50 }))).code).toBe("TIMEOUT");
    await until(() => tcp.size === 0);
  });

  it.each(["before", "while opening", "open", "while receiving", "with messages waiting", "after the end"])("is called off %s: ABORTED, and the server sees it", async (stage) => {
    const { url, tcp } = await serve(
      (socket) => {
        if (stage === "with messages waiting" || stage === "after the end") socket.send("waiting");
        if (stage === "after the end") socket.close();
      },
      stage === "while opening" ? silent : undefined,
    );
    const controller = new AbortController();
    if (stage === "before") controller.abort();
    const opening = connect(url, { ...driver, signal: controller.signal });
    if (stage === "while opening") setTimeout(() => controller.abort(), 40);
    if (stage === "before" || stage === "while opening") {
      expect((await errorOf(opening)).code).toBe("ABORTED");
    } else {
      const connection = await opening;
      await pause(30);
      const waiting = stage === "while receiving" ? errorOf(connection.receive()) : undefined;
      controller.abort();
      expect((await (waiting ?? errorOf(connection.receive()))).code).toBe("ABORTED");
      expect(connection.isOpen).toBe(false);
    }
    await until(() => tcp.size === 0);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  it("fails for a message that is too large", async () => {
    const { url } = await serve((socket) => socket.send("x".repeat(5000)));
    const connection = await connect(url, { ...driver, maxMessageBytes: 4000 });
    expect((await errorOf(connection.receive(5000))).code).toBe("PROTOCOL");
  });

  it("waits to send while the other side does not read", async () => {
    const { url, tcp } = await serve((socket) => socket.pause());
    const connection = await connect(url, driver);
    await pause(20);
    const block = new Uint8Array(1024 * 1024);
    let sent = 0;
    const sending = (async () => {
      for (; sent < 200; sent += 1) await connection.send(block);
    })().catch((error: unknown) => error);
    await pause(300);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(50);
    connection.terminate();
    expect(await sending).toMatchObject({ code: "ABORTED" });
    for (const socket of tcp) socket.destroy();
  });

  it("fails where nothing listens, without a secret", async () => {
    const server = await serve(() => {});
    await server.close();
    const error = await errorOf(connect(server.url, driver));
    expect(error.code).toBe("CONNECTION");
    expect(error.message + String(error.stack)).not.toContain(secret);
  });

  it("fails with INVALID_CONFIG for an address or a subprotocol that cannot be", async () => {
    for (const [url, protocols] of [[`no url ${secret}`, []], ["https://acme.example/", []], ["ws://127.0.0.1:1/", ["a b"]]] as const) {
      const error = await errorOf(connect(url, { ...driver, protocols }));
      expect(error.code).toBe("INVALID_CONFIG");
      expect(error.message).not.toContain(secret);
    }
  });

  it("drops a parked connection on which a message comes, and uses one that is quiet again", async () => {
    const { url } = await serve((socket) => void socket.on("message", () => setTimeout(() => socket.send("late"), 30)));
    const connection = await connect(url, driver);
    let ended = 0;
    connection.park(() => (ended += 1));
    expect(connection.unpark()).toBe(true);
    await connection.send("late");
    connection.park(() => (ended += 1));
    await until(() => ended === 1);
    expect(connection.unpark()).toBe(false);
  });

  if (!isPlatform) return;
  it("refuses headers", async () => {
    const { url } = await serve(() => {});
    expect((await errorOf(connect(url, { ...driver, headers: { "x-key": secret } }))).code).toBe("UNSUPPORTED");
  });
});

describe("by ws only", () => {
  it("sends headers, and knows those of the answer", async () => {
    let seen: unknown;
    const { url } = await serve((_, headers) => (seen = headers["x-key"]));
    const connection = await connect(url, { headers: { "X-Key": secret, "X-None": undefined } });
    expect(seen).toBe(secret);
    expect(connection.headers["upgrade"]).toBe("websocket");
  });

  it.each([
    [401, "", "{}", "AUTHENTICATION"],
    [403, "", "", "PERMISSION"],
    [429, "retry-after: 3\r\n", '{"error":{"code":"insufficient_quota"}}', "QUOTA_EXCEEDED"],
    [429, "retry-after: 3\r\n", "busy", "RATE_LIMITED"],
    [503, "", "x".repeat(100_000), "SERVICE"],
    [302, "location: https://elsewhere.example/\r\n", "", "INVALID_CONFIG"],
    [200, "", "hello", "INVALID_CONFIG"],
  ])("makes of a refusal with %i (%s): %s %s", async (status, headers, body, code) => {
    const { url, tcp } = await serve(() => {}, (socket) => socket.end(`HTTP/1.1 ${status} No\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`));
    const error = await errorOf(connect(url));
    expect(error.code).toBe(code);
    if (status === 429) expect(error.retryAfterMs).toBe(3000);
    await until(() => tcp.size === 0);
  });

  it.each([
    ["garbage", "SSH-2.0\r\n\r\n"],
    ["a wrong accept key", "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: no\r\n\r\n"],
  ])("fails with PROTOCOL for %s", async (_case, answer) => {
    const { url } = await serve(() => {}, (socket) => socket.end(answer));
    expect((await errorOf(connect(url))).code).toBe("PROTOCOL");
  });

  it("fails with CONNECTION when the upgrade is cut off", async () => {
    const { url } = await serve(() => {}, (socket) => socket.destroy());
    expect((await errorOf(connect(url))).code).toBe("CONNECTION");
  });

  it("fails with PROTOCOL for frames that are not allowed", async () => {
    const { url, tcp } = await serve(() => setTimeout(() => tcp.forEach((socket) => socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]))), 10));
    const connection = await connect(url);
    expect((await errorOf(connection.receive(5000))).code).toBe("PROTOCOL");
    await until(() => tcp.size === 0);
  });

  it("leaves on the wire what is not received", async () => {
    let sent = 0;
    const { url } = await serve((socket) => {
      const block = Buffer.alloc(32 * 1024, 3);
      const send = (): void => {
        sent += block.length;
        if (sent < 200_000_000) socket.send(block, (error) => (error === undefined || error === null ? send() : undefined));
      };
      send();
    });
    const connection = await connect(url);
    await connection.receive();
    await pause(500);
    const before = sent;
    await pause(200);
    expect(sent).toBe(before);
    expect(sent).toBeLessThan(16_000_000);
    for (let index = 0; index < 500; index += 1) expect((await connection.receive(5000)).length).toBe(32 * 1024);
  });

  it("says goodbye once, also when it is closed twice at the same time", async () => {
    let code = 0;
    const { url } = await serve((socket) => void socket.on("close", (told) => (code = told)));
    const connection = await connect(url);
    await Promise.all([connection.close(), connection.close()]);
    await until(() => code !== 0);
    expect(code).toBe(1000);
  });

  it("shows no key when it is printed", async () => {
    const { url } = await serve(() => {});
    const connection = await connect(url, { headers: { "x-key": secret }, sent: [secret] });
    expect(inspect(connection, { depth: 9, showHidden: true }) + JSON.stringify(connection)).not.toContain("canary");
  });

  it("breaks a connection off when its close is not answered", async () => {
    const { url, tcp } = await serve(() => {}, upgradeOnly(Buffer.alloc(0)));
    const connection = await connect(url, { closeMs: 60 });
    expect(tcp.size).toBe(1);
    await connection.close();
    await until(() => tcp.size === 0);
  });

  it("notices a close whose connection the other side keeps", async () => {
    const { url, tcp } = await serve(() => {}, upgradeOnly(Buffer.from([0x81, 0x01, 0x61, 0x88, 0x02, 0x03, 0xe8])));
    const connection = await connect(url, { closeMs: 50 });
    expect(await connection.receive(5000)).toBe("a");
    expect((await errorOf(connection.receive(5000))).code).toBe("TRUNCATED");
    await until(() => tcp.size === 0);
  });

  it("keeps the connection alive by pings, and breaks off when nobody answers", async () => {
    let pings = 0;
    const alive = await serve((socket) => void socket.on("ping", () => (pings += 1)));
    const connection = await connect(alive.url, { pingMs: 15 });
    await until(() => pings >= 5);
    expect(connection.isOpen).toBe(true);
    const deaf = await serve((socket) => socket.pause());
    const other = await connect(deaf.url, { pingMs: 15 });
    expect((await errorOf(other.receive())).code).toBe("CONNECTION");
  });
});
