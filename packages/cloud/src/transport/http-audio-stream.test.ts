import { getEventListeners } from "node:events";
import { createFaultProxy } from "@parlando/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { createHttpClient } from "./http-audio-stream.ts";
import type { HttpClient, HttpClientOptions, HttpRequest } from "./http-types.ts";
import { errorOf, join, pause, readAll, serveHttp, serveRaw, until, type TestServer } from "./servers.test-helper.ts";

const audio = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 31) % 251));
const secret = "canary-key-1234";
const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

function keep<One extends { close(): Promise<void> }>(one: One): One {
  opened.push(one);
  return one;
}

const makeClient = (options: Partial<HttpClientOptions> = {}): HttpClient => keep(createHttpClient({ engine: "acme", ...options }));
const ask = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({ doing: "Asking Acme for audio", url, body: "{}", signal: new AbortController().signal, ...more });
const chunkedHead = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

const transports: [string, () => Partial<HttpClientOptions>][] = [
  ["node", () => ({})],
  ["fetch", () => ({ fetch })],
];

describe.each(transports)("by %s", (_name, settings) => {
  it("sends a request and reads its answer, byte for byte", async () => {
    let seen: { method?: string | undefined; body: string; key?: string | undefined } | undefined;
    const server = keep(
      await serveHttp((request, response) => {
        let body = "";
        request.on("data", (bytes: Buffer) => (body += bytes.toString()));
        request.on("end", () => {
          seen = { method: request.method, body, key: request.headers["x-key"] as string };
          response.setHeader("X-Request-Id", "r1");
          for (let at = 0; at < audio.length; at += 7001) response.write(audio.subarray(at, at + 7001));
          response.end();
        });
      }),
    );
    const controller = new AbortController();
    const response = await makeClient(settings()).open(ask(server.url, { body: '{"a":1}', headers: { "X-Key": secret, "X-None": undefined }, signal: controller.signal }));
    expect(response.status).toBe(200);
    expect(response.headers["x-request-id"]).toBe("r1");
    const { items, error } = await readAll(response.body);
    expect(error).toBeUndefined();
    expect(join(items).equals(audio)).toBe(true);
    expect(seen).toEqual({ method: "POST", body: '{"a":1}', key: secret });
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  it("reads an empty body as one that ends, and again", async () => {
    const server = keep(await serveHttp((_, response) => response.end()));
    const { body } = await makeClient(settings()).open(ask(server.url));
    const iterator = body[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    body.cancel();
    body.cancel();
  });

  it("hands an error status over with its body", async () => {
    const server = keep(await serveHttp((_, response) => response.writeHead(429, { "retry-after": "3" }).end("slow down")));
    const response = await makeClient(settings()).open(ask(server.url));
    expect([response.status, response.headers["retry-after"]]).toEqual([429, "3"]);
    expect(join((await readAll(response.body)).items).toString()).toBe("slow down");
  });

  it("fails with INVALID_CONFIG for a redirect, and does not follow it", async () => {
    let asked = 0;
    const server = keep(
      await serveHttp((_, response) => {
        asked += 1;
        response.writeHead(302, { location: `https://other.example/?token=${secret}` }).end();
      }),
    );
    const error = await errorOf(makeClient(settings()).open(ask(server.url)));
    expect([error.code, error.retryable, asked]).toEqual(["INVALID_CONFIG", false, 1]);
    expect(error.message).not.toContain(secret);
  });

  it.each([
    ["a length that is not reached", "HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n", "x".repeat(1000)],
    ["a cut inside a chunk", chunkedHead, `3e8\r\n${"x".repeat(700)}`],
    ["a cut between chunks", chunkedHead, `3e8\r\n${"x".repeat(1000)}\r\n`],
  ])("fails with TRUNCATED for %s, after what came", async (_case, head, body) => {
    const server = keep(await serveRaw((socket) => socket.end(head + body)));
    const response = await makeClient(settings()).open(ask(server.url));
    const { items, error } = await readAll(response.body);
    expect(error).toMatchObject({ code: "TRUNCATED", retryable: true, engine: "acme" });
    if (settings().fetch === undefined) expect(join(items).toString()).toBe("x".repeat(/x+/.exec(body)?.[0].length ?? 0));
  });

  it("fails with a retryable error for a reset in the body", async () => {
    const server = keep(
      await serveRaw((socket) => {
        socket.write(`${chunkedHead}3e8\r\n${"x".repeat(1000)}\r\n`);
        setTimeout(() => socket.resetAndDestroy(), 30);
      }),
    );
    const response = await makeClient(settings()).open(ask(server.url));
    const { error } = await readAll(response.body);
    expect(error).toMatchObject({ code: settings().fetch === undefined ? "CONNECTION" : "TRUNCATED", retryable: true });
  });

  it.each([
    ["a close without an answer", (url: TestServer) => url.sockets.forEach((socket) => socket.destroy())],
    ["a reset without an answer", (url: TestServer) => url.sockets.forEach((socket) => socket.resetAndDestroy())],
  ])("fails with CONNECTION for %s, and does not ask twice", async (_case, breakOff) => {
    let asked = 0;
    const server = keep(
      await serveRaw(() => {
        asked += 1;
        breakOff(server);
      }),
    );
    const error = await errorOf(makeClient(settings()).open(ask(server.url)));
    expect(error).toMatchObject({ code: "CONNECTION", retryable: true });
    expect(asked).toBe(1);
  });

  it("fails with CONNECTION where nothing listens", async () => {
    const server = await serveHttp(() => {});
    await server.close();
    const error = await errorOf(makeClient(settings()).open(ask(`${server.url}?key=${secret}`)));
    expect(error.code).toBe("CONNECTION");
    expect(error.message).toContain("ECONNREFUSED");
    expect(JSON.stringify(error) + error.message + String(error.stack)).not.toContain(secret);
  });

  it("fails with INVALID_CONFIG for an address that is none, and shows it not", async () => {
    for (const url of [`not a url ${secret}`, `ftp://${secret}@acme.example/`]) {
      const error = await errorOf(makeClient(settings()).open(ask(url)));
      expect(error.code).toBe("INVALID_CONFIG");
      expect(error.message).not.toContain(secret);
    }
  });

  it("fails with a typed error where the answer is not HTTP", async () => {
    const server = keep(await serveRaw((socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n\r\n")));
    const error = await errorOf(makeClient(settings()).open(ask(server.url)));
    expect(["PROTOCOL", "CONNECTION"]).toContain(error.code);
  });

  it("fails with TIMEOUT when no answer comes, when no body comes, and when the body stops", async () => {
    const server = keep(
      await serveHttp((request, response) => {
        if (request.url === "/none") return;
        response.writeHead(200);
        response.flushHeaders();
        if (request.url === "/stalls") response.write("some");
      }),
    );
    const client = makeClient({ ...settings(), connectMs: 50, firstByteMs: 50, idleMs: 60 });
    expect(await errorOf(client.open(ask(`${server.url}none`)))).toMatchObject({ code: "TIMEOUT", retryable: true });
    const empty = await readAll((await client.open(ask(`${server.url}empty`))).body);
    expect([empty.items.length, empty.error?.code]).toEqual([0, "TIMEOUT"]);
    const stalled = await readAll((await client.open(ask(`${server.url}stalls`))).body);
    expect([join(stalled.items).toString(), stalled.error?.code]).toEqual(["some", "TIMEOUT"]);
    await until(() => server.sockets.size === 0);
  });

  it("does not take a slow reader for a stalled service", async () => {
    const server = keep(await serveHttp((_, response) => response.end(audio)));
    const { body } = await makeClient({ ...settings(), idleMs: 40 }).open(ask(server.url));
    const parts: Uint8Array[] = [];
    for await (const bytes of body) {
      if (parts.push(bytes) === 1) await pause(120);
    }
    expect(join(parts).equals(audio)).toBe(true);
  });

  it.each(["before", "while connecting", "before the answer", "in the body", "while nothing is read", "after the body has come"])("is called off %s: ABORTED, and the server sees it", async (stage) => {
    const server = keep(
      await serveHttp((_, response) => {
        if (stage === "before the answer") return;
        response.writeHead(200);
        if (stage === "after the body has come") response.end("all");
        else response.write("first");
      }),
    );
    const controller = new AbortController();
    const client = makeClient(settings());
    const reason = new Error("enough");
    if (stage === "before") controller.abort(reason);
    const opening = client.open(ask(server.url, { signal: controller.signal }));
    if (stage === "while connecting") controller.abort(reason);
    if (stage === "before the answer") setTimeout(() => controller.abort(reason), 40);
    if (["before", "while connecting", "before the answer"].includes(stage)) {
      expect(await errorOf(opening)).toMatchObject({ code: "ABORTED", cause: reason });
    } else {
      const iterator = (await opening).body[Symbol.asyncIterator]();
      await pause(20);
      if (stage === "in the body") expect((await iterator.next()).done).toBe(false);
      const waiting = stage === "in the body" ? errorOf(iterator.next()) : undefined;
      controller.abort(reason);
      expect(await (waiting ?? errorOf(iterator.next()))).toMatchObject({ code: "ABORTED", cause: reason });
    }
    if (stage !== "after the body has come") await until(() => server.sockets.size === 0);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  it("ends the request when the loop is left early", async () => {
    const server = keep(
      await serveHttp((_, response) => {
        response.write("first");
      }),
    );
    const controller = new AbortController();
    const { body } = await makeClient(settings()).open(ask(server.url, { signal: controller.signal }));
    for await (const _ of body) break;
    await until(() => server.sockets.size === 0);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  it("ends everything when it is closed, twice, and takes no more requests", async () => {
    const server = keep(
      await serveHttp((request, response) => {
        if (request.url === "/body") response.write("first");
      }),
    );
    const client = makeClient(settings());
    const { body } = await client.open(ask(`${server.url}body`));
    const reading = readAll(body);
    const waiting = errorOf(client.open(ask(server.url)));
    await pause(30);
    await client.close();
    await client.close();
    expect((await reading).error?.code).toBe("ABORTED");
    expect((await waiting).code).toBe("ABORTED");
    expect((await errorOf(client.open(ask(server.url)))).code).toBe("ABORTED");
    await until(() => server.sockets.size === 0);
  });

  it("stays whole through a link that cuts everything into crumbs", async () => {
    const server = keep(await serveHttp((_, response) => response.end(audio.subarray(0, 30_000))));
    const proxy = keep(await createFaultProxy({ target: { port: server.port }, toClient: { sliceBytes: [1, 400] } }));
    const { body } = await makeClient(settings()).open(ask(`http://127.0.0.1:${proxy.port}/`));
    expect(join((await readAll(body)).items).equals(audio.subarray(0, 30_000))).toBe(true);
  });
});

describe("by node only", () => {
  it("keeps a connection for the next request, after a body that was read to its end", async () => {
    const server = keep(await serveHttp((_, response) => response.end("audio")));
    const client = makeClient();
    for (let turn = 0; turn < 3; turn += 1) {
      await readAll((await client.open(ask(server.url))).body);
      await pause(5);
    }
    expect(server.accepted()).toBe(1);
    await client.close();
    await until(() => server.sockets.size === 0);
  });

  it("does not keep a connection whose body was left", async () => {
    const server = keep(
      await serveHttp((_, response) => {
        response.write("audio");
        setTimeout(() => response.end(), 20);
      }),
    );
    const client = makeClient();
    for (let turn = 0; turn < 2; turn += 1) {
      for await (const _ of (await client.open(ask(server.url))).body) break;
    }
    expect(server.accepted()).toBe(2);
  });

  it("asks once more where a kept connection was dead, and only then", async () => {
    let asked = 0;
    const server = keep(
      await serveRaw((socket) => {
        asked += 1;
        // The second request on a connection meets its end, as it does when the server's idle time is over at that moment.
        if (asked === 2) return void socket.resetAndDestroy();
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      }),
    );
    const client = makeClient();
    await readAll((await client.open(ask(server.url))).body);
    await pause(10);
    const { items } = await readAll((await client.open(ask(server.url))).body);
    expect(join(items).toString()).toBe("ok");
    expect([asked, server.accepted()]).toEqual([3, 2]);
  });

  it("does not ask again once a byte of the answer has come", async () => {
    let asked = 0;
    const server = keep(
      await serveRaw((socket) => {
        asked += 1;
        if (asked === 1) return void socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
        setTimeout(() => socket.resetAndDestroy(), 20);
      }),
    );
    const client = makeClient();
    await readAll((await client.open(ask(server.url))).body);
    await pause(10);
    const { error } = await readAll((await client.open(ask(server.url))).body);
    expect(error?.code).toBe("CONNECTION");
    expect(asked).toBe(2);
  });

  it("leaves on the wire what is not read", async () => {
    let sent = 0;
    const block = Buffer.alloc(64 * 1024, 7);
    const server = keep(
      await serveHttp((_, response) => {
        const write = (): void => {
          while (sent < 200_000_000) {
            sent += block.length;
            if (!response.write(block)) return void response.once("drain", write);
          }
          response.end();
        };
        write();
      }),
    );
    const { body } = await makeClient().open(ask(server.url));
    const iterator = body[Symbol.asyncIterator]();
    await iterator.next();
    await pause(500);
    const before = sent;
    await pause(200);
    expect(sent).toBe(before);
    // Socket buffers of both sides, as large as the system makes them.
    expect(sent).toBeLessThan(16_000_000);
    await iterator.return?.();
    await until(() => server.sockets.size === 0);
  });

  it("refuses a compressed answer, and asks for none", async () => {
    let asked: string | undefined;
    const server = keep(
      await serveHttp((request, response) => {
        asked = request.headers["accept-encoding"];
        response.writeHead(200, { "content-encoding": "gzip" }).end("zzz");
      }),
    );
    expect(await errorOf(makeClient().open(ask(server.url)))).toMatchObject({ code: "PROTOCOL" });
    expect(asked).toBe("identity");
  });

  it("fails with INVALID_CONFIG for a key with a line break, and shows it not", async () => {
    const server = keep(await serveHttp((_, response) => response.end()));
    const error = await errorOf(makeClient().open(ask(server.url, { headers: { authorization: `Bearer ${secret}\n` } })));
    expect(error.code).toBe("INVALID_CONFIG");
    expect(error.message).not.toContain(secret);
  });

  it("tells two readers at once", async () => {
    const server = keep(
      await serveHttp((_, response) => {
        response.writeHead(200).flushHeaders();
      }),
    );
    const { body } = await makeClient().open(ask(server.url));
    const iterator = body[Symbol.asyncIterator]();
    const first = iterator.next();
    expect((await errorOf(iterator.next())).code).toBe("SECOND_CONSUMER");
    body.cancel();
    expect(await first).toEqual({ done: true, value: undefined });
  });

  it("fails with CONNECTION where the other side speaks no TLS", async () => {
    const server = keep(await serveHttp(() => {}));
    const error = await errorOf(makeClient().open(ask(`https://127.0.0.1:${server.port}/`)));
    expect(error).toMatchObject({ code: "CONNECTION", retryable: false });
    expect(error.message).toContain("TLS");
  });
});
