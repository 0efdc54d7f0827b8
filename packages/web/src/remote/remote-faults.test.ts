import { TTSError, type ErrorCode } from "@parlando/engine";
import { writeAudioFrame, type ServerMessage } from "@parlando/protocol";
import { createFaultProxy } from "@parlando/testkit";
import { createServer } from "node:net";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { serveProtocol, type ScriptedConnection, type ServerScript } from "./protocol-server.test-helper.ts";
import { readEvents, requestFor, samplesOf, until } from "./read-events.test-helper.ts";
import { createRemoteEngine, type RemoteEngine } from "./remote-engine.ts";
import type { RemoteOptions } from "./remote-options.ts";

const never = new AbortController().signal;
const text = "Zebrafinch and quokkaberry.";
const key = "sk-CANARY7KEY";
const format = { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 } as const;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => void (await Promise.all(closers.splice(0).map((close) => close()))));

async function serve(script: ServerScript, options: RemoteOptions = {}): Promise<RemoteEngine> {
  const server = await serveProtocol(script);
  return engineFor(server.url, { ...options, apiKey: key }, () => server.close());
}

function engineFor(url: string, options: RemoteOptions, close: () => Promise<void>): RemoteEngine {
  const engine = createRemoteEngine({ url, ...options });
  closers.push(async () => {
    await engine.close();
    await close();
  });
  return engine;
}

/** When all text is there, the connection does something. */
const at = (act: (connection: ScriptedConnection, utterance: number) => void): ServerScript => ({
  onMessage: (connection, { type, utterance }) => {
    if (type === "input.done") act(connection, utterance);
  },
});
const started = (connection: ScriptedConnection, utterance: number): void => connection.say({ type: "speech.started", utterance, format });
const raw = (connection: ScriptedConnection, message: string | Uint8Array): void => connection.socket.send(message);

/** A fault, its code, and the frames that were real. */
const faults: readonly (readonly [name: string, act: (connection: ScriptedConnection, utterance: number) => void, code: ErrorCode, frames: number])[] = [
  ["a gap", (connection, utterance) => (started(connection, utterance), connection.audio(utterance, 0, 100), connection.audio(utterance, 101, 100)), "PROTOCOL", 100],
  ["audio twice", (connection, utterance) => (started(connection, utterance), connection.audio(utterance, 0, 100), connection.audio(utterance, 0, 100)), "PROTOCOL", 100],
  ["audio without a format", (connection, utterance) => connection.audio(utterance, 0, 100), "PROTOCOL", 0],
  ["two formats", (connection, utterance) => (started(connection, utterance), started(connection, utterance)), "PROTOCOL", 0],
  ["half a sample", (connection, utterance) => (started(connection, utterance), raw(connection, writeAudioFrame({ utterance, startFrame: 0, payload: new Uint8Array(3) }))), "PROTOCOL", 0],
  ["fewer frames than it says", (connection, utterance) => (started(connection, utterance), connection.audio(utterance, 0, 100), connection.say({ type: "speech.sent", utterance, frames: 101 })), "TRUNCATED", 100],
  ["an end without all audio", (connection, utterance) => (started(connection, utterance), connection.audio(utterance, 0, 100), connection.say({ type: "speech.done", utterance, report: { audioMs: 1, elapsedMs: 1, realTimeFactor: 1, characters: 1, segments: 1, attempts: 1, engines: [] } })), "TRUNCATED", 100],
  ["no JSON", (connection, utterance) => (started(connection, utterance), connection.audio(utterance, 0, 100), raw(connection, "<html>")), "PROTOCOL", 100],
  ["a message with a wrong field", (connection, utterance) => raw(connection, JSON.stringify({ type: "speech.started", utterance, format: { encoding: "mp3", sampleRate: 1, channels: 1 } })), "PROTOCOL", 0],
  ["another version's frames", (connection, utterance) => (started(connection, utterance), raw(connection, Uint8Array.from({ length: 20 }, () => 9))), "PROTOCOL", 0],
  ["an utterance that nobody began", (connection) => connection.speak(77, 10), "PROTOCOL", 0],
  ["a second greeting", (connection) => connection.say({ type: "session.ready", models: [], windowMs: 1, stallMs: 1, maxUtterances: 1, ssml: false }), "PROTOCOL", 0],
  ["an error of the engine behind", (connection, utterance) => (started(connection, utterance), connection.audio(utterance, 0, 100), connection.say({ type: "speech.failed", utterance, error: { code: "QUOTA_EXCEEDED", message: "Used up.", retryable: false, engine: "polly", requestId: "r-1" } })), "QUOTA_EXCEEDED", 100],
  ["its own shutdown", (connection, utterance) => connection.say({ type: "speech.failed", utterance, error: { code: "ABORTED", message: "Closing.", retryable: false } }), "SERVICE", 0],
  ["an error of the connection", (connection) => connection.say({ type: "error", error: { code: "PROTOCOL", message: "What?", retryable: false } }), "PROTOCOL", 0],
  ["a clean close", (connection, utterance) => (started(connection, utterance), connection.audio(utterance, 0, 100), connection.socket.close(1000)), "TRUNCATED", 100],
  ["a restart", (connection, utterance) => (started(connection, utterance), connection.audio(utterance, 0, 100), connection.socket.close(1012)), "SERVICE", 100],
  ["a close of its own", (connection) => connection.socket.close(4999), "PROTOCOL", 0],
  ["a break", (connection) => connection.socket.terminate(), "CONNECTION", 0],
];

describe("a server that goes wrong", () => {
  it.each(faults)("with %s ends the events with what is wrong, behind what was real", async (_, act, code, frames) => {
    const engine = await serve(at(act));
    const { events, error } = await readEvents(engine.synthesize(requestFor(text), never));
    expect(TTSError.isInstance(error) && [error.code, error.engine]).toEqual([code, "remote"]);
    expect(samplesOf(events).length).toBe(frames);
    expect([inspect(error), error!.message].join().toLowerCase()).not.toMatch(/zebrafinch|quokkaberry|canary7/);
  });

  it("speaks on after every one of them", async () => {
    let utterances = 0;
    const engine = await serve(at((connection, utterance) => {
      const fault = faults[utterances++ - 1];
      if (fault === undefined || utterances % 2 === 1) connection.speak(utterance, 10);
      else fault[1](connection, utterance);
    }));
    for (let round = 0; round < faults.length; round += 2) {
      expect((await readEvents(engine.synthesize(requestFor(text), never))).error).toBeUndefined();
      await readEvents(engine.synthesize(requestFor(text), never));
    }
  });

  it("with more audio than was asked for is given up, before memory is", async () => {
    const engine = await serve(at((connection, utterance) => {
      started(connection, utterance);
      for (let frame = 0; frame < 600_000; frame += 24_000) connection.audio(utterance, frame, 24_000);
    }), { windowMs: 1_000 });
    const iterator = engine.synthesize(requestFor(text), never)[Symbol.asyncIterator]();
    await iterator.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    let frames = 0;
    const error: unknown = await (async () => {
      for (;;) {
        const { value, done } = await iterator.next();
        if (done === true) return "the end";
        if (value.type === "audio") frames += value.bytes.length / 2;
      }
    })().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "PROTOCOL" });
    expect(frames).toBeLessThan(6 * 24_000);
  });

  it("keeps what the server says of a retry", async () => {
    const engine = await serve(at((connection, utterance) => connection.say({ type: "speech.failed", utterance, error: { code: "CONCURRENCY_LIMIT", message: "Busy.", retryable: true, retryAfterMs: 1_500 } })));
    expect((await readEvents(engine.synthesize(requestFor(text), never))).error).toMatchObject({ code: "CONCURRENCY_LIMIT", retryable: true, retryAfterMs: 1_500 });
  });

  it.each([
    ["asks for SSML where there is none", { ssml: true }, "UNSUPPORTED"],
    ["says what the protocol cannot", { rate: 50 }, "INVALID_INPUT"],
    ["has options deeper than is taken", { engineOptions: { options: { a: { b: { c: { d: { e: 1 } } } } } } }, "INVALID_INPUT"],
    ["has options that there are not", { engineOptions: { modell: "x" } }, "INVALID_CONFIG"],
  ])("is not asked what it would close the connection for: who %s", async (_, change, code) => {
    const engine = await serve(at((connection, utterance) => connection.speak(utterance, 10)));
    expect((await readEvents(engine.synthesize(requestFor(text, change), never))).error).toMatchObject({ code });
    expect((await readEvents(engine.synthesize(requestFor(text), never))).error).toBeUndefined();
  });
});

describe("a server that cannot be reached", () => {
  const answer = (status: number, body = "", headers = ""): ServerScript => ({
    refuse: (_, socket) => (socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}connection: close\r\n\r\n${body}`), true),
  });
  const problem = (code: string): string => JSON.stringify({ error: { message: "Because.", type: "x", param: null, code } });

  it.each<[number, string, ErrorCode]>([
    [401, problem("unauthorized"), "AUTHENTICATION"],
    [403, problem("origin_not_allowed"), "PERMISSION"],
    [404, "<html>", "INVALID_CONFIG"],
    [302, "", "INVALID_CONFIG"],
    [429, problem("too_many_concurrent_requests"), "CONCURRENCY_LIMIT"],
    [429, problem("rate_limited"), "RATE_LIMITED"],
    [503, problem("draining"), "SERVICE"],
    [502, "", "SERVICE"],
  ])("because it answers %i", async (status, body, code) => {
    const engine = await serve(answer(status, body, "retry-after: 3\r\n"));
    const { error } = await readEvents(engine.synthesize(requestFor(text), never));
    expect(error).toMatchObject({ code, retryAfterMs: 3_000 });
    expect(error!.message).toContain(String(status));
    if (body.startsWith("{")) expect(error!.message).toContain("Because.");
    expect(inspect(error)).not.toContain(key);
  });

  it("because nothing listens, or something else does", async () => {
    const nobody = engineFor("http://127.0.0.1:9", {}, async () => undefined);
    expect((await readEvents(nobody.synthesize(requestFor(text), never))).error).toMatchObject({ code: "CONNECTION", retryable: true });
    const other = createServer((socket) => socket.end("SSH-2.0-other\r\n"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const engine = engineFor(`http://127.0.0.1:${port}`, {}, async () => void other.close());
    expect((await readEvents(engine.synthesize(requestFor(text), never))).error).toMatchObject({ code: expect.stringMatching(/CONNECTION|PROTOCOL/) });
  });

  it("because it never greets, or closes before it does", async () => {
    const silent = await serve({ greet: () => undefined }, { connectMs: 50 });
    expect((await readEvents(silent.synthesize(requestFor(text), never))).error).toMatchObject({ code: "TIMEOUT" });
    const rude = await serve({ greet: ({ socket }) => socket.close(1008) });
    expect((await readEvents(rude.synthesize(requestFor(text), never))).error).toMatchObject({ code: "CONNECTION" });
    const strange = await serve({ greet: (connection) => connection.say({ type: "speech.accepted", utterance: 1, requestId: "x" } satisfies ServerMessage) });
    expect((await readEvents(strange.synthesize(requestFor(text), never))).error).toMatchObject({ code: "PROTOCOL" });
    const leaving = await serve({ greet: (connection) => {
      connection.say({ type: "session.ready", models: [], windowMs: 1, stallMs: 1, maxUtterances: 8, ssml: false });
      connection.say({ type: "server.draining", graceMs: 1 });
    } });
    const { error } = await readEvents(leaving.synthesize(requestFor(text), never));
    expect(error === undefined || ["SERVICE", "TRUNCATED", "CONNECTION"].includes(error.code)).toBe(true);
  });

  it("because no address is known", async () => {
    const before = process.env["PARLANDO_URL"];
    delete process.env["PARLANDO_URL"];
    try {
      const engine = createRemoteEngine();
      expect(engine.capabilities.input).toContain("incremental");
      await expect(engine.warmUp(never)).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
      expect(await engine.checkCredentials(never)).toMatchObject({ status: "missing", missing: ["url (PARLANDO_URL)"] });
      process.env["PARLANDO_URL"] = "http://me:secret@host";
      const error: unknown = await createRemoteEngine().warmUp(never).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "INVALID_CONFIG" });
      expect(inspect(error)).not.toContain("secret");
    } finally {
      if (before === undefined) delete process.env["PARLANDO_URL"];
      else process.env["PARLANDO_URL"] = before;
    }
  });

  it.each([{ url: "ftp://x" }, { url: "http://a:b@x" }, { url: "http://x?key=1" }, { windowMs: 5 }, { ticket: 7 }, { modell: "x" }, { apiKey: "" }])("because its options are wrong: %o", (options) => {
    expect(() => createRemoteEngine(options as RemoteOptions)).toThrow(expect.objectContaining({ code: "INVALID_CONFIG" }));
  });
});

describe("calling off", () => {
  const slow: ServerScript = at((connection, utterance) => (started(connection, utterance), connection.audio(utterance, 0, 2_400)));

  it.each(["before it begins", "while it connects", "while it waits for audio", "between two events", "when the engine is closed"])("%s ends it at once, and leaves nothing behind", async (stage) => {
    const server = await serveProtocol(stage === "while it connects" ? { greet: () => undefined } : stage === "while it waits for audio" ? {} : slow);
    const engine = engineFor(server.url, {}, () => server.close());
    const controller = new AbortController();
    if (stage === "before it begins") controller.abort();
    let stopped = false;
    const stop = (): void => {
      stopped = true;
      if (stage === "when the engine is closed") void engine.close();
      else controller.abort();
    };
    const reading = readEvents(engine.synthesize(requestFor(text), controller.signal), ({ type }) => {
      if (type === "audio") stop();
    });
    if (stage === "while it waits for audio") await until(() => server.connections[0]?.messages.some(({ type }) => type === "input.done") === true);
    if (stage === "while it connects") await until(() => server.connections.length > 0);
    if (!stopped && stage.startsWith("while")) stop();
    expect((await reading).error).toMatchObject({ code: "ABORTED", engine: "remote" });
    if (stage === "while it waits for audio" || stage === "between two events") {
      await until(() => server.connections[0]!.messages.at(-1)?.type === "speech.interrupt");
      expect(server.connections[0]!.socket.readyState).toBe(1);
    }
    await Promise.all([engine.close(), engine.close()]);
    if (stage === "before it begins") expect(server.connections).toHaveLength(0);
    else await until(() => server.connections.every(({ socket }) => socket.readyState === 3));
  });

  it("one of two that share a connection leaves the other alone", async () => {
    const engine = await serve({
      onMessage: (connection, message) => {
        const { type, utterance } = message;
        if (type === "input.done") started(connection, utterance);
        if (type === "input.done" && utterance === 1) connection.audio(utterance, 0, 100);
        if (type !== "speech.interrupt") return;
        connection.audio(2, 0, 100);
        connection.say({ type: "speech.sent", utterance: 2, frames: 100 });
      },
    });
    const controller = new AbortController();
    const first = readEvents(engine.synthesize(requestFor(text), controller.signal), ({ type }) => {
      if (type === "audio") controller.abort();
    });
    await engine.warmUp(never);
    const second = await readEvents(engine.synthesize(requestFor(text), never));
    expect(second.error).toBeUndefined();
    expect((await first).error).toMatchObject({ code: "ABORTED" });
  });

  it("on a connection that nobody answers gives the connection up", async () => {
    const server = await serveProtocol(at((connection, utterance) => connection.speak(utterance, 10)));
    const proxy = await createFaultProxy({ target: { port: server.port } });
    const engine = engineFor(`http://127.0.0.1:${proxy.port}`, {}, async () => {
      await proxy.close();
      await server.close();
    });
    await engine.warmUp(never);
    proxy.stall();
    const controller = new AbortController();
    const reading = readEvents(engine.synthesize(requestFor(text), controller.signal));
    setTimeout(() => controller.abort(), 2_200);
    expect((await reading).error).toMatchObject({ code: "ABORTED" });
    proxy.release();
    expect((await readEvents(engine.synthesize(requestFor(text), never))).error).toBeUndefined();
    expect(proxy.accepted).toBe(2);
  });
});
