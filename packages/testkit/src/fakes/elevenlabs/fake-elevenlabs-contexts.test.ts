import { afterEach, describe, expect, it } from "vitest";
import { assertSpoken } from "../../words/decode-words.ts";
import { numberedText } from "../../words/spoken-word.ts";
import type { FakeElevenLabs, FakeElevenLabsOptions } from "./fake-elevenlabs-options.ts";
import { createSocketBench, samplesOf, type BareClient, type WireMessage } from "./fake-elevenlabs-socket.test-helper.ts";

const bench = createSocketBench();
afterEach(() => bench.end());

const texts = { a: numberedText({ words: 20 }), b: numberedText({ words: 20, first: 100 }) };
const spoken = (bytes: Buffer, expected: string): void => assertSpoken(samplesOf(bytes), 24_000, expected, { encoding: "exact" });
const messages = (client: BareClient): WireMessage[] => client.messages.filter((message) => typeof message !== "string");
const init = (context: string): object => ({ text: " ", voice_settings: { stability: 0.5 }, context_id: context });

async function open(options?: FakeElevenLabsOptions, query?: string): Promise<{ fake: FakeElevenLabs; client: BareClient }> {
  const fake = await bench.start(options);
  return { fake, client: await bench.connect(fake, { endpoint: "multi-stream-input", query }) };
}

describe("the fake ElevenLabs' multi-stream-input, with a bare client", () => {
  it("speaks several texts side by side, each by its name", async () => {
    const { fake, client } = await open({ realTimeFactor: 0.05 });
    for (const context of ["a", "b"] as const) {
      client.send(init(context));
      client.send({ text: `${texts[context]} `, context_id: context, flush: true });
      client.send({ context_id: context, close_context: true });
    }
    await Promise.all(["a", "b"].map((context) => client.until(({ contextId, isFinal }) => contextId === context && isFinal === true)));
    spoken(client.audio("a"), texts.a);
    spoken(client.audio("b"), texts.b);
    const names = messages(client).map(({ contextId }) => contextId).join("");
    expect(names).toMatch(/ab+a/u);
    expect(fake.requests.map(({ contextId, text, state, socket }) => [contextId, text, state, socket])).toEqual([["a", `${texts.a} `, "finished", 0], ["b", `${texts.b} `, "finished", 0]]);
    client.send({ close_socket: true });
    expect((await client.closed)[0]).toBe(1000);
  });

  it("speaks one text after another on one socket, and what waits when the socket is closed", async () => {
    const { fake, client } = await open();
    client.send(init("a"));
    client.send({ text: "w1 w2 ", context_id: "a" });
    client.send({ context_id: "a", flush: true });
    client.send({ context_id: "a", close_context: true });
    await client.until(({ contextId, isFinal }) => contextId === "a" && isFinal === true);
    client.send(init("a"));
    client.send({ text: "w3 w4 ", context_id: "a" });
    client.send({ close_socket: true });
    expect((await client.closed)[0]).toBe(1000);
    spoken(client.audio(), "w1 w2 w3 w4");
    expect(fake.requests.map(({ state, index }) => [state, index])).toEqual([["finished", 0], ["finished", 1]]);
  });

  it("answers under other names, and tells that a flush is done", async () => {
    const { client } = await open({ contextIdKey: "context_id", alignmentKeys: "charsStartTimesMs", flushDone: true });
    client.send(init("a"));
    client.send({ text: "w1 w2 ", context_id: "a", flush: true });
    expect(await client.until(({ type }) => type === "flush_done")).toEqual({ type: "flush_done", context_id: "a" });
    const [first] = messages(client);
    expect(first).toMatchObject({ context_id: "a", alignment: { chars: ["w", "1"], charsStartTimesMs: [0, 67] } });
    spoken(client.audio("a"), "w1 w2");
  });

  it("uses a context by default, keeps it alive with nothing, closes one that is not", async () => {
    const { fake, client } = await open({ inactivityTimeoutMs: 600 });
    client.send({ text: " ", voice_settings: {} });
    client.send({ text: "w1 " });
    for (let count = 0; count < 4; count += 1) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      client.send({ text: "" });
    }
    expect(messages(client)).toEqual([]);
    expect(await client.until(({ isFinal }) => isFinal === true)).toMatchObject({ contextId: "default" });
    expect(fake.requests[0]).toMatchObject({ keepAlives: 4, state: "called-off" });
    expect((await client.closed)[0]).toBe(1008);
    expect(client.messages.at(-1)).toMatchObject({ error: "input_timeout_exceeded" });
  });

  it("refuses a sixth context, and settings that come late", async () => {
    const { client } = await open();
    for (let index = 0; index < 6; index += 1) client.send(init(`c${index}`));
    const [code, reason] = await client.closed;
    expect([code, reason]).toEqual([1008, "Maximum simultaneous contexts per WebSocket connection exceeded (5). Please close an existing context before opening a n"]);
    expect(client.messages.at(-1)).toMatchObject({ error: "max_active_conversations", code: 1008 });
    const late = await open();
    late.client.send({ text: "", context_id: "a" });
    late.client.send(init("a"));
    expect((await late.client.closed)[0]).toBe(1008);
  });

  it("lets a closed context finish what was flushed, or cuts it", async () => {
    const close = async (closeContext: "finish" | "cut"): Promise<{ fake: FakeElevenLabs; client: BareClient; after: number }> => {
      const { fake, client } = await open({ closeContext, realTimeFactor: 0.2 });
      client.send(init("a"));
      client.send({ text: `${texts.a} `, context_id: "a", flush: true });
      await client.until(({ audio }) => typeof audio === "string");
      const after = performance.now();
      client.send({ context_id: "a", close_context: true });
      await client.until(({ isFinal }) => isFinal === true);
      return { fake, client, after };
    };
    const finished = await close("finish");
    spoken(finished.client.audio(), texts.a);
    expect(finished.fake.requests[0]?.state).toBe("finished");
    expect(finished.fake.requests[0]?.endAskedAtMs).toBeGreaterThanOrEqual(finished.after);
    const cut = await close("cut");
    expect(cut.client.audio().length).toBeLessThan(finished.client.audio().length / 2);
    expect(cut.fake.requests[0]?.state).toBe("called-off");
    expect(cut.fake.requests[0]?.endedAtMs).toBeGreaterThanOrEqual(cut.after);
  });

  it("finishes what was flushed and cuts what was not, where it tells the two apart", async () => {
    const { fake, client } = await open({ closeContext: "flushed", realTimeFactor: 0.2 });
    client.send(init("a"));
    client.send({ text: `${texts.a} `, context_id: "a", flush: true });
    client.send({ context_id: "a", close_context: true });
    await client.until(({ isFinal }) => isFinal === true);
    spoken(client.audio(), texts.a);
    expect(fake.requests[0]?.state).toBe("finished");
    const before = client.audio().length;
    client.send({ ...init("b"), generation_config: { chunk_length_schedule: [50] } });
    client.send({ text: "w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13 w14 w15 w16 w17 w18 ", context_id: "b" });
    await client.until(({ audio, contextId }) => typeof audio === "string" && contextId === "b");
    client.send({ context_id: "b", close_context: true });
    await client.until(({ isFinal, contextId }) => isFinal === true && contextId === "b");
    expect(client.audio().length).toBeGreaterThan(before);
    expect(fake.requests[1]?.state).toBe("called-off");
  });

  it("never speaks text that was not flushed when its context closed", async () => {
    const { fake, client } = await open();
    client.send(init("a"));
    client.send({ text: "w1 ", context_id: "a" });
    client.send({ context_id: "a", close_context: true });
    await client.until(({ isFinal }) => isFinal === true);
    expect(client.audio()).toHaveLength(0);
    expect(fake.requests[0]?.state).toBe("called-off");
  });

  it("calls off every context when the socket goes", async () => {
    const { fake, client } = await open({ realTimeFactor: 1 });
    for (const context of ["a", "b"] as const) {
      client.send(init(context));
      client.send({ text: `${texts[context]} `, context_id: context, flush: true });
    }
    await client.until(({ contextId }) => contextId === "b");
    client.socket.terminate();
    await expect.poll(() => fake.requests.map(({ state }) => state)).toEqual(["called-off", "called-off"]);
  });

  it("chooses a fault for each context, and hurts no other", async () => {
    const names: Record<number, string> = { 0: "foreign-context", 1: "context-error", 2: "late-audio" };
    const { client } = await open({ fault: (_request, index) => (names[index] === undefined ? undefined : { kind: "vendor", name: names[index] }) });
    for (const context of ["a", "b", "c", "d"]) {
      client.send(init(context));
      client.send({ text: "w1 w2 ", context_id: context, flush: true });
      client.send({ context_id: context, close_context: true });
    }
    await Promise.all(["a", "b", "c", "d"].map((context) => client.until(({ contextId, isFinal }) => contextId === context && isFinal === true)));
    spoken(client.audio("a"), "w1 w2");
    spoken(client.audio("d"), "w1 w2");
    expect(messages(client).find(({ contextId }) => contextId === "of-somebody-else")?.audio).toBeDefined();
    expect(messages(client).find(({ error }) => error !== undefined)).toMatchObject({ contextId: "b", error: "context_failed" });
    const final = messages(client).findIndex(({ contextId, isFinal }) => contextId === "c" && isFinal === true);
    await expect.poll(() => messages(client).slice(final + 1).some(({ contextId, audio }) => contextId === "c" && typeof audio === "string")).toBe(true);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it("breaks the whole socket with one context's fault", async () => {
    const { fake, client } = await open({ fault: (_request, index) => (index === 1 ? { kind: "cut", afterBytes: 4800 } : undefined), realTimeFactor: 0.1 });
    for (const context of ["a", "b"] as const) {
      client.send(init(context));
      client.send({ text: `${texts[context]} `, context_id: context, flush: true });
    }
    expect((await client.closed)[0]).toBe(1006);
    expect(client.audio("b")).toHaveLength(4800);
    await expect.poll(() => fake.requests.map(({ state }) => state)).toEqual(["failed", "failed"]);
  });
});
