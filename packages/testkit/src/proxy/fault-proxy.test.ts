import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createFaultProxy, type FaultProxy, type FaultProxyOptions } from "./fault-proxy.ts";

const opened: { server?: Server; proxy?: FaultProxy } = {};

afterEach(async () => {
  await opened.proxy?.close();
  opened.server?.close();
});

/** A server that does something with every connection, behind a proxy. */
async function through(serve: (socket: Socket) => void, faults: Omit<FaultProxyOptions, "target"> = {}): Promise<{ proxy: FaultProxy; client: Socket; server: Socket }> {
  let accept: (socket: Socket) => void = () => {};
  const accepted = new Promise<Socket>((resolve) => (accept = resolve));
  const listener = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    accept(socket);
    serve(socket);
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const proxy = await createFaultProxy({ target: { port: (listener.address() as AddressInfo).port }, ...faults });
  Object.assign(opened, { server: listener, proxy });
  const client = connect({ port: proxy.port, host: proxy.host, allowHalfOpen: true });
  client.on("error", () => {});
  await once(client, "connect");
  return { proxy, client, server: await accepted };
}

const echo = (socket: Socket): void => void socket.pipe(socket);
const quiet = (): void => {};
const data = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 31) % 251));

async function readAll(socket: Socket): Promise<{ bytes: Buffer; pieces: number[]; error: string | undefined }> {
  const parts: Buffer[] = [];
  let error: string | undefined;
  socket.on("data", (part: Buffer) => parts.push(part));
  socket.on("error", (thrown: NodeJS.ErrnoException) => (error = thrown.code));
  await new Promise<void>((resolve) => {
    socket.once("end", resolve);
    socket.once("close", () => resolve());
  });
  return { bytes: Buffer.concat(parts), pieces: parts.map((part) => part.length), error };
}

describe("createFaultProxy", () => {
  it("passes every byte on, both ways, and counts them", async () => {
    const { proxy, client } = await through(echo);
    const reading = readAll(client);
    client.end(data);
    expect((await reading).bytes.equals(data)).toBe(true);
    expect(proxy.bytes).toEqual({ toServer: data.length, toClient: data.length });
    expect([proxy.accepted, proxy.connections]).toEqual([1, 0]);
  });

  it("slices, delays and shakes, and keeps the order", async () => {
    const { client } = await through(echo, { toServer: { latencyMs: 5, jitterMs: 20, sliceBytes: [1, 900] }, toClient: { sliceBytes: 512, jitterMs: 5 } });
    const reading = readAll(client);
    for (let at = 0; at < data.length; at += 5000) client.write(data.subarray(at, at + 5000));
    client.end();
    const { bytes, pieces } = await reading;
    expect(bytes.equals(data)).toBe(true);
    expect(pieces.length).toBeGreaterThan(10);
  });

  it("is late by its latency at least", async () => {
    const { client } = await through(echo, { toServer: { latencyMs: 60 }, toClient: { latencyMs: 40 } });
    const sentAt = performance.now();
    client.write("x");
    await once(client, "data");
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(95);
  });

  it("is no faster than its bandwidth", async () => {
    const { client } = await through(echo, { toClient: { bytesPerSecond: 50_000 } });
    const reading = readAll(client);
    const sentAt = performance.now();
    client.end(data.subarray(0, 10_000));
    expect((await reading).bytes.length).toBe(10_000);
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(170);
  });

  it("stalls and goes on, in one direction", async () => {
    const { proxy, client, server } = await through(quiet);
    proxy.stall("toClient");
    server.write("late");
    client.write("early");
    expect(String((await once(server, "data"))[0])).toBe("early");
    let came = false;
    client.once("data", () => (came = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(came).toBe(false);
    proxy.release();
    await once(client, "data");
  });

  it("resets, so that the other side sees an error and no end", async () => {
    const { proxy, client, server } = await through(quiet);
    server.write(data.subarray(0, 100));
    await once(client, "data");
    const reading = readAll(client);
    proxy.reset();
    expect((await reading).error).toBe("ECONNRESET");
    expect(server.destroyed || (await once(server, "close"))).toBeTruthy();
  });

  it.each([["reset", "ECONNRESET"], ["end", undefined]] as const)("breaks off after a limit of bytes with %s", async (afterLimit, code) => {
    const { client } = await through((socket) => socket.once("data", () => socket.end(data)), { toClient: { limitBytes: 12_345, afterLimit } });
    const reading = readAll(client);
    client.write("go");
    const { bytes, error } = await reading;
    expect(error).toBe(code);
    expect(bytes.length).toBeLessThanOrEqual(12_345);
    expect(bytes.equals(data.subarray(0, bytes.length))).toBe(true);
    if (afterLimit === "end") expect(bytes.length).toBe(12_345);
  });

  it("half-closes: one direction ends, the other goes on", async () => {
    const { proxy, client, server } = await through(quiet);
    server.resume();
    proxy.halfClose("toServer");
    await once(server, "end");
    server.end("still here");
    expect(String((await readAll(client)).bytes)).toBe("still here");
  });

  it("changes while it is used", async () => {
    const { proxy, client } = await through(echo);
    client.write("one");
    await once(client, "data");
    proxy.set("toClient", { latencyMs: 50 });
    const sentAt = performance.now();
    client.write("two");
    await once(client, "data");
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(45);
  });

  it("refuses, and accepts again", async () => {
    const { proxy } = await through(echo);
    proxy.refuse(true);
    const refused = connect(proxy.port, proxy.host);
    expect((await readAll(refused)).error).toBe("ECONNRESET");
    proxy.refuse(false);
    const taken = connect(proxy.port, proxy.host);
    taken.write("x");
    await once(taken, "data");
    taken.destroy();
  });

  it("breaks the client when there is no server, and closes twice", async () => {
    const proxy = await createFaultProxy({ target: { port: 1 } });
    const client = connect(proxy.port, proxy.host);
    expect((await readAll(client)).error).toBe("ECONNRESET");
    await proxy.close();
    await proxy.close();
    expect(proxy.connections).toBe(0);
  });

  it("closes what is open", async () => {
    const { proxy, client } = await through(echo, { toClient: { latencyMs: 60_000 } });
    client.write("never comes back");
    const reading = readAll(client);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await proxy.close();
    expect((await reading).error).toBe("ECONNRESET");
    expect(proxy.connections).toBe(0);
  });
});
