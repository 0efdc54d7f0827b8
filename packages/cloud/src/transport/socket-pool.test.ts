import { getEventListeners, once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import { errorOf, pause, until } from "./servers.test-helper.ts";
import { createSocketPool, type LeaseRequest, type SocketPool, type SocketPoolOptions } from "./socket-pool.ts";
import { openWebSocket } from "./web-socket.ts";

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

interface Server {
  url: string;
  /** Connections that there have been. */
  accepted: number;
  open: Set<WebSocket>;
  heard: string[];
}

async function serve(answer: (socket: WebSocket, text: string, server: Server) => void = (socket, text) => socket.send(`re: ${text}`)): Promise<Server> {
  const listener = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(listener, "listening");
  const server: Server = { url: `ws://127.0.0.1:${(listener.address() as AddressInfo).port}/`, accepted: 0, open: new Set(), heard: [] };
  listener.on("connection", (socket) => {
    server.accepted += 1;
    server.open.add(socket);
    socket.on("close", () => server.open.delete(socket));
    socket.on("error", () => {});
    socket.on("message", (data: Buffer) => {
      server.heard.push(data.toString());
      answer(socket, data.toString(), server);
    });
  });
  opened.push({
    close() {
      for (const socket of server.open) socket.terminate();
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  });
  return server;
}

function makePool(options: Partial<SocketPoolOptions> = {}): SocketPool {
  const pool = createSocketPool({ engine: "acme", ...options });
  opened.push(pool);
  return pool;
}

function lease(server: Server, more: Partial<LeaseRequest> = {}): LeaseRequest {
  const doing = "Asking Acme for audio";
  return { doing, key: server.url, signal: new AbortController().signal, open: (signal) => openWebSocket({ engine: "acme", doing, url: server.url, signal }), ...more };
}

async function turn(pool: SocketPool, request: LeaseRequest, text = "hello"): Promise<boolean> {
  const taken = await pool.take(request);
  await taken.send(text);
  expect(await taken.receive(5000)).toBe(`re: ${text}`);
  taken.giveBack();
  await taken.discard();
  return taken.isReused;
}

describe("createSocketPool", () => {
  it("keeps a connection for the next turn", async () => {
    const server = await serve();
    const pool = makePool();
    const { signal } = new AbortController();
    expect(await turn(pool, lease(server, { signal }))).toBe(false);
    expect(await turn(pool, lease(server, { signal }))).toBe(true);
    expect([server.accepted, pool.idleCount]).toEqual([1, 1]);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("shares no connection between keys", async () => {
    const server = await serve();
    const pool = makePool();
    await turn(pool, lease(server));
    expect(await turn(pool, lease(server, { key: "another key" }))).toBe(false);
    expect(server.accepted).toBe(2);
  });

  it("closes what is not given back", async () => {
    const server = await serve();
    const pool = makePool();
    const taken = await pool.take(lease(server));
    await taken.send("hello");
    await taken.discard();
    taken.giveBack();
    expect(pool.idleCount).toBe(0);
    await until(() => server.open.size === 0);
  });

  it("keeps no more than allowed, and no longer", async () => {
    const server = await serve();
    const pool = makePool({ maxIdle: 1, idleMs: 60 });
    const both = await Promise.all([pool.take(lease(server)), pool.take(lease(server))]);
    both.forEach((taken) => taken.giveBack());
    expect(pool.idleCount).toBe(1);
    await until(() => pool.idleCount === 0 && server.open.size === 0);
  });

  it("drops a connection that the other side closes while it waits", async () => {
    const server = await serve();
    const pool = makePool();
    await turn(pool, lease(server));
    for (const socket of server.open) socket.close();
    await until(() => pool.idleCount === 0);
    expect(await turn(pool, lease(server))).toBe(false);
  });

  it("drops a connection on which late messages come", async () => {
    const server = await serve((socket, text) => {
      socket.send(`re: ${text}`);
      setTimeout(() => socket.send("late"), 20);
    });
    const pool = makePool();
    await turn(pool, lease(server));
    await until(() => pool.idleCount === 0);
    expect(await turn(pool, lease(server))).toBe(false);
  });

  it.each(["at once", "by a reset", "with a clean close"])("replaces a connection that turns out dead (%s), once, and sends again what was sent", async (how) => {
    const server = await serve((socket, text, self) => {
      if (self.accepted > 1 || text === "first") return void socket.send(`re: ${text}`);
      if (how === "with a clean close") return socket.close();
      if (how === "by a reset") return socket.terminate();
    });
    const pool = makePool();
    await turn(pool, lease(server), "first");
    if (how === "at once") setTimeout(() => server.open.forEach((socket) => socket.terminate()), 30);
    const taken = await pool.take(lease(server));
    const receiving = taken.receive(5000);
    await taken.send("a");
    await taken.send("b");
    expect(await receiving).toBe("re: a");
    expect(await taken.receive(5000)).toBe("re: b");
    expect(taken.isReused).toBe(true);
    expect(server.accepted).toBe(2);
    taken.giveBack();
    expect(pool.idleCount).toBe(1);
  });

  it("does not replace a connection once something has come, nor a new one, nor twice", async () => {
    const server = await serve((socket, text) => {
      if (text !== "die") socket.send(`re: ${text}`);
      else socket.terminate();
    });
    const pool = makePool();
    const first = await pool.take(lease(server));
    await first.send("die");
    expect((await errorOf(first.receive(5000))).code).toBe("CONNECTION");
    await first.discard();
    await turn(pool, lease(server));
    const second = await pool.take(lease(server));
    await second.send("hello");
    await second.receive(5000);
    await second.send("die");
    expect((await errorOf(second.receive(5000))).code).toBe("CONNECTION");
    await second.discard();
    await turn(pool, lease(server));
    const third = await pool.take(lease(server));
    await third.send("die");
    expect((await errorOf(third.receive(5000))).code).toBe("CONNECTION");
    await third.discard();
    expect(server.heard.filter((text) => text === "die")).toHaveLength(4);
    expect(pool.idleCount).toBe(0);
  });

  it("breaks a lent connection off by its own signal only", async () => {
    const server = await serve(() => {});
    const pool = makePool();
    const first = new AbortController();
    const given = await pool.take(lease(server, { signal: first.signal }));
    given.giveBack();
    first.abort();
    expect(pool.idleCount).toBe(1);
    const second = new AbortController();
    const taken = await pool.take(lease(server, { signal: second.signal }));
    expect(taken.isReused).toBe(true);
    const waiting = errorOf(taken.receive());
    second.abort();
    expect((await waiting).code).toBe("ABORTED");
    await taken.discard();
    await until(() => server.open.size === 0);
    expect((await errorOf(pool.take(lease(server, { signal: first.signal })))).code).toBe("ABORTED");
  });

  it("opens ahead", async () => {
    const server = await serve();
    const pool = makePool();
    await pool.warmUp(lease(server));
    await pool.warmUp(lease(server));
    expect([server.accepted, pool.idleCount]).toEqual([1, 1]);
    expect(await turn(pool, lease(server))).toBe(true);
  });

  it("closes everything, twice, and opens nothing any more", async () => {
    const server = await serve(() => {});
    const pool = makePool();
    (await pool.take(lease(server))).giveBack();
    const taken = await pool.take(lease(server, { key: "other" }));
    const waiting = errorOf(taken.receive());
    const slow = pool.take(lease(server, { key: "slow", open: async (signal) => (await pause(50), openWebSocket({ engine: "acme", doing: "x", url: server.url, signal })) }));
    const refused = errorOf(slow);
    await pool.close();
    await pool.close();
    expect((await waiting).code).toBe("ABORTED");
    expect((await refused).code).toBe("ABORTED");
    taken.giveBack();
    await until(() => server.open.size === 0);
    expect(pool.idleCount).toBe(0);
    expect((await errorOf(pool.take(lease(server)))).code).toBe("ABORTED");
  });
});
