import { once } from "node:events";
import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { FakeFault, FakeRequest } from "./fake-fault.ts";
import { answerText, createFakeHttpServer, sendBody, type FakeExchange, type FakeHttpServer } from "./fake-http-server.ts";
import { createFakeRequest } from "./fake-request.ts";

async function open(handle: (exchange: FakeExchange) => Promise<void> | void): Promise<FakeHttpServer> {
  const server = await createFakeHttpServer({ handle });
  onTestFinished(() => server.close().catch(() => {}));
  return server;
}

/** A server of one body, and what it has seen. */
async function openBody(pieces: () => AsyncIterable<Uint8Array>, fault?: FakeFault): Promise<{ server: FakeHttpServer; seen: FakeRequest[] }> {
  const seen: FakeRequest[] = [];
  const server = await open((exchange) => {
    const request = createFakeRequest({ index: seen.length, text: "", voice: undefined, parameters: {} });
    seen.push(request);
    return sendBody(exchange, pieces(), fault, request);
  });
  return { server, seen };
}

async function* zeros(count: number, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let index = 0; index < count; index += 1) yield new Uint8Array(size);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe("createFakeHttpServer", () => {
  it("shows what was asked and answers it", async () => {
    const exchanges: FakeExchange[] = [];
    const server = await open(async (exchange) => {
      exchanges.push(exchange);
      answerText(exchange, 201, { "x-test": "yes" }, `got ${Buffer.from(await exchange.body()).toString()}, ${(await exchange.body()).length} bytes`);
    });
    const response = await fetch(`${server.url}/a/b?c=d`, { method: "PUT", body: "größe" });
    expect([response.status, response.headers.get("x-test"), await response.text()]).toEqual([201, "yes", "got größe, 7 bytes"]);
    const [exchange] = exchanges;
    expect(exchange).toMatchObject({ method: "PUT", path: "/a/b", calledOffAtMs: undefined });
    expect(exchange?.query.get("c")).toBe("d");
    await until(() => exchange?.gone.aborted === true);
    expect(exchange?.calledOff.aborted).toBe(false);
  });

  it("counts connections", async () => {
    const server = await open((exchange) => answerText(exchange, 200, {}, "ok"));
    const agent = new Agent({ keepAlive: true });
    for (let index = 0; index < 3; index += 1) {
      const [response] = (await once(httpRequest(server.url, { agent }).end(), "response")) as [IncomingMessage];
      await once(response.resume(), "close");
    }
    expect([server.connections, server.openConnections]).toEqual([1, 1]);
    agent.destroy();
    await until(() => server.openConnections === 0);
    expect(server.connections).toBe(1);
  });

  it("tells when the client went away", async () => {
    const exchanges: FakeExchange[] = [];
    const server = await open((exchange) => void exchanges.push(exchange));
    const request = ignoringErrors(httpRequest(server.url).end());
    await until(() => exchanges.length === 1);
    const leftAtMs = performance.now();
    request.destroy();
    await until(() => exchanges[0]?.calledOff.aborted === true);
    expect(exchanges[0]?.calledOffAtMs).toBeGreaterThanOrEqual(leftAtMs);
    expect(exchanges[0]?.calledOffAtMs).toBeLessThanOrEqual(performance.now());
  });

  it("closes at once, twice, with requests that nobody answers and connections that ask nothing", async () => {
    const exchanges: FakeExchange[] = [];
    const server = await open((exchange) => void exchanges.push(exchange));
    const request = ignoringErrors(httpRequest(server.url).end());
    const idle = connect(server.port, "127.0.0.1");
    await once(idle, "connect");
    await until(() => exchanges.length === 1 && server.openConnections === 2);
    const gone = Promise.all([request, idle].map((client) => new Promise((resolve) => client.on("close", resolve))));
    await Promise.all([server.close(), server.close()]);
    await gone;
    expect(server.openConnections).toBe(0);
    expect([exchanges[0]?.gone.aborted, exchanges[0]?.calledOff.aborted]).toEqual([true, false]);
    await expect(fetch(server.url)).rejects.toThrow("fetch failed");
  });

  it("does not hide a mistake of what answers", async () => {
    const server = await createFakeHttpServer({
      handle() {
        throw new TypeError("a mistake");
      },
    });
    await expect(fetch(server.url)).rejects.toThrow("fetch failed");
    await expect(server.close()).rejects.toThrow("a mistake");
  });

  it("refuses a body without end, and minds no client that leaves in the middle of one", async () => {
    const server = await createFakeHttpServer({ handle: async (exchange) => void (await exchange.body()) });
    const request = ignoringErrors(httpRequest(server.url, { method: "POST", headers: { "content-length": 100 } }));
    request.write("ten bytes.");
    await until(() => server.openConnections === 1);
    request.destroy();
    await until(() => server.openConnections === 0);
    await expect(fetch(server.url, { method: "POST", body: new Uint8Array(1_100_000) })).rejects.toThrow("fetch failed");
    await expect(server.close()).rejects.toThrow("more than 1048576 bytes");
  });
});

describe("sendBody", () => {
  it("waits for a client that does not read", async () => {
    let made = 0;
    const { server, seen } = await openBody(async function* () {
      for (; made < 1_000; made += 1) yield new Uint8Array(100_000);
    });
    const [response] = (await once(httpRequest(server.url).end(), "response")) as [IncomingMessage];
    response.pause();
    let before = -1;
    while (before !== made) {
      before = made;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(made).toBeLessThan(200);
    let received = 0;
    response.on("data", (chunk: Buffer) => (received += chunk.length));
    await once(response.resume(), "end");
    expect(received).toBe(100_000_000);
    await until(() => seen[0]?.state !== "active");
    expect(seen[0]).toMatchObject({ state: "finished", audioBytes: 100_000_000 });
  });

  it("stops making audio when the client goes away", async () => {
    let ended = false;
    const { server, seen } = await openBody(async function* () {
      try {
        for (;;) {
          yield new Uint8Array(10_000);
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        ended = true;
      }
    });
    const [response] = (await once(httpRequest(server.url).end(), "response")) as [IncomingMessage];
    await once(response, "data");
    response.destroy();
    await until(() => ended);
    expect(seen[0]?.state).toBe("called-off");
    expect(seen[0]?.endedAtMs).toBeLessThanOrEqual(performance.now());
  });

  it("ends as failed when the server closes in the middle, stalled or not", async () => {
    for (const fault of [{ kind: "stall", afterBytes: 5 }, { kind: "no-answer" }] as const) {
      const { server, seen } = await openBody(() => zeros(10, 10), fault);
      ignoringErrors(httpRequest(server.url).end());
      await until(() => seen.length === 1);
      await server.close();
      expect(seen[0]?.state).toBe("failed");
    }
  });

  it("refuses faults that stand in place of a body", async () => {
    const { server } = await openBody(() => zeros(1, 1), { kind: "status", status: 500 });
    await expect(fetch(server.url)).rejects.toThrow("fetch failed");
    await expect(server.close()).rejects.toThrow('"status" stands in place of a body');
  });
});

/** What was called off, or broken by the server, ends with an error that is no news. */
function ignoringErrors(request: ClientRequest): ClientRequest {
  request.on("error", () => {});
  request.on("response", (response: IncomingMessage) => response.on("error", () => {}).resume());
  return request;
}
