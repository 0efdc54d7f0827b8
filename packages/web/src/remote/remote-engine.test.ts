import { afterEach, describe, expect, it } from "vitest";
import { WebSocket as NodeWebSocket } from "ws";
import { serveProtocol, type ProtocolServer, type ScriptedConnection, type ServerScript } from "./protocol-server.test-helper.ts";
import { readEvents, requestFor, samplesOf, until } from "./read-events.test-helper.ts";
import { createRemoteEngine, type RemoteEngine } from "./remote-engine.ts";
import type { RemoteOptions } from "./remote-options.ts";

const never = new AbortController().signal;
const platform = { WebSocket: NodeWebSocket as unknown as typeof WebSocket };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => void (await Promise.all(closers.splice(0).map((close) => close()))));

async function serve(script: ServerScript, options: RemoteOptions = {}): Promise<{ server: ProtocolServer; engine: RemoteEngine }> {
  const server = await serveProtocol(script);
  const engine = createRemoteEngine({ url: server.url, ...options });
  closers.push(async () => {
    await engine.close();
    await server.close();
  });
  return { server, engine };
}

/** Speaks so many frames when the text is complete. */
const speaking = (frames: number): ServerScript => ({
  onMessage: (connection, message) => {
    if (message.type === "input.done") connection.speak(message.utterance, frames);
  },
});
const typesOf = ({ messages }: ScriptedConnection): string[] => messages.map(({ type }) => type);

describe("a request", () => {
  it("begins an utterance, sends its text, and tells what was taken", async () => {
    const { server, engine } = await serve(speaking(6_000));
    const { events, error } = await readEvents(engine.synthesize(requestFor("Hello there.", { voice: "ada", language: "en-GB", rate: 1.5, volume: 0.5, engineOptions: { options: { seed: 7 } } }), never));
    expect(error).toBeUndefined();
    expect(events[0]).toEqual({ type: "start", format: { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 }, requestId: "request-1" });
    expect([...samplesOf(events)]).toEqual(Array.from({ length: 6_000 }, (_, index) => index));
    const [connection] = server.connections;
    await until(() => connection!.messages.at(-1)?.type === "speech.played");
    expect(connection!.messages).toEqual([
      { type: "speech.start", utterance: 1, voice: "ada", language: "en-GB", rate: 1.5, volume: 0.5, marks: ["word"], encoding: "pcm-s16le", sampleRate: 24_000, windowMs: 1_000, options: { seed: 7 } },
      { type: "input.text", utterance: 1, text: "Hello there." },
      { type: "input.flush", utterance: 1 },
      { type: "input.done", utterance: 1 },
      { type: "speech.played", utterance: 1, frame: 6_000 },
    ]);
  });

  it("asks for the model of the engine, or of the request", async () => {
    const { server, engine } = await serve(speaking(10), { model: "small" });
    await readEvents(engine.synthesize(requestFor("One."), never));
    await readEvents(engine.synthesize(requestFor("Two.", { engineOptions: { model: "large" } }), never));
    expect(server.connections[0]!.messages.flatMap((message) => (message.type === "speech.start" ? [message.model] : []))).toEqual(["small", "large"]);
  });

  it("cuts long text into messages, and no pair of surrogates", async () => {
    const { server, engine } = await serve(speaking(10));
    const text = `a${"\u{1F600}".repeat(9_000)}\u0000`;
    await readEvents(engine.synthesize(requestFor(text), never));
    const pieces = server.connections[0]!.messages.flatMap((message) => (message.type === "input.text" ? [message.text] : []));
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join("")).toBe(text);
    expect(pieces.filter((piece) => /\p{Surrogate}/u.test(piece))).toEqual([]);
  });

  it("asks for what can be sent, whatever format is wanted", async () => {
    const { server, engine } = await serve(speaking(10));
    await readEvents(engine.synthesize(requestFor("One.", { format: { encoding: "mp3", sampleRate: 44_100, channels: 2 } }), never));
    await readEvents(engine.synthesize(requestFor("Two.", { format: { encoding: "mulaw", sampleRate: 8_000, channels: 1 } }), never));
    expect(server.connections[0]!.messages.flatMap((message) => (message.type === "speech.start" ? [[message.encoding, message.sampleRate]] : []))).toEqual([["pcm-s16le", 24_000], ["mulaw", 8_000]]);
  });

  it("gives marks of the kinds that were asked for, and warnings, behind the start", async () => {
    const word = { kind: "word", timeMs: 0, textStart: 0, textEnd: 5, value: "Hello", source: "native" } as const;
    const { server, engine } = await serve({
      onMessage: (connection, { type, utterance }) => {
        if (type !== "input.done") return;
        connection.say({ type: "speech.warning", utterance, code: "VOICE", message: "Another voice." });
        connection.say({ type: "speech.marks", utterance, marks: [word, { ...word, kind: "character" }, { ...word, kind: "viseme" }, { ...word, kind: "phoneme" }, { ...word, kind: "bookmark" }] });
        connection.speak(utterance, 100);
      },
    });
    // Bookmarks are SSML's: in plain text there are none, and a server would warn of it.
    const { events } = await readEvents(engine.synthesize(requestFor("Hello.", { marks: ["word", "viseme", "phoneme", "bookmark"] }), never));
    expect(server.connections[0]?.messages[0]).toMatchObject({ type: "speech.start", marks: ["word", "viseme", "phoneme"] });
    expect(events.map(({ type }) => type)).toEqual(["start", "warning", "mark", "mark", "mark", "audio"]);
    expect(events.slice(2, 5)).toEqual([{ type: "mark", mark: word }, { type: "mark", mark: { ...word, kind: "viseme" } }, { type: "mark", mark: { ...word, kind: "phoneme" } }]);
  });
});

describe("credit", () => {
  it("is given for what was taken only, in quarters of the window, and for all at the end", async () => {
    const { server, engine } = await serve({
      onMessage: (connection, { type, utterance }) => {
        if (type !== "input.done") return;
        connection.say({ type: "speech.started", utterance, format: { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 } });
        for (let at = 0; at < 24_000; at += 2_400) connection.audio(utterance, at, 2_400);
        connection.say({ type: "speech.sent", utterance, frames: 24_000 });
      },
    }, { windowMs: 1_000 });
    const told = (): number[] => server.connections[0]!.messages.flatMap((message) => (message.type === "speech.played" ? [message.frame] : []));
    const iterator = engine.synthesize(requestFor("Hello."), never)[Symbol.asyncIterator]();
    for (let events = 0; events < 4; events += 1) await iterator.next();
    // Three blocks were handed out, and two of them asked on from.
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(told()).toEqual([]);
    await iterator.next();
    await until(() => told().length > 0);
    expect(told()).toEqual([7_200]);
    while ((await iterator.next()).done !== true);
    await until(() => told().includes(24_000));
    expect(told()).toEqual([7_200, 14_400, 21_600, 24_000]);
  });
});

describe("a session", () => {
  it("takes a place with its first text, not before", async () => {
    const { server, engine } = await serve(speaking(10));
    const session = await engine.openSession({ ...requestFor("") }, never);
    expect(server.connections[0]!.messages).toEqual([]);
    await session.end();
    expect(await readEvents(session.events)).toEqual({ events: [], error: undefined });
    expect(server.connections[0]!.messages).toEqual([]);
    await session.close();
  });

  it("speaks another turn on the same connection, as another utterance", async () => {
    const { server, engine } = await serve(speaking(10));
    const session = await engine.openSession(requestFor(""), never);
    await session.write("One.");
    await session.end();
    expect(samplesOf((await readEvents(session.events)).events)).toHaveLength(10);
    const second = session.nextTurn!();
    await session.write("Two.");
    await session.end();
    expect(samplesOf((await readEvents(second)).events)).toHaveLength(10);
    await session.close();
    expect(server.connections).toHaveLength(1);
    expect(server.connections[0]!.messages.flatMap((message) => (message.type === "speech.start" ? [message.utterance] : []))).toEqual([1, 2]);
  });

  it("waits while the server wants no more text", async () => {
    const { server, engine } = await serve({
      onMessage: (connection, { type, utterance }) => {
        if (type === "input.text") connection.say({ type: "input.pressure", utterance, full: true });
      },
    });
    const session = await engine.openSession(requestFor(""), never);
    let isWritten = false;
    // The pressure crosses the first text, which is taken.
    await session.write("One.");
    await until(() => typesOf(server.connections[0]!).includes("input.text"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const writing = session.write("Two.").then(() => (isWritten = true));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(isWritten).toBe(false);
    server.connections[0]!.say({ type: "input.pressure", utterance: 1, full: false });
    await writing;
    await session.close();
  });

  it("begins another utterance within a turn for very long text, and counts on", async () => {
    const { server, engine } = await serve({
      onMessage: (connection, message) => {
        const { utterance } = message;
        if (message.type === "input.flush") {
          const through = connection.messages.reduce((sum, told) => sum + (told.type === "input.text" && told.utterance === utterance ? told.text.length : 0), 0);
          connection.say({ type: "speech.marks", utterance, marks: [{ kind: "word", timeMs: 1, textStart: 0, textEnd: 1, value: "x", source: "native" }] });
          connection.say({ type: "speech.flushed", utterance, through });
        }
        if (message.type === "input.done") connection.speak(utterance, 24_000);
      },
    });
    const session = await engine.openSession(requestFor(""), never);
    const reading = readEvents(session.events);
    for (const text of ["x".repeat(30_000), "x".repeat(25_000), "x".repeat(100)]) {
      await session.write(text);
      await session.flush();
    }
    await session.end();
    const { events, error } = await reading;
    expect(error).toBeUndefined();
    expect(server.connections[0]!.messages.filter(({ type }) => type === "speech.start")).toHaveLength(2);
    expect(events.filter(({ type }) => type === "start")).toHaveLength(1);
    expect(events.flatMap((event) => (event.type === "flushed" ? [event.through] : []))).toEqual([30_000, 55_000, 55_100]);
    expect(events.flatMap((event) => (event.type === "mark" ? [[event.mark.textStart, event.mark.timeMs]] : [])).at(-1)).toEqual([55_000, 1_001]);
    await session.close();
  });

  it("holds the writer where flushes are not read", async () => {
    const { engine } = await serve({});
    const session = await engine.openSession(requestFor(""), never);
    await session.write("x".repeat(25_000));
    await session.flush();
    let isWritten = false;
    const writing = session.write("y").then(() => (isWritten = true));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(isWritten).toBe(false);
    await session.cancel();
    await writing;
    await session.close();
  });

  it("tells the server what is not wanted any more, and keeps the connection", async () => {
    const { server, engine } = await serve(speaking(10));
    const session = await engine.openSession(requestFor(""), never);
    await session.write("One.");
    await session.cancel();
    expect((await readEvents(session.events)).events).toEqual([]);
    await until(() => typesOf(server.connections[0]!).includes("speech.interrupt"));
    // What had left the server before it knew.
    server.connections[0]!.speak(1, 10);
    server.connections[0]!.say({ type: "speech.interrupted", utterance: 1, heardUntil: 0, heardMs: 0, billedCharacters: 0, wastedCharacters: 0, basis: "estimate", playhead: "reported" });
    const second = session.nextTurn!();
    await session.write("Two.");
    await session.end();
    expect(samplesOf((await readEvents(second)).events)).toHaveLength(10);
    expect(server.connections).toHaveLength(1);
    await session.close();
  });
});

describe("connections", () => {
  it("are shared by as many utterances as the server takes, and then there is another", async () => {
    const { server, engine } = await serve({ ...speaking(10), maxUtterances: 3 });
    const speak = (): Promise<number> => readEvents(engine.synthesize(requestFor("Hello."), never)).then(({ events }) => samplesOf(events).length);
    expect(await Promise.all(Array.from({ length: 7 }, speak))).toEqual(Array.from({ length: 7 }, () => 10));
    expect(server.connections.length).toBeGreaterThan(1);
    for (const { messages } of server.connections) expect(new Set(messages.map(({ utterance }) => utterance)).size).toBeLessThanOrEqual(7);
  });

  it("are closed when nobody has used them for a while", async () => {
    const { server, engine } = await serve(speaking(10), { keepMs: 20 });
    await readEvents(engine.synthesize(requestFor("Hello."), never));
    await until(() => server.connections[0]!.socket.readyState === NodeWebSocket.CLOSED);
    await readEvents(engine.synthesize(requestFor("Hello."), never));
    expect(server.connections).toHaveLength(2);
  });

  it("of a server that drains finish what they speak, and begin nothing new", async () => {
    const { server, engine } = await serve({
      onMessage: (connection, { type, utterance }) => {
        if (type === "speech.start" && utterance === 1) connection.say({ type: "server.draining", graceMs: 60_000 });
        if (type === "input.done") connection.speak(utterance, 10);
      },
    });
    const session = await engine.openSession(requestFor(""), never);
    await session.write("One.");
    await until(() => server.connections[0]!.messages.length > 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(samplesOf((await readEvents(engine.synthesize(requestFor("Two."), never))).events)).toHaveLength(10);
    expect(server.connections).toHaveLength(2);
    await session.end();
    expect(samplesOf((await readEvents(session.events)).events)).toHaveLength(10);
    await until(() => server.connections[0]!.socket.readyState === NodeWebSocket.CLOSED);
  });

  it("that the server closed while nobody spoke are replaced without a word", async () => {
    const { server, engine } = await serve(speaking(10));
    await engine.warmUp(never);
    server.connections[0]!.socket.close(4408);
    await until(() => server.connections[0]!.socket.readyState === NodeWebSocket.CLOSED);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(samplesOf((await readEvents(engine.synthesize(requestFor("Hello."), never))).events)).toHaveLength(10);
  });
});

describe("signing in", () => {
  const offered = ({ headers }: ScriptedConnection): string[] => (headers["sec-websocket-protocol"] ?? "").split(/,\s*/);

  it("sends a key as a header, and where there are none as a subprotocol", async () => {
    const { server, engine } = await serve(speaking(10), { apiKey: "k-1" });
    const { server: other, engine: page } = await serve(speaking(10), { apiKey: "küy", ...platform });
    await engine.warmUp(never);
    expect(offered(server.connections[0]!)).toEqual(["parlando.v1"]);
    expect(server.connections[0]!.headers.authorization).toBe("Bearer k-1");
    await page.warmUp(never);
    expect(offered(other.connections[0]!)).toEqual(["parlando.v1", `parlando.key.${Buffer.from("küy").toString("base64url")}`]);
    expect(other.connections[0]!.headers.authorization).toBeUndefined();
  });

  it("asks for a ticket for each connection", async () => {
    let tickets = 0;
    const { server, engine } = await serve({ ...speaking(10), maxUtterances: 1 }, { ...platform, ticket: async () => `pt1.${++tickets}` });
    const speak = (): Promise<unknown> => readEvents(engine.synthesize(requestFor("Hello."), never));
    await Promise.all([speak(), speak()]);
    expect(server.connections.map((connection) => offered(connection)[1])).toEqual(["parlando.ticket.pt1.1", "parlando.ticket.pt1.2"]);
  });

  it("fails with the page's own error where there is no ticket", async () => {
    const { engine } = await serve({}, { ticket: () => Promise.reject(new TypeError("offline")) });
    await expect(engine.warmUp(never)).rejects.toMatchObject({ code: "AUTHENTICATION", engine: "remote", cause: new TypeError("offline") });
    const { engine: wrong } = await serve({}, { ticket: async () => '{"ticket":"pt1.x"}' });
    await expect(wrong.warmUp(never)).rejects.toMatchObject({ code: "AUTHENTICATION" });
  });
});
