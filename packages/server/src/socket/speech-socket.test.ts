import { assertSpoken, numberedText, spokenWords } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { expectSame, roundTrip, samplesOf, serveSocket, toFloat } from "./served-socket.test-helper.ts";

const TEXT = numberedText({ words: 16 });

const textOf = (id: number): string => numberedText({ words: 10, first: id * 10 });

interface WireMark {
  readonly kind: string;
  readonly value: string;
  readonly timeMs: number;
  readonly textStart: number;
  readonly textEnd: number;
}

describe("the WebSocket of speech", () => {
  it("has nothing to say of white space, which is a part of a text like any other", async () => {
    await using setup = await serveSocket();
    const { client, engine } = setup;
    client.speak(1, " \n\t");
    expect(await client.next("speech.sent", 1)).toMatchObject({ frames: 0 });
    await client.next("speech.done", 1);
    expect([client.all("speech.failed", 1), engine.requests.length]).toEqual([[], 0]);
  });

  it("speaks an utterance: every sample of the engine, marks, and a report", async () => {
    await using setup = await serveSocket({ encoding: "exact" });
    const { client } = setup;
    expect(await client.next("session.ready")).toEqual({ type: "session.ready", models: ["default"], windowMs: 2_000, stallMs: 30_000, maxUtterances: 8, ssml: false });
    client.speak(1, TEXT, { latency: "smoothest" });
    const { frames } = await client.next("speech.sent", 1);
    const { report } = await client.next("speech.done", 1);
    expect((await client.next("speech.accepted", 1))["requestId"]).toMatch(/^[0-9a-f]{32}$/);
    expect((await client.next("speech.started", 1))["format"]).toEqual({ encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 });
    const samples = client.samplesOf(1);
    expect(samples.length).toBe(frames);
    expectSame(samples, await samplesOf(TEXT, { encoding: "exact" }));
    expect(report).toMatchObject({ characters: TEXT.length, segments: expect.any(Number), attempts: expect.any(Number), engines: ["scripted"], audioMs: (samples.length * 1_000) / 24_000 });
    const marks = client.all("speech.marks", 1).flatMap((message) => message["marks"] as WireMark[]);
    const words = marks.filter(({ kind }) => kind === "word");
    expect(words.map(({ value }) => value)).toHaveLength(spokenWords(TEXT).length);
    expect(words.map(({ textStart, textEnd }) => TEXT.slice(textStart, textEnd))).toEqual(words.map(({ value }) => value));
    const types = client.told.map(({ type }) => type);
    expect(types.indexOf("speech.accepted")).toBeLessThan(types.indexOf("speech.started"));
    expect(types.indexOf("speech.started")).toBeLessThan(types.indexOf("audio"));
    expect(types.lastIndexOf("speech.marks")).toBeLessThan(types.indexOf("speech.sent"));
    expect(types.lastIndexOf("audio")).toBeLessThan(types.indexOf("speech.sent"));
  });

  it("takes text in pieces of any size", async () => {
    await using setup = await serveSocket({ encoding: "exact" });
    const { client } = setup;
    client.say({ type: "speech.start", utterance: 7, latency: "smoothest" });
    for (const letter of TEXT) client.say({ type: "input.text", utterance: 7, text: letter });
    client.say({ type: "input.done", utterance: 7 });
    await client.next("speech.done", 7);
    expectSame(client.samplesOf(7), await samplesOf(TEXT, { encoding: "exact" }));
  });

  it.each([
    ["pcm-s16le", 16_000, 2],
    ["mulaw", 8_000, 1],
    ["alaw", 8_000, 1],
    ["pcm-f32le", 48_000, 4],
  ])("sends %s at %i Hz", async (encoding, sampleRate, bytes) => {
    await using setup = await serveSocket({}, {}, { plays: false });
    const { client } = setup;
    client.speak(1, "One two three.", { encoding, sampleRate, windowMs: 30_000 });
    const { frames } = await client.next("speech.sent", 1);
    expect((await client.next("speech.started", 1))["format"]).toEqual({ encoding, sampleRate, channels: 1 });
    expect(client.audioOf(1).reduce((sum, frame) => sum + frame.bytes.length, 0)).toBe(Number(frames) * bytes);
    client.say({ type: "speech.played", utterance: 1, frame: frames });
    await client.next("speech.done", 1);
  });

  it("answers a flush behind the last of its audio and its marks, before the text has ended", async () => {
    await using setup = await serveSocket();
    const { client } = setup;
    const [first, second] = ["One two three and no end", " four five six."];
    client.say({ type: "speech.start", utterance: 1 });
    client.say({ type: "input.text", utterance: 1, text: first });
    client.say({ type: "input.flush", utterance: 1 });
    client.say({ type: "input.flush", utterance: 1 });
    expect(await client.next("speech.flushed", 1)).toMatchObject({ through: first.length });
    const before = client.told.findIndex(({ type }) => type === "speech.flushed");
    const words = client.told.slice(0, before).flatMap((message) => (message.type === "speech.marks" ? (message as unknown as { marks: WireMark[] }).marks : [])).filter(({ kind }) => kind === "word");
    expect(words.map(({ value }) => value)).toEqual(first.split(" "));
    const frames = client.samplesOf(1).length;
    client.say({ type: "input.text", utterance: 1, text: second });
    client.say({ type: "input.flush", utterance: 1 });
    expect(await client.next("speech.flushed", 1)).toMatchObject({ through: first.length + second.length });
    expect(client.samplesOf(1).length).toBeGreaterThan(frames);
    client.say({ type: "input.done", utterance: 1 });
    await client.next("speech.done", 1);
    expect(client.all("speech.flushed", 1)).toHaveLength(2);
  });

  it("answers a flush of SSML, and of what is spoken before it is flushed", async () => {
    await using setup = await serveSocket({}, { ssml: true });
    const { client } = setup;
    const [first, second] = ["<speak><p><s>One two.</s> <s>Three four.</s></p>", "<p>Five six.</p></speak>"];
    client.say({ type: "speech.start", utterance: 1, ssml: true });
    client.say({ type: "input.text", utterance: 1, text: first });
    client.say({ type: "input.flush", utterance: 1 });
    expect(await client.next("speech.flushed", 1)).toMatchObject({ through: first.length });
    client.say({ type: "input.text", utterance: 1, text: second });
    client.say({ type: "input.flush", utterance: 1 });
    client.say({ type: "input.done", utterance: 1 });
    expect(await client.next("speech.flushed", 1)).toMatchObject({ through: first.length + second.length });
    await client.next("speech.done", 1);
    client.say({ type: "speech.start", utterance: 2, latency: "soonest" });
    client.say({ type: "input.text", utterance: 2, text: "One two three. Four" });
    await client.heard(2, 1);
    client.say({ type: "input.text", utterance: 2, text: " five. \n" });
    client.say({ type: "input.flush", utterance: 2 });
    expect(await client.next("speech.flushed", 2)).toMatchObject({ through: 27 });
    client.say({ type: "input.done", utterance: 2 });
    await client.next("speech.done", 2);
  });

  it("speaks several utterances at once, each in order and whole", async () => {
    await using setup = await serveSocket({ chunkMs: [5, 60] });
    const { client } = setup;
    const ids = [1, 2, 3, 5, 8, 13, 21, 34];
    for (const id of ids) client.speak(id, textOf(id));
    for (const id of ids) await client.next("speech.done", id);
    for (const id of ids) assertSpoken(toFloat(client.samplesOf(id)), 24_000, textOf(id));
  });

  it("tells what could not be done as asked, and goes on", async () => {
    await using setup = await serveSocket();
    const { client } = setup;
    client.speak(1, "One.", { options: { cfg_weight: 0.5 } });
    expect(await client.next("speech.warning", 1)).toMatchObject({ code: "UNSUPPORTED_OPTION", option: "cfg_weight" });
    await client.next("speech.done", 1);
  });

  it("takes null for what is not set, in the engine's options too", async () => {
    await using setup = await serveSocket({ capabilities: { requestOptions: ["seed"] } });
    const { client, engine } = setup;
    client.speak(1, "One.", { model: null, voice: null, rate: null, marks: null, encoding: null, windowMs: null, options: { seed: null, cfg_weight: null } });
    client.speak(2, "Two.", { options: null });
    for (const id of [1, 2]) await client.next("speech.done", id);
    expect(client.all("speech.warning")).toEqual([]);
    expect(engine.requests.map(({ request }) => request.engineOptions)).toEqual([undefined, undefined]);
  });

  it("ends an utterance without sound at once", async () => {
    await using setup = await serveSocket();
    const { client } = setup;
    client.speak(1, "  ");
    expect(await client.next("speech.sent", 1)).toMatchObject({ frames: 0 });
    const { report } = await client.next("speech.done", 1);
    expect(report).toMatchObject({ audioMs: 0, realTimeFactor: 0 });
    expect(client.all("speech.started")).toEqual([]);
  });

  it("tells of an engine that fails in the middle, after what it made; the connection lives", async () => {
    await using setup = await serveSocket({ fault: (_request, index) => (index === 0 ? { kind: "error", code: "SERVICE", afterMs: 500, retryable: false } : undefined) });
    const { client } = setup;
    client.speak(1, TEXT);
    const { error } = await client.next("speech.failed", 1);
    expect(error).toMatchObject({ code: "SERVICE", requestId: expect.any(String), engine: "scripted" });
    expect(client.samplesOf(1).length).toBeGreaterThan(0);
    expect(client.all("speech.sent", 1)).toEqual([]);
    client.speak(2, "Two.");
    await client.next("speech.done", 2);
  });

  it("lets the engine go when the client hangs up", async () => {
    await using setup = await serveSocket({ realTimeFactor: 1 });
    const { client, engine } = setup;
    client.speak(1, TEXT);
    await client.heard(1, 1);
    expect(engine.activeRequests).toBe(1);
    client.socket.terminate();
    await setup.log(({ event, outcome }) => event === "speech" && outcome === "gone");
    expect(engine.activeRequests).toBe(0);
  });

  it("ignores what crossed the end of an utterance", async () => {
    await using setup = await serveSocket();
    const { client } = setup;
    client.speak(1, "One.");
    await client.next("speech.done", 1);
    for (const type of ["input.flush", "input.done", "speech.interrupt"]) client.say({ type, utterance: 1 });
    client.say({ type: "speech.played", utterance: 1, frame: 5 });
    client.say({ type: "input.text", utterance: 1, text: "More." });
    await roundTrip(setup);
    expect(client.all("error")).toEqual([]);
    client.speak(2, "Two.");
    await client.next("speech.done", 2);
  });
});
