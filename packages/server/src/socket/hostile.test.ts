import { describe, expect, it } from "vitest";
import { openPlainClient } from "./plain-client.test-helper.ts";
import { roundTrip, serveSocket } from "./served-socket.test-helper.ts";

describe("a client that does not keep to the protocol", () => {
  it.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["an unknown type", JSON.stringify({ type: "speech.stop", utterance: 1 })],
    ["an unknown field", JSON.stringify({ type: "speech.start", utterance: 1, path: "../secret" })],
    ["a field of another type", JSON.stringify({ type: "input.text", utterance: 1, text: 5 })],
    ["a field that reaches a prototype", '{"type":"speech.start","utterance":1,"options":{"__proto__":{"x":1}}}'],
    ["an utterance that is none", JSON.stringify({ type: "speech.start", utterance: 0 })],
    ["text before its utterance", JSON.stringify({ type: "input.text", utterance: 3, text: "Secret words." })],
    ["a negative frame", JSON.stringify({ type: "speech.played", utterance: 1, frame: -1 })],
  ])("is told and closed for %s", async (_name, message) => {
    await using setup = await serveSocket();
    const { client } = setup;
    client.socket.send(message);
    const { error } = await client.next("error");
    expect(error).toMatchObject({ code: "PROTOCOL", retryable: false });
    expect(JSON.stringify(error)).not.toMatch(/secret/i);
    expect(await client.closed).toBe(4400);
    expect(JSON.stringify(setup.logged)).not.toMatch(/secret/i);
  });

  it("is closed for an utterance that does not count up; what was under way ends", async () => {
    await using setup = await serveSocket({ realTimeFactor: 1 });
    const { client, engine } = setup;
    client.speak(5, "One two three four five six seven.");
    await client.heard(5, 1);
    client.say({ type: "speech.start", utterance: 5 });
    await client.next("error");
    expect(await client.closed).toBe(4400);
    await setup.log(({ event, outcome }) => event === "speech" && outcome === "gone");
    expect(engine.activeRequests).toBe(0);
  });

  it("is closed for a binary message, and for one that is too long", async () => {
    await using setup = await serveSocket();
    setup.client.socket.send(Buffer.from([1, 2, 3]));
    expect(await setup.client.closed).toBe(1003);
    const other = await openPlainClient(setup.url);
    other.socket.send("x".repeat(65_537));
    expect(await other.closed).toBe(1009);
  });

  it("is closed for a message that comes in thousands of pieces", async () => {
    await using setup = await serveSocket();
    const { client } = setup;
    for (let piece = 0; piece < 2_000; piece += 1) client.socket.send("x", { fin: false });
    expect(await client.closed).toBe(1008);
  });

  it("has an utterance of too much text ended, and keeps the connection", async () => {
    await using setup = await serveSocket({}, { limits: { utteranceCharacters: 20 } });
    const { client } = setup;
    client.speak(1, "One two three four five six seven.");
    expect((await client.next("speech.failed", 1))["error"]).toMatchObject({ code: "TEXT_TOO_LONG" });
    client.speak(2, "Two.");
    await client.next("speech.done", 2);
  });

  it("has an utterance ended whose text goes on behind its end", async () => {
    await using setup = await serveSocket({ realTimeFactor: 1 });
    const { client } = setup;
    client.speak(1, "One two three.");
    client.say({ type: "input.text", utterance: 1, text: "Four." });
    expect((await client.next("speech.failed", 1))["error"]).toMatchObject({ code: "INVALID_INPUT" });
  });

  it.each([
    ["SSML where it is not taken", { ssml: true }, "UNSUPPORTED"],
    ["a model that there is not", { model: "other" }, "INVALID_INPUT"],
    ["a model that is a path", { model: "../../etc/passwd" }, "INVALID_INPUT"],
    ["a voice that is a path", { voice: "../../etc/passwd" }, "VOICE_NOT_FOUND"],
    ["a voice that breaks out of markup", { voice: "\"><audio src='x'/>" }, "VOICE_NOT_FOUND"],
  ])("is refused %s; the connection lives", async (_name, start, code) => {
    await using setup = await serveSocket();
    const { client, engine } = setup;
    client.speak(1, "One.", start);
    expect((await client.next("speech.failed", 1))["error"]).toMatchObject({ code });
    expect(engine.requests).toEqual([]);
    client.speak(2, "Two.");
    await client.next("speech.done", 2);
  });

  it("may have so many utterances at once, and no more", async () => {
    await using setup = await serveSocket({}, { limits: { utterancesPerSocket: 2 } }, { plays: false });
    const { client } = setup;
    for (const utterance of [1, 2, 3]) client.say({ type: "speech.start", utterance });
    const { error } = await client.next("speech.failed", 3);
    expect(error).toMatchObject({ code: "CONCURRENCY_LIMIT", retryable: true, retryAfterMs: expect.any(Number) });
    client.say({ type: "speech.interrupt", utterance: 1 });
    await client.next("speech.interrupted", 1);
    client.speak(4, "Four.");
    await client.next("speech.sent", 4);
  });

  it("may not take more places than there are, and is told so", async () => {
    await using setup = await serveSocket({}, { limits: { concurrencyPerCaller: 1 } });
    const { client } = setup;
    client.say({ type: "speech.start", utterance: 1 });
    await client.next("speech.accepted", 1);
    client.speak(2, "Two.");
    expect((await client.next("speech.failed", 2))["error"]).toMatchObject({ code: "CONCURRENCY_LIMIT", retryable: true });
    client.say({ type: "input.done", utterance: 1 });
    await client.next("speech.done", 1);
    client.speak(3, "Three.");
    await client.next("speech.done", 3);
  });

  it("may not begin more utterances a minute than a key may ask for", async () => {
    await using setup = await serveSocket({}, { limits: { perMinute: 1, burst: 2 } });
    const { client } = setup;
    for (const utterance of [1, 2, 3]) client.speak(utterance, "One.");
    await client.next("speech.done", 1);
    await client.next("speech.done", 2);
    expect((await client.next("speech.failed", 3))["error"]).toMatchObject({ code: "RATE_LIMITED", retryable: true, retryAfterMs: expect.any(Number) });
    expect(setup.logged).toContainEqual(expect.objectContaining({ event: "refused", code: "rate_limited", status: 429, route: "speech-socket" }));
  });

  it("is closed when it says nothing for too long, also with an utterance open", async () => {
    await using setup = await serveSocket({}, { limits: { socketIdleMs: 800 } });
    expect(await setup.client.closed).toBe(4408);
    const other = await openPlainClient(setup.url);
    other.say({ type: "speech.start", utterance: 1 });
    expect((await other.next("speech.failed", 1))["error"]).toMatchObject({ code: "TIMEOUT" });
    expect(await other.closed).toBe(4408);
  });
});

describe("a server that goes down", () => {
  it("tells its clients, lets those that speak come to their end, and takes nothing new", async () => {
    await using setup = await serveSocket({ realTimeFactor: 0.2 });
    const { client, server } = setup;
    client.speak(1, "One two three four five.");
    await client.heard(1, 1);
    const drained = server.drain({ graceMs: 20_000 });
    expect(Number((await client.next("server.draining"))["graceMs"])).toBeGreaterThan(19_000);
    client.speak(2, "Two.");
    expect((await client.next("speech.failed", 2))["error"]).toMatchObject({ code: "SERVICE", retryable: true });
    await client.next("speech.done", 1);
    expect(await client.closed).toBe(1012);
    await drained;
  });

  it("ends with an error what the grace does not suffice for", async () => {
    await using setup = await serveSocket({ realTimeFactor: 1 });
    const { client, server, engine } = setup;
    client.speak(1, "One two three four five six seven eight nine ten eleven twelve.");
    await client.heard(1, 1);
    await server.drain({ graceMs: 50 });
    expect((await client.next("speech.failed", 1))["error"]).toMatchObject({ code: "SERVICE", retryable: true });
    expect(await client.closed).toBe(1012);
    expect(engine.activeRequests).toBe(0);
  });

  it("closes at once when it is closed", async () => {
    await using setup = await serveSocket({ realTimeFactor: 1 });
    const { client, server, engine } = setup;
    client.speak(1, "One two three four five six seven eight nine ten eleven twelve.");
    await client.heard(1, 1);
    await server.close();
    await client.next("speech.failed", 1);
    expect(await client.closed).toBe(1001);
    expect(engine.activeRequests).toBe(0);
  });

  it("has nothing left of connections that were closed", async () => {
    await using setup = await serveSocket({});
    setup.client.speak(1, "One.");
    await setup.client.next("speech.done", 1);
    await roundTrip(setup);
    await setup.client.close();
    await setup.log(({ event }) => event === "socket");
  });
});
