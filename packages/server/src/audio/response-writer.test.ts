import { createServer, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import type { BodyWriter } from "./body-writer.ts";
import { createResponseWriter } from "./response-writer.ts";
import { StalledError } from "./stalled-error.ts";
import { createStreamWriter } from "./stream-writer.ts";

const block = new Uint8Array(65_536).fill(7);

interface Opened extends AsyncDisposable {
  readonly writer: BodyWriter;
  readonly outgoing: ServerResponse;
  readonly socket: Socket;
  readonly gone: AbortController;
}

/** A writer of a real connection, and the client's side of that. */
async function open(stallMs = 30_000, version = "1.1"): Promise<Opened> {
  const gone = new AbortController();
  const server = createServer();
  const opened = new Promise<ServerResponse>((resolve) => server.once("request", (_request, response) => resolve(response)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(`GET / HTTP/${version}\r\nhost: x\r\n\r\n`);
  const outgoing = await opened;
  const writer = createResponseWriter(outgoing, gone.signal, { status: 200, headers: () => ({ "x-late": "yes" }), stallMs });
  return {
    writer,
    outgoing,
    socket,
    gone,
    async [Symbol.asyncDispose]() {
      socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Writes until the listener is behind. */
function fill(writer: BodyWriter): Promise<void> {
  for (;;) {
    const behind = writer.write(block);
    if (behind !== undefined) return behind;
  }
}

async function readAll(socket: Socket): Promise<string> {
  let all = "";
  for await (const part of socket) all += (part as Buffer).toString("latin1");
  return all;
}

describe("a writer over a response", () => {
  it("sends nothing before its first bytes, and then all", async () => {
    await using opened = await open();
    expect([opened.writer.hasBegun, opened.outgoing.headersSent]).toEqual([false, false]);
    expect(opened.writer.write(Buffer.from("hello"))).toBeUndefined();
    expect((await opened.writer.response).headers.get("x-hono-already-sent")).toBe("true");
    const ending = opened.writer.end();
    opened.outgoing.once("finish", () => opened.socket.end());
    const all = await readAll(opened.socket);
    await ending;
    expect(all).toContain("x-late: yes");
    expect(all.endsWith("5\r\nhello\r\n0\r\n\r\n")).toBe(true);
    expect(opened.outgoing.listenerCount("drain")).toBe(0);
  });

  it("waits while the listener is behind, and goes on", async () => {
    await using opened = await open();
    const waiting = fill(opened.writer);
    expect(opened.writer.isBehind).toBe(true);
    opened.socket.resume();
    await waiting;
    expect(opened.writer.isBehind).toBe(false);
  });

  it("gives up a listener who takes nothing, also at the end", async () => {
    await using first = await open(50);
    first.socket.pause();
    const stall = async (writer: BodyWriter): Promise<void> => {
      for (;;) await fill(writer);
    };
    await expect(stall(first.writer)).rejects.toBeInstanceOf(StalledError);
    await using second = await open(50);
    second.socket.pause();
    // More than both sides' buffers hold, in one piece: it is taken, but never sent.
    void second.writer.write(new Uint8Array(64 * 1_048_576));
    await expect(second.writer.end()).rejects.toBeInstanceOf(StalledError);
    expect(second.outgoing.destroyed).toBe(true);
  });

  it("tells of a listener who has gone", async () => {
    await using opened = await open();
    opened.socket.pause();
    const waiting = fill(opened.writer);
    opened.gone.abort(new Error("hung up"));
    await expect(waiting).rejects.toThrow("hung up");
    expect(() => opened.writer.write(block)).toThrow("hung up");
    expect(opened.outgoing.listenerCount("close")).toBeLessThan(3);
  });

  it("fails without an answer before its first bytes, and without an end after", async () => {
    await using early = await open();
    early.writer.fail(new Error("too early"));
    await expect(early.writer.response).rejects.toThrow("too early");
    expect(early.outgoing.headersSent).toBe(false);
    await using late = await open();
    void late.writer.write(Buffer.from("hello"));
    late.writer.fail(new Error("too late"), Buffer.from("sorry"));
    const all = await readAll(late.socket).catch(() => "");
    expect(all).toContain("5\r\nsorry\r\n");
    expect(all).not.toContain("0\r\n\r\n");
  });
});

describe("a writer over a response of HTTP/1.0", () => {
  it("ends by closing, and fails by a reset", async () => {
    await using whole = await open(30_000, "1.0");
    void whole.writer.write(Buffer.from("hello"));
    await whole.writer.end();
    expect((await readAll(whole.socket)).endsWith("\r\n\r\nhello")).toBe(true);
    await using broken = await open(30_000, "1.0");
    const reset = new Promise<NodeJS.ErrnoException>((resolve) => broken.socket.once("error", resolve));
    broken.socket.resume();
    void broken.writer.write(Buffer.from("hello"));
    await new Promise((resolve) => broken.socket.once("data", resolve));
    broken.writer.fail(new Error("broken"));
    expect((await reset).code).toBe("ECONNRESET");
  });
});

describe("a writer over a web stream", () => {
  const make = (onGone?: () => void): BodyWriter => createStreamWriter(new AbortController().signal, { status: 200, headers: () => ({}), stallMs: 1_000, onGone });

  it("holds, and goes on when it is read", async () => {
    const writer = make();
    const waiting = fill(writer);
    const reader = (await writer.response).body?.getReader();
    expect(writer.isBehind).toBe(true);
    await reader?.read();
    await waiting;
    await writer.end();
    await expect(reader?.read()).resolves.toMatchObject({ done: true });
  });

  it("says its last words before it breaks", async () => {
    const writer = make();
    void writer.write(Buffer.from("hello"));
    writer.fail(new Error("broken"), Buffer.from("sorry"));
    const reader = (await writer.response).body?.getReader();
    const words = [await reader?.read(), await reader?.read()].map((read) => Buffer.from(read?.value ?? []).toString());
    expect(words).toEqual(["hello", "sorry"]);
    await expect(reader?.read()).rejects.toThrow("broken");
  });

  it("tells when its reader leaves", async () => {
    let gone = 0;
    const writer = make(() => (gone += 1));
    const waiting = fill(writer);
    await (await writer.response).body?.cancel();
    await expect(waiting).rejects.toThrow();
    expect(gone).toBe(1);
  });
});
