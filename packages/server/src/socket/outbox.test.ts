import { once } from "node:events";
import { systemClock } from "@parlando/core";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createOutbox } from "./outbox.ts";

interface Pair extends AsyncDisposable {
  /** The side of the server. */
  readonly socket: WebSocket;
  readonly client: WebSocket;
}

async function connect(): Promise<Pair> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  await once(server, "listening");
  const address = server.address();
  const client = new WebSocket(`ws://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`);
  const [socket] = (await once(server, "connection")) as [WebSocket];
  if (client.readyState !== client.OPEN) await once(client, "open");
  return {
    socket,
    client,
    async [Symbol.asyncDispose]() {
      client.terminate();
      socket.terminate();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** More than the system's own buffers of both sides take. */
const MANY = 40_000;

describe("an outbox", () => {
  it("holds audio back from a client that does not read, and reads no more of what it writes, until it reads again", async () => {
    await using pair = await connect();
    const { socket, client } = pair;
    const outbox = createOutbox(socket, systemClock);
    expect(outbox.isFull).toBe(false);
    client.pause();
    let sent = 0;
    while (!socket.isPaused && sent < MANY) {
      outbox.text("x".repeat(1_000));
      sent += 1;
    }
    expect(outbox.isFull).toBe(true);
    expect(socket.isPaused).toBe(true);
    expect(socket.bufferedAmount).toBeLessThan(1_100_000);
    let came = 0;
    const all = new Promise<void>((resolve) => client.on("message", () => (came += 1) === sent && resolve()));
    client.resume();
    while (outbox.isFull) await outbox.taken();
    await all;
    while (socket.isPaused) await once(socket, "message", { signal: AbortSignal.timeout(50) }).catch(() => undefined);
    const heard = once(socket, "message");
    client.send("heard");
    await heard;
  });

  it("lets nobody wait for a socket that is closed, and drops what is sent to it", async () => {
    await using pair = await connect();
    const outbox = createOutbox(pair.socket, systemClock);
    const waiting = outbox.taken();
    pair.client.terminate();
    await waiting;
    if (pair.socket.readyState !== pair.socket.CLOSED) await once(pair.socket, "close");
    outbox.text("late");
    outbox.binary(new Uint8Array(4));
    expect(outbox.isFull).toBe(false);
  });
});
