// What somebody with bad intentions sends, end to end: one group for each line of the list that the server was built by.

import { mkdtemp, rm, writeFile, mkdir } from "node:fs/promises";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type LogRecord } from "@parlando/server";
import { createRandom } from "@parlando/testkit";
import { createTTS } from "parlando";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createNoiseEngine } from "./noise-engine.test-helper.ts";
import { ask, closeAll, hear, readAll, serve, speechBody, until } from "./serve.test-helper.ts";

afterEach(closeAll);

const KEY = "canary-key-4711-secret";

/** The answer as text, with its status. */
async function send(port: number, options: Parameters<typeof ask>[1] = {}): Promise<{ readonly status: number; readonly text: string; readonly headers: IncomingMessage["headers"] }> {
  const answer = await ask(port, options).answer;
  const { bytes } = await readAll(answer);
  return { status: answer.statusCode ?? 0, text: bytes.toString("utf8"), headers: answer.headers };
}

/** How a WebSocket that is refused was refused; 101 where it was not. */
function socketStatus(url: string, protocols: readonly string[], headers: Readonly<Record<string, string>> = {}): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, [...protocols], { headers });
    socket.on("unexpected-response", (request, response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
      request.destroy();
    });
    socket.on("open", () => {
      resolve(101);
      socket.close();
    });
    socket.on("error", () => undefined);
  });
}

const paths = ["../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "/etc/passwd", "..\\..\\etc", "a\0b", "․․/etc", "．．/x", "....//x", "C:\\x", "file:///etc/passwd", "\u202Ex"];

describe("paths", () => {
  it.each(paths)("are no voice and no model: %j", async (name) => {
    const { port } = await serve();
    for (const fields of [{ voice: name }, { model: name }]) {
      const { status, text } = await send(port, { body: speechBody(fields) });
      expect([400, 404]).toContain(status);
      expect(text).not.toContain("ENOENT");
    }
    expect([400, 404]).toContain((await send(port, { method: "GET", path: `/v1/models/${encodeURIComponent(name)}` })).status);
  });

  it("do not lead out of the page's folder", async () => {
    const folder = await mkdtemp(join(tmpdir(), "parlando-page-"));
    try {
      await mkdir(join(folder, "page", "assets"), { recursive: true });
      await writeFile(join(folder, "secret.txt"), "canary-file");
      await writeFile(join(folder, "page", "index.html"), "<!doctype html><title>Page</title>");
      await writeFile(join(folder, "page", "assets", "main.js"), "1;");
      const { port } = await serve({ page: { folder: join(folder, "page") } });
      expect((await send(port, { method: "GET", path: "/assets/main.js" })).status).toBe(200);
      for (const path of ["/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/../secret.txt", "/assets//../../secret.txt", "/assets/%00", `/assets/${encodeURIComponent(join(folder, "secret.txt"))}`]) {
        const { status, text } = await send(port, { method: "GET", path });
        expect([400, 404]).toContain(status);
        expect(text).not.toContain("canary-file");
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("addresses", () => {
  it("in a request are never called", async () => {
    let calls = 0;
    const inside = createHttpServer((_, response) => {
      calls += 1;
      response.end();
    });
    await new Promise<void>((resolve) => inside.listen(0, "127.0.0.1", resolve));
    const { port: insidePort } = inside.address() as AddressInfo;
    const { port } = await serve();
    const hosts = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]"];
    for (const host of hosts) {
      const address = `http://${host}:${insidePort}/x.wav`;
      const form = new URLSearchParams({ text: "Hello.", audio_prompt: address });
      expect((await fetch(`http://127.0.0.1:${port}/synthesize`, { method: "POST", body: form })).status).toBe(400);
      expect((await send(port, { path: "/synthesize", body: JSON.stringify({ text: "Hello.", audio_prompt: address }) })).status).toBe(400);
      for (const fields of [{ voice: address }, { model: address }, { base_url: address }, { url: address }]) expect([400, 404]).toContain((await send(port, { body: speechBody(fields) })).status);
    }
    await new Promise((resolve) => inside.close(resolve));
    expect(calls).toBe(0);
  });
});

describe("too much", () => {
  it("of a body, packed bodies and deep ones are refused", async () => {
    const { port } = await serve();
    expect((await send(port, { body: speechBody({ input: "a".repeat(70_000) }) })).status).toBe(413);
    expect([400, 413]).toContain((await send(port, { body: speechBody({ input: "a".repeat(5_000) }) })).status);
    expect((await send(port, { body: speechBody(), headers: { "content-encoding": "gzip" } })).status).toBe(415);
    expect((await send(port, { body: `${'{"a":'.repeat(500)}1${"}".repeat(500)}` })).status).toBe(400);
    expect((await send(port, { body: "[".repeat(60_000) })).status).toBe(400);
  });

  it("without a length is stopped at the limit", async () => {
    const { port } = await serve();
    const socket = connect(port, "127.0.0.1");
    let said = "";
    socket.setEncoding("utf8").on("data", (piece: string) => (said += piece));
    socket.on("error", () => undefined);
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    socket.write("POST /v1/audio/speech HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n");
    const writing = setInterval(() => void (socket.writable && socket.write(`4000\r\n${" ".repeat(0x4000)}\r\n`)), 5);
    await closed;
    clearInterval(writing);
    expect(said).toContain("413");
  });

  it("time for a head, or for the rest of a request, ends the connection", async () => {
    const { port } = await serve({ limits: { headMs: 400, requestMs: 800 } });
    for (const begun of ["POST /v1/audio/speech HT", "POST /v1/audio/speech HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"]) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.resume();
      const closed = new Promise<boolean>((resolve) => socket.on("close", () => resolve(true)));
      socket.write(begun);
      expect(await closed).toBe(true);
    }
  });

  it("at once of one caller is refused at once, with what would be allowed; another is served", async () => {
    const engine = createNoiseEngine({ holdAfterMs: 100 });
    const { port } = await serve({ engine, keys: [KEY, "another-key-0002"], limits: { concurrencyPerCaller: 2 } });
    const headers = { authorization: `Bearer ${KEY}` };
    const speaking = await Promise.all([1, 2].map((seed) => ask(port, { body: speechBody({ seed }), headers }).answer));
    const heard = speaking.map((answer) => hear(answer).all);
    const third = await send(port, { body: speechBody(), headers });
    expect(third.status).toBe(429);
    expect(third.text).toContain("too_many_concurrent_requests");
    expect(third.headers).toMatchObject({ "current-concurrent-requests": "2", "maximum-concurrent-requests": "2" });
    expect(Number(third.headers["retry-after"])).toBeGreaterThan(0);
    const another = await ask(port, { body: speechBody(), headers: { "xi-api-key": "another-key-0002" } }).answer;
    expect(another.statusCode).toBe(200);
    heard.push(hear(another).all);
    engine.release();
    expect((await Promise.all(heard)).every(({ isComplete }) => isComplete)).toBe(true);
    expect((await send(port, { body: speechBody(), headers })).status).toBe(200);
  });

  it("in a message of a WebSocket closes it", async () => {
    const { port } = await serve();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/audio/speech/stream`, ["parlando.v1"]);
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.on("open", resolve));
    const closed = new Promise<number>((resolve) => socket.on("close", resolve));
    socket.send(JSON.stringify({ type: "input.text", utterance: 1, text: "a".repeat(200_000) }));
    expect(await closed).toBe(1009);
  });

  it("of a Range, or of any header, is refused or ignored", async () => {
    const { port } = await serve();
    const range = `bytes=${Array.from({ length: 1_500 }, (_, index) => `${index}-${index}`).join(",")}`;
    expect([200, 431]).toContain((await send(port, { method: "GET", path: "/health/live", headers: { range } })).status);
    expect((await send(port, { method: "GET", path: "/health/live", headers: { range: `${range},`.repeat(5) } })).status).toBe(431);
  });
});

describe("uploads that lie", () => {
  /** A WAV header with what it says replaced. */
  function wav({ channels = 1, rate = 24_000, data = 0xffff_ffff, seconds = 1 }: { readonly channels?: number; readonly rate?: number; readonly data?: number; readonly seconds?: number } = {}): Buffer {
    const header = Buffer.alloc(44);
    header.write("RIFF", 0, "latin1");
    header.writeUInt32LE(0xffff_ffff, 4);
    header.write("WAVEfmt ", 8, "latin1");
    header.writeUInt32LE(16, 16);
    header.writeUInt16LE(1, 20);
    header.writeUInt16LE(channels, 22);
    header.writeUInt32LE(rate, 24);
    header.writeUInt32LE((rate * channels * 2) >>> 0, 28);
    header.writeUInt16LE((channels * 2) % 65_536, 32);
    header.writeUInt16LE(16, 34);
    header.write("data", 36, "latin1");
    header.writeUInt32LE(data, 40);
    return Buffer.concat([header, Buffer.alloc(seconds * 48_000)]);
  }
  async function upload(url: string, file: Buffer): Promise<number> {
    const form = new FormData();
    form.set("text", "Hello.");
    form.set("audio_prompt", new Blob([new Uint8Array(file)]), "../../prompt.wav");
    const answer = await fetch(`${url}/synthesize`, { method: "POST", body: form });
    await answer.arrayBuffer();
    return answer.status;
  }

  it.each([
    ["no channels", wav({ channels: 0 })],
    ["65,535 channels", wav({ channels: 65_535 })],
    ["no rate", wav({ rate: 0 })],
    ["a rate of a thousand million", wav({ rate: 1_000_000_000 })],
    ["nothing of a WAV", Buffer.from("<?xml version='1.0'?>")],
    ["half a header", wav().subarray(0, 30)],
    ["five minutes in 8 kHz", wav({ rate: 8_000, seconds: 110 })],
  ])("are refused: %s", async (_, file) => {
    const { url } = await serve();
    expect([400, 413]).toContain(await upload(url, file));
  });

  it("are never a failure of the server, however they were damaged", async () => {
    const { url, port } = await serve();
    const random = createRandom(17);
    const boundary = "xx";
    const good = Buffer.concat([Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="text"\r\n\r\nHello.\r\n--${boundary}\r\ncontent-disposition: form-data; name="audio_prompt"; filename="a.wav"\r\n\r\n`), wav({ data: 4_800 }).subarray(0, 4_844), Buffer.from(`\r\n--${boundary}--\r\n`)]);
    const statuses = new Set<number>();
    for (let round = 0; round < 200; round += 1) {
      const damaged = Buffer.from(good);
      for (let count = random.integer(1, 6); count > 0; count -= 1) damaged[random.integer(0, 250)] = random.integer(0, 255);
      const answer = await fetch(`${url}/synthesize`, { method: "POST", body: damaged.subarray(0, random.next() < 0.2 ? random.integer(1, damaged.length) : damaged.length), headers: { "content-type": `multipart/form-data; boundary=${boundary}` } });
      await answer.arrayBuffer();
      statuses.add(answer.status);
    }
    expect([...statuses].filter((status) => status >= 500)).toEqual([]);
    expect((await send(port, { method: "GET", path: "/health/live" })).status).toBe(200);
  });
});

describe("secrets and texts", () => {
  it("are in no log, metric, statistic, document or error", async () => {
    const log: LogRecord[] = [];
    const ticketSecret = "canary-ticket-secret-0123456789-abcdef";
    const { port } = await serve({ keys: [KEY], ticketSecret, log: (record) => log.push(record) });
    const text = "canary-text";
    const headers = { authorization: `Bearer ${KEY}` };
    const shown: string[] = [];
    const note = async (options: Parameters<typeof ask>[1]): Promise<void> => {
      const { text: body, headers: answerHeaders } = await send(port, options);
      shown.push(body, JSON.stringify(answerHeaders));
    };
    await send(port, { body: speechBody({ input: text }), headers });
    await note({ body: speechBody({ input: text, voice: "no-such-voice" }), headers });
    await note({ body: speechBody({ input: { [text]: 1 } }), headers });
    await note({ body: `{"input":"${text}`, headers });
    await note({ body: speechBody(), headers: { authorization: `Bearer ${KEY}x` } });
    await note({ body: speechBody(), path: `/v1/audio/speech?key=${KEY}` });
    for (const path of ["/metrics", "/stats", "/openapi.json", "/v1/models", "/v1/audio/voices", "/health/ready"]) await note({ method: "GET", path, headers });
    const all = [...shown, ...log.map((record) => JSON.stringify(record))].join("\n");
    for (const secret of [KEY, ticketSecret, text]) {
      for (const form of [secret, Buffer.from(secret).toString("base64").replaceAll("=", ""), encodeURIComponent(secret)]) expect(all).not.toContain(form);
    }
    expect(log.length).toBeGreaterThan(3);
  });
});

describe("names that reach the prototype of all objects", () => {
  it("are refused, and reach nothing", async () => {
    const { url, port } = await serve();
    for (const body of ['{"input":"a","__proto__":{"polluted":1}}', '{"input":"a","constructor":{"prototype":{"polluted":1}}}', '{"input":"a","voice":{"id":"x","__proto__":{"polluted":1}}}']) expect((await send(port, { body })).status).toBe(400);
    const form = new FormData();
    form.set("text", "a");
    form.set("__proto__", "1");
    expect((await fetch(`${url}/synthesize`, { method: "POST", body: form })).status).toBe(400);
    expect((await send(port, { method: "GET", path: "/v1/models/__proto__" })).status).toBe(404);
    expect((await send(port, { body: speechBody({ model: "__proto__" }) })).status).toBe(404);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe("markup and line breaks", () => {
  it("are text where SSML was not allowed", async () => {
    const { port } = await serve();
    expect((await send(port, { body: speechBody({ input: "<speak>Hello.</speak>", ssml: true }) })).status).toBe(400);
    expect((await send(port, { body: speechBody({ input: '<speak><audio src="http://127.0.0.1/x"/>Hello.</speak>' }) })).status).toBe(200);
  });

  it("cannot end a line of headers or of events", async () => {
    const { port } = await serve();
    const hostile = "x\r\nset-cookie: a=b\r\n\r\nevent: done";
    for (const fields of [{ voice: hostile }, { model: hostile }, { language: hostile }, { instructions: hostile, stream_format: "sse" }]) {
      const { headers, text } = await send(port, { body: speechBody(fields) });
      expect(headers["set-cookie"]).toBeUndefined();
      expect(text.split("\n")).not.toContain("event: done");
    }
  });
});

describe("who asks", () => {
  it("is asked for his key, once and rightly", async () => {
    const { port } = await serve({ keys: [KEY] });
    const attempt = async (headers: Readonly<Record<string, string>>, path?: string): Promise<number> => (await send(port, { body: speechBody(), headers, ...(path !== undefined && { path }) })).status;
    expect(await attempt({})).toBe(401);
    expect(await attempt({ authorization: "Bearer " })).toBe(401);
    expect(await attempt({ authorization: `Basic ${KEY}` })).toBe(401);
    expect(await attempt({ authorization: `Bearer ${KEY.slice(0, -1)}` })).toBe(401);
    expect(await attempt({ authorization: `Bearer ${KEY}`, "xi-api-key": "another-key-0002" })).toBe(401);
    expect(await attempt({}, `/v1/audio/speech?api_key=${KEY}`)).toBe(400);
    expect(await attempt({ authorization: `Bearer ${KEY}` })).toBe(200);
    expect(await attempt({ "xi-api-key": KEY })).toBe(200);
  });

  it("is not let in with a ticket that was changed or not made here", async () => {
    const { port } = await serve({ keys: [KEY] });
    const { text } = await send(port, { path: "/v1/tickets", body: "{}", headers: { authorization: `Bearer ${KEY}` } });
    const { ticket } = JSON.parse(text) as { ticket: string };
    const attempt = async (credential: string, path = "/v1/audio/speech", body = speechBody()): Promise<number> => (await send(port, { path, body, headers: { authorization: `Bearer ${credential}` } })).status;
    expect(await attempt(ticket)).toBe(200);
    const [version = "", payload = "", signature = ""] = ticket.split(".");
    const later = Buffer.from(JSON.stringify({ ...(JSON.parse(Buffer.from(payload, "base64url").toString()) as object), exp: 9_999_999_999 })).toString("base64url");
    expect(await attempt(`${version}.${later}.${signature}`)).toBe(401);
    expect(await attempt(`${version}.${payload}.`)).toBe(401);
    // A ticket makes no tickets.
    expect([401, 403]).toContain(await attempt(ticket, "/v1/tickets", "{}"));
  });

  it("is a page elsewhere: refused over HTTP and WebSocket, by Origin and by Host", async () => {
    const { port } = await serve();
    const foreign = { origin: "https://evil.example" };
    expect((await send(port, { body: speechBody(), headers: foreign })).status).toBe(403);
    expect((await send(port, { method: "GET", path: "/v1/models", headers: foreign })).headers["access-control-allow-origin"]).toBeUndefined();
    expect((await send(port, { body: speechBody(), headers: { origin: "null" } })).status).toBe(403);
    expect((await send(port, { body: speechBody(), headers: { host: "evil.example" } })).status).toBe(403);
    const url = `ws://127.0.0.1:${port}/v1/audio/speech/stream`;
    expect(await socketStatus(url, ["parlando.v1"], foreign)).toBe(403);
    expect(await socketStatus(url, ["parlando.v1"], { host: "evil.example" })).toBe(403);
    expect(await socketStatus(url, ["parlando.v1"])).toBe(101);
    expect(await socketStatus(url, ["something.else"])).toBe(400);
  });

  it("is everybody only when that was said", async () => {
    const tts = await createTTS({ engine: createNoiseEngine() });
    const closed = await createServer(tts);
    await expect(closed.listen({ host: "0.0.0.0" })).rejects.toMatchObject({ code: "INVALID_CONFIG" });
    await closed.close();
    const insecure = await createServer(tts, { insecure: true });
    await insecure.listen({ host: "0.0.0.0" });
    await insecure.close();
    await tts.close();
    await expect(createServer(tts, { origins: ["*"] })).rejects.toMatchObject({ code: "INVALID_CONFIG" });
  });
});

describe("the page", () => {
  it("runs nothing that is not its own", async () => {
    const folder = await mkdtemp(join(tmpdir(), "parlando-page-"));
    try {
      await writeFile(join(folder, "index.html"), "<!doctype html><title>Page</title>");
      const { port } = await serve({ page: { folder } });
      const { headers } = await send(port, { method: "GET", path: "/" });
      const policy = String(headers["content-security-policy"]);
      expect(policy).toContain("default-src 'self'");
      expect(policy).not.toContain("unsafe-eval");
      expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/u);
      expect(headers["x-content-type-options"]).toBe("nosniff");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("after all of that", () => {
  it("an utterance that takes too long is ended", async () => {
    const engine = createNoiseEngine({ holdAfterMs: 100 });
    const { port } = await serve({ engine, limits: { speechMs: 800 } });
    const { isComplete } = await readAll(await ask(port, { body: speechBody() }).answer);
    expect(isComplete).toBe(false);
    await until(() => engine.active === 0, "the engine is free");
  });
});
