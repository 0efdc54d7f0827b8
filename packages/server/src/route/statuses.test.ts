import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCodes, TTSError, type ErrorCode } from "@parlando/engine";
import { afterAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createServer } from "../create-server.ts";
import { rawStatus } from "../testing/raw-request.ts";
import { servedScripted } from "../testing/served-scripted.ts";
import { startServer } from "../testing/start-server.ts";

const key = "a-key-of-the-tests";
const json = { "content-type": "application/json" };
const bearer = { authorization: `Bearer ${key}` };
const everyCode = Object.keys(errorCodes) as ErrorCode[];

interface Operation {
  readonly method: string;
  /** As it is documented, and with a name in place of a parameter. */
  readonly path: string;
  readonly address: string;
  readonly isSocket: boolean;
  readonly documented: readonly string[];
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: object; readonly "x-websocket"?: boolean }>>>>;
}

const folder = await mkdtemp(join(tmpdir(), "parlando-statuses-"));
await mkdir(join(folder, "assets"));
await writeFile(join(folder, "index.html"), "<!doctype html><title>Page</title>");
await writeFile(join(folder, "assets", "main.js"), "export {};");
afterAll(async () => {
  await rm(folder, { recursive: true });
});
const page = { folder };

/** What a server with a page has, as it says itself. */
const operations = await (async () => {
  await using started = await startServer({ page });
  const { paths } = (await (await fetch(`${started.url}/openapi.json`)).json()) as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses, "x-websocket": isSocket = false }]): Operation => ({ method: method.toUpperCase(), path, address: path.replace("{id}", "default").replace("{file}", "main.js"), isSocket, documented: Object.keys(responses) })),
  );
})();
const overHttp = operations.filter(({ isSocket }) => !isSocket);
const posts = overHttp.filter(({ method }) => method === "POST");
const speaking = posts.filter(({ path }) => path !== "/v1/tickets");
const ofSockets = operations.filter(({ isSocket }) => isSocket);

/** Every status that came, by operation; and those that no client had been told of. */
const seen = new Map<Operation, Set<string>>();
function note(operation: Operation, status: number): void {
  const statuses = seen.get(operation) ?? new Set();
  seen.set(operation, statuses.add(String(status)));
}

function undocumented(): readonly string[] {
  return [...seen].flatMap(([{ method, path, documented }, statuses]) => [...statuses].filter((status) => !documented.includes(status)).map((status) => `${method} ${path} ${status}`));
}

const cameOf = (operation: Operation): readonly string[] => [...(seen.get(operation) ?? [])];

async function ask(url: string, operation: Operation, init: RequestInit = {}, address = operation.address): Promise<number> {
  const answer = await fetch(url + address, { method: operation.method, ...init });
  note(operation, answer.status);
  await answer.arrayBuffer().catch(() => undefined);
  return answer.status;
}

/** A body that an operation takes. */
function goodBody({ path }: Operation, more: object = {}): string {
  if (path === "/v1/tickets") return JSON.stringify(more);
  return JSON.stringify({ ...(path === "/v1/audio/speech" ? { input: "Hello.", response_format: "pcm" } : { text: "Hello." }), ...more });
}

const post = (operation: Operation, more: object = {}, headers: Record<string, string> = {}): RequestInit => ({ headers: { ...json, ...bearer, ...headers }, body: goodBody(operation, more) });

function form(fields: Readonly<Record<string, string | Blob>>): RequestInit {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return { headers: bearer, body };
}

/** What a request may be wrong in whatever its route. */
async function askWrongly(url: string, operation: Operation): Promise<void> {
  const body = operation.method === "POST" ? { body: goodBody(operation) } : {};
  const type = operation.method === "POST" ? json : {};
  for (const headers of [{}, bearer, { "xi-api-key": key }, { authorization: "Bearer unknown-key" }, { authorization: "Basic YTpi" }, { ...bearer, "xi-api-key": "another-key" }, { ...bearer, origin: "https://evil.example" }, { "x-forwarded-for": "192.0.2.1" }]) {
    await ask(url, operation, { ...body, headers: { ...type, ...headers } });
  }
  await ask(url, operation, { ...body, headers: { ...type, ...bearer } }, `${operation.address}?api_key=x`);
}

const head = ({ method, address }: Operation, lines: readonly string[]): string => `${method} ${address} HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;

/** What cannot be sent by a client that keeps to the rules. */
async function askRaw(url: string, operation: Operation): Promise<void> {
  const length = operation.method === "POST" ? ["Content-Length: 100"] : [];
  const upgrade = operation.isSocket ? ["Connection: upgrade", "Upgrade: websocket"] : [];
  for (const lines of [["Host: evil.example"], ["Host:"], [], ["Host: localhost", `X-Long: ${"x".repeat(20_000)}`], ["Host: localhost", "Content-Length: 1", "Transfer-Encoding: chunked"]]) {
    note(operation, await rawStatus(url, head(operation, [...lines, ...upgrade])));
  }
  if (length.length > 0) note(operation, await rawStatus(url, head(operation, ["Host: localhost", "Content-Type: application/json", `Authorization: Bearer ${key}`, ...length]), 10_000));
  note(operation, await rawStatus(url, head(operation, ["Host: localhost"]).slice(0, -2), 10_000));
}

const handshake = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: parlando.v1"];

async function open(url: string, operation: Operation, lines: readonly string[] = [], address = operation.address): Promise<void> {
  note(operation, await rawStatus(url, head({ ...operation, address }, ["Host: localhost", ...handshake, ...lines])));
}

/** An engine that has no voices to tell. */
async function listFailing(error: unknown): Promise<number> {
  const voices = overHttp.find(({ path }) => path === "/v1/audio/voices");
  if (voices === undefined) throw new Error("No such operation.");
  const { tts } = servedScripted();
  await using server = await createServer({ ...tts, voices: async () => await Promise.reject(error) });
  const { url } = await server.listen();
  return await ask(url, voices);
}

describe("every status that comes is described", () => {
  it("of good requests, and of those that are wrong in what all have", async () => {
    await using started = await startServer({ keys: [key], page });
    for (const operation of overHttp) await askWrongly(started.url, operation);
    await using slow = await startServer({ keys: [key], page, limits: { headMs: 500, requestMs: 1_000 } });
    await Promise.all(operations.map((operation) => askRaw(slow.url, operation)));
    expect(undocumented()).toEqual([]);
    for (const operation of overHttp.filter(({ path }) => path.startsWith("/v1") || path.startsWith("/synth"))) expect([operation.path, cameOf(operation)]).toEqual([operation.path, expect.arrayContaining(["200", "400", "401", "403", "408", "431"])]);
    for (const operation of overHttp.filter(({ path }) => ["/stats", "/metrics"].includes(path))) expect(cameOf(operation)).toEqual(expect.arrayContaining(["200", "401", "403"]));
    // The password of a proxy does no harm where everybody may ask.
    for (const operation of overHttp.filter(({ path }) => path.startsWith("/health") || path === "/openapi.json")) expect(cameOf(operation)).not.toContain("401");
  });

  it("of bodies", async () => {
    await using started = await startServer({ keys: [key], page, limits: { bodyBytes: 2_000, inputCharacters: 500, uploadBytes: 100_000 } });
    const { ticket } = (await (await fetch(`${started.url}/v1/tickets`, { method: "POST", headers: bearer })).json()) as { ticket: string };
    for (const operation of posts) {
      for (const more of [{ model: "none" }, { model: "a.b" }, { voice: "a/b" }, { voice: "none" }, { unknown: 1 }, { input: " ", text: " " }, { input: "x".repeat(600) }, { text: "x".repeat(600) }, { text: "x".repeat(3_000) }, { ssml: true }, { response_format: "mp3" }, { response_format: "flac" }, { language: "none-such" }]) {
        await ask(started.url, operation, post(operation, more));
      }
      for (const headers of [{ "content-type": "text/plain" }, { "content-encoding": "gzip" }, { authorization: `Bearer ${ticket}` }]) await ask(started.url, operation, post(operation, {}, headers));
      for (const body of ["", "{", "[]", "\0", "[".repeat(30)]) await ask(started.url, operation, { headers: { ...json, ...bearer }, body });
      for (const fields of [{ text: "Hello." }, { text: "Hello.", audio_prompt: new Blob(["no sound"]) }, { audio_prompt: "/etc/passwd" }, { text: "Hello.", audio_prompt: new Blob(["x".repeat(200_000)]) }]) await ask(started.url, operation, form(fields));
    }
    for (const [path, name] of [["/assets/{file}", "/assets/none.js"], ["/v1/models/{id}", "/v1/models/none"], ["/v1/models/{id}", "/v1/models/a.b"], ["/v1/audio/voices", "/v1/audio/voices?model=none"], ["/v1/audio/voices", "/v1/audio/voices?model=a.b"]]) {
      for (const operation of overHttp.filter((candidate) => candidate.path === path)) await ask(started.url, operation, { headers: bearer }, name);
    }
    expect(undocumented()).toEqual([]);
    for (const operation of speaking) expect([operation.path, cameOf(operation)]).toEqual([operation.path, expect.arrayContaining(["200", "400", "404", "413", "415"])]);
  });

  it("of engines that fail, with whatever code", async () => {
    for (const code of everyCode) {
      await using started = await startServer({}, { fault: { kind: "error", code, retryable: false } });
      for (const operation of speaking) await ask(started.url, operation, post(operation));
      // A list of voices has no text that could be too long.
      if (code !== "TEXT_TOO_LONG" && code !== "BUFFER_FULL") await listFailing(new TTSError(code, "The engine failed, as it was told."));
    }
    await using broken = await startServer({}, { fault: { kind: "throw", value: new TypeError("A defect.") } });
    for (const operation of speaking) await ask(broken.url, operation, post(operation));
    await listFailing(new TypeError("A defect."));
    expect(undocumented()).toEqual([]);
    for (const operation of speaking) expect([operation.path, cameOf(operation)]).toEqual([operation.path, expect.arrayContaining(["500", "502", "503", "504"])]);
    expect(cameOf(overHttp.find(({ path }) => path === "/v1/audio/voices") as Operation)).toEqual(expect.arrayContaining(["500", "502", "503", "504"]));
  });

  it("of what is too much, or too often", async () => {
    await using often = await startServer({ limits: { perMinute: 1, burst: 1 } });
    for (const operation of posts) for (let count = 0; count < 2; count += 1) await ask(often.url, operation, post(operation));
    for (const limits of [{ concurrency: 1 }, { concurrencyPerCaller: 1 }]) {
      await using busy = await startServer({ limits }, { startMs: 60_000 });
      const leaving = new AbortController();
      const holding = busy.speak({}, { signal: leaving.signal }).catch(() => undefined);
      while (busy.engine.activeRequests === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      for (const operation of speaking) await ask(busy.url, operation, post(operation));
      leaving.abort();
      await holding;
    }
    await using full = await startServer({ limits: { uploadTotalBytes: 1_000 } });
    for (const operation of speaking) await ask(full.url, operation, form({ text: "Hello.", audio_prompt: new Blob(["x".repeat(200_000)]) }));
    expect(undocumented()).toEqual([]);
    for (const operation of posts) expect([operation.path, cameOf(operation)]).toEqual([operation.path, expect.arrayContaining(["429"])]);
  });

  it("of a server that goes down", async () => {
    const server = await createServer(servedScripted().tts, { page });
    const askAll = async (): Promise<void> => {
      for (const operation of overHttp) note(operation, (await server.app.request(`http://localhost${operation.address}`, { method: operation.method, ...(operation.method === "POST" && post(operation)) })).status);
    };
    await server.drain({ graceMs: 0 });
    await askAll();
    await server.close();
    await askAll();
    expect(undocumented()).toEqual([]);
    expect(cameOf(overHttp.find(({ path }) => path === "/health/ready") as Operation)).toContain("503");
  });

  it("of WebSockets", async () => {
    await using started = await startServer({ keys: [key] });
    const authorization = `Authorization: Bearer ${key}`;
    for (const operation of ofSockets) {
      for (const lines of [[authorization], [], ["Authorization: Basic YTpi"], [authorization, "Origin: https://evil.example"]]) await open(started.url, operation, lines);
      await open(started.url, operation, [authorization], `${operation.address}?ticket=x`);
      // No WebSocket at all, none of a protocol that is spoken, of another version, and without what has to be there.
      note(operation, await rawStatus(started.url, head(operation, ["Host: localhost", authorization])));
      note(operation, await rawStatus(started.url, head(operation, ["Host: localhost", authorization, ...handshake.slice(0, 4)])));
      for (const [of, by] of [["Version: 13", "Version: 5"], ["Key: dGhlIHNhbXBsZSBub25jZQ==", "Key: short"]] as const) note(operation, await rawStatus(started.url, head(operation, ["Host: localhost", authorization, ...handshake.map((line) => line.replace(of, by))])));
      for (const limits of [{ sockets: 1 }, { socketsPerCaller: 1 }]) {
        await using few = await startServer({ limits });
        const first = new WebSocket(few.url.replace("http", "ws") + operation.address, ["parlando.v1"]);
        await once(first, "open");
        await open(few.url, operation);
        first.terminate();
      }
    }
    expect(undocumented()).toEqual([]);
    for (const operation of ofSockets) expect([operation.path, cameOf(operation)]).toEqual([operation.path, expect.arrayContaining(["101", "400", "401", "403", "408", "429", "431", "503"])]);
  });

  // After all others. 500 is for defects, of which most routes have none that is known; a plain request for a WebSocket's address has one of two.
  it("and what is described has come", () => {
    const never = operations.flatMap((operation) => {
      const rare = operation.isSocket ? ["404", "426", "500"] : ["500"];
      return operation.documented.filter((status) => !rare.includes(status) && !cameOf(operation).includes(status)).map((status) => `${operation.method} ${operation.path} ${status}`);
    });
    expect(never).toEqual([]);
  });
});
