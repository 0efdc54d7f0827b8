import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createServer } from "./create-server.ts";
import type { LogRecord } from "./log/log-record.ts";
import type { ServedTTS } from "./served-tts.ts";
import { rawRequest } from "./testing/raw-request.ts";
import { servedScripted } from "./testing/served-scripted.ts";
import { codeOf, startServer } from "./testing/start-server.ts";

const json = { "content-type": "application/json" };

/** Names that were paths somewhere once. */
const paths = ["../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e%2f", "/etc/passwd", "a\0b", "..\\..\\windows", "．．/etc", "C:\\x", "file:///etc/passwd", "a/b", "."];

describe("names are keys, never paths", () => {
  it.each(paths)("%j is no model", async (model) => {
    await using started = await startServer();
    const refused = await started.speak({ model });
    expect([refused.status, await codeOf(refused)]).toEqual([400, "invalid_model"]);
    expect(started.engine.requests).toHaveLength(0);
    expect((await fetch(`${started.url}/v1/models/${encodeURIComponent(model)}`)).status).toBeGreaterThanOrEqual(400);
  });

  it.each([...paths.filter((path) => path !== "．．/etc"), "<voice>", "a\"b", "x".repeat(300)])("%j is no voice", async (voice) => {
    await using started = await startServer();
    const refused = await started.speak({ voice });
    expect([refused.status, refused.status === 404 || refused.status === 400]).toEqual([refused.status, true]);
    expect(started.engine.requests).toHaveLength(0);
    expect(await refused.text()).not.toContain("ENOENT");
  });
});

describe("bodies", () => {
  it.each([
    ['{"input":"a","__proto__":{"polluted":1}}', "invalid_request"],
    ['{"input":"a","constructor":{"prototype":{"polluted":1}}}', "invalid_request"],
    ['{"input":"a","nested":{"__proto__":{"polluted":1}}}', "invalid_request"],
    ['{"input":"a","audio_prompt_url":"http://169.254.169.254/"}', "unknown_field"],
    ['{"input":"a","base_url":"http://[::1]/"}', "unknown_field"],
    ['{"input":', "invalid_json"],
    ["\xff\xfe", "invalid_json"],
    ['{"input":' + "[".repeat(30) + "]".repeat(30) + "}", "too_deep"],
    ["[]", "missing_field"],
    ['"text"', "invalid_request"],
    ["{}", "missing_field"],
    ['{"input":5}', "invalid_request"],
  ])("%s is refused: %s", async (body, code) => {
    await using started = await startServer();
    const refused = await fetch(`${started.url}/v1/audio/speech`, { method: "POST", headers: json, body: Buffer.from(body, "latin1") });
    expect([refused.status, await codeOf(refused)]).toEqual([400, code]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(started.engine.requests).toHaveLength(0);
  });

  it("are refused when they are too long, packed, or of another type", async () => {
    await using started = await startServer({ limits: { bodyBytes: 1_000 } });
    const post = (body: BodyInit, headers: Record<string, string>): Promise<Response> => fetch(`${started.url}/v1/audio/speech`, { method: "POST", body, headers });
    const long = JSON.stringify({ input: "a".repeat(2_000) });
    expect((await post(long, json)).status).toBe(413);
    const chunked = new ReadableStream({
      start(controller) {
        for (let index = 0; index < 40; index += 1) controller.enqueue(new Uint8Array(100).fill(32));
        controller.close();
      },
    });
    const streamed = await fetch(`${started.url}/v1/audio/speech`, { method: "POST", body: chunked, headers: json, duplex: "half" } as RequestInit);
    expect(streamed.status).toBe(413);
    expect((await post("x", { ...json, "content-encoding": "gzip" })).status).toBe(415);
    // What a page elsewhere can send without asking first.
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) expect((await post('{"input":"a"}', { "content-type": type })).status).toBe(415);
  });

  it("never tell what was to be spoken, in an answer or a record", async () => {
    await using started = await startServer();
    const secret = "canary-in-the-text";
    const answers = await Promise.all([{ input: secret, speed: secret }, { input: [secret] }, { input: secret.repeat(1_000) }, { input: secret }].map((body) => started.speak(body)));
    for (const answer of answers.slice(0, 3)) expect(await answer.text()).not.toContain(secret);
    await answers[3]?.arrayBuffer();
    expect(JSON.stringify(started.records)).not.toContain(secret);
    expect(await (await fetch(`${started.url}/metrics`)).text()).not.toContain(secret);
  });
});

describe("keys", () => {
  it("are in no answer, record or number, in any spelling", async () => {
    const key = "canary+key/of~the=server";
    await using started = await startServer({ keys: [key] });
    const headers = { authorization: `Bearer ${key}` };
    await (await started.speak({}, { headers })).arrayBuffer();
    await started.speak({}, { headers: { authorization: `Bearer x${key}` } });
    const texts = await Promise.all(["/metrics", "/stats", "/openapi.json", "/v1/models", "/v1/audio/voices", `/nothing/${encodeURIComponent(key)}`].map(async (path) => await (await fetch(started.url + path, { headers })).text()));
    const told = JSON.stringify(started.records) + texts.join("\n");
    for (const spelling of [key, encodeURIComponent(key), Buffer.from(key).toString("base64"), Buffer.from(key).toString("base64url"), Buffer.from(key).toString("hex")]) expect(told).not.toContain(spelling);
    expect(JSON.stringify(started.server)).not.toContain(key);
  });
});

describe("connections", () => {
  it("that never finish a head or a body are ended", async () => {
    await using started = await startServer({ limits: { headMs: 200, requestMs: 400 } });
    expect(await rawRequest(started.url, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", 20_000)).toMatch(/^HTTP\/1\.1 408 /);
    expect(await rawRequest(started.url, "POST /v1/audio/speech HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", 20_000)).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it("with heads too long, lines in headers, or two lengths are ended", async () => {
    await using started = await startServer();
    const get = (headers: string): Promise<string> => rawRequest(started.url, `GET /health/live HTTP/1.1\r\nHost: localhost\r\n${headers}Connection: close\r\n\r\n`);
    expect(await get(`X-Long: ${"a".repeat(20_000)}\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await get("Content-Length: 1\r\nContent-Length: 2\r\n")).toMatch(/^HTTP\/1\.1 400 /);
    expect(await get("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")).toMatch(/^HTTP\/1\.1 400 /);
    expect(await rawRequest(started.url, "GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("get no header from a request into an answer", async () => {
    await using started = await startServer();
    const answer = await rawRequest(started.url, "GET /v1/models/x%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: a\r\nConnection: close\r\n\r\n");
    expect(answer.split("\r\n\r\n", 1)[0]?.toLowerCase()).not.toContain("set-cookie");
    expect(answer).toMatch(/x-request-id: [0-9a-f]{32}\r\n/i);
  });
});

describe("an engine that fails", () => {
  it("tells nothing of what is no error of ours", async () => {
    const records: LogRecord[] = [];
    const broken: ServedTTS = {
      createStream: () => servedScripted().tts.createStream(),
      voices: async () => [],
      get engines(): never {
        throw new TypeError("canary: cannot read /etc/passwd");
      },
    };
    await using server = await createServer({ broken }, { log: (record) => records.push(record) });
    const answer = await server.app.request("http://localhost/v1/models");
    expect([answer.status, await codeOf(answer)]).toEqual([500, "internal"]);
    expect(records).toContainEqual(expect.objectContaining({ level: "error", event: "defect", route: "models" }));
    expect(JSON.stringify(records)).not.toContain("canary");
  });
});

it("no install scripts", () => {
  const { scripts } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { scripts: Record<string, string> };
  expect(Object.keys(scripts).filter((name) => /install|gyp|prepare/.test(name))).toEqual([]);
});

it("an address that is none is no defect of the server, also where it is to become a WebSocket", async () => {
  await using started = await startServer();
  for (const upgrade of ["", "connection: upgrade\r\nupgrade: websocket\r\n"]) {
    const answer = await rawRequest(started.url, `GET // HTTP/1.1\r\nhost: localhost\r\n${upgrade || "connection: close\r\n"}\r\n`);
    expect(answer).toContain("HTTP/1.1 404 Not Found");
  }
  expect(started.records.filter(({ level }) => level === "error")).toEqual([]);
});
