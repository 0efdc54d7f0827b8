import { afterEach, describe, expect, it } from "vitest";
import { assertSpoken } from "../../words/decode-words.ts";
import { numberedText } from "../../words/spoken-word.ts";
import { createWordAudio } from "../../words/word-audio.ts";
import type { BareClient } from "../shared/bare-speech-client.test-helper.ts";
import type { FakeFault, FakeServer } from "../shared/fake-fault.ts";
import { hangs } from "../shared/hangs.test-helper.ts";
import { closeSdk, createSdk, speak, speakPieces } from "./azure-sdk.test-helper.ts";
import { openAzure, samplesOf, sendTurnOf, ssmlOf, turnId } from "./bare-azure.test-helper.ts";
import { createFakeAzure } from "./fake-azure.ts";

const text = numberedText({ words: 12 });
const totalBytes = createWordAudio(text, { encoding: "exact" }).frames * 2;
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A fake whose first request goes wrong; those after it do not. */
async function start(fault: FakeFault): Promise<FakeServer> {
  const fake = await createFakeAzure({ fault: (_, index) => (index === 0 ? fault : undefined) });
  open.push(() => fake.close());
  return fake;
}

async function begin(fault: FakeFault): Promise<{ fake: FakeServer; client: BareClient; audio(): Buffer }> {
  const fake = await start(fault);
  const client = await openAzure(fake);
  open.push(async () => client.socket.terminate());
  sendTurnOf(client, turnId(1), ssmlOf(text));
  return { fake, client, audio: () => client.audioOf(turnId(1)) };
}

/** Long enough for a loopback service without a pause to say all that it will say. */
function quiet(client: BareClient): Promise<number> {
  return new Promise((resolve) => {
    const finish = (): void => {
      client.socket.off("message", again);
      resolve(client.messages.length);
    };
    let timer = setTimeout(finish, 100);
    const again = (): void => {
      clearTimeout(timer);
      timer = setTimeout(finish, 100);
    };
    client.socket.on("message", again);
  });
}

const isOpen = ({ socket }: BareClient): boolean => socket.readyState === socket.OPEN;

describe("faults of the fake Azure, seen by a bare WebSocket", () => {
  it.each([0, 1, 5001, totalBytes])("cut after %i bytes: an error, no close frame", async (afterBytes) => {
    const { fake, client, audio } = await begin({ kind: "cut", afterBytes });
    expect(await client.closed).toMatchObject({ code: 1006, errors: ["ECONNRESET"] });
    expect(audio().length).toBe(afterBytes);
    expect(client.partialBytes()).toBeGreaterThan(60);
    expect(fake.requests[0]?.state).toBe("failed");
  });

  it.each([[undefined, 1011], [1012, 1012]])("reset with code %s: close %i", async (code, seen) => {
    const { fake, client, audio } = await begin({ kind: "reset", afterBytes: 5001, code });
    expect(await client.closed).toMatchObject({ code: seen, errors: [] });
    expect(client.partialBytes()).toBe(0);
    expect(audio().length).toBe(5001);
    expect(fake.requests[0]?.state).toBe("failed");
  });

  it("early-end: close 1000 without turn.end", async () => {
    const { client, audio } = await begin({ kind: "early-end", afterBytes: 5001 });
    expect(await client.closed).toMatchObject({ code: 1000 });
    expect(audio().length).toBe(5001);
    expect(client.messages.map(({ path }) => path)).not.toContain("turn.end");
  });

  it("stall: nothing more, the connection stays open; called off when the client goes", async () => {
    const { fake, client, audio } = await begin({ kind: "stall", afterBytes: 5001 });
    await quiet(client);
    expect(audio().length).toBe(5001);
    expect(isOpen(client)).toBe(true);
    expect(fake.requests[0]?.state).toBe("active");
    client.socket.close();
    await client.closed;
    await expect.poll(() => fake.requests[0]?.state, { timeout: 10_000 }).toBe("called-off");
  });

  it("drip: one byte in a message", async () => {
    const { client } = await begin({ kind: "drip", everyMs: 1 });
    await expect.poll(() => client.messages.filter(({ audio }) => audio).length, { timeout: 10_000 }).toBeGreaterThan(20);
    expect(client.messages.every(({ audio }) => (audio?.length ?? 1) === 1)).toBe(true);
  });

  it("no-answer: not even turn.start", async () => {
    const { client } = await begin({ kind: "no-answer" });
    expect(await quiet(client)).toBe(0);
    expect(isOpen(client)).toBe(true);
  });

  it.each([[401], [403], [429], [500], [503]])("status %i: the handshake is refused, and counts as a request", async (status) => {
    const fake = await start({ kind: "status", status, headers: { "Retry-After": "1" } });
    await expect(openAzure(fake)).rejects.toThrow(`Unexpected server response: ${status}`);
    expect(fake.requests).toMatchObject([{ index: 0, state: "failed", text: "", parameters: { handshake: true } }]);
    const client = await openAzure(fake);
    client.socket.close();
  });

  it.each([["json"], ["html"]] as const)("wrong-body %s: the handshake is answered with 200", async (content) => {
    const fake = await start({ kind: "wrong-body", content });
    await expect(openAzure(fake)).rejects.toThrow("Unexpected server response: 200");
  });

  it.each([
    [{ kind: "status", status: 429 }, 4429],
    [{ kind: "status", status: 500 }, 1011],
  ] as const)("a refusal (%j) on an open connection closes it with %i", async (fault, code) => {
    const fake = await createFakeAzure({ fault: (_, index) => (index === 1 ? fault : undefined) });
    open.push(() => fake.close());
    const client = await openAzure(fake);
    sendTurnOf(client, turnId(1), ssmlOf("w1"));
    await client.seen("turn.end");
    sendTurnOf(client, turnId(2), ssmlOf("w2"));
    expect(await client.closed).toMatchObject({ code });
  });

  it("a wrong body on an open connection is a message without headers, and nothing else", async () => {
    const fake = await createFakeAzure({ fault: (_, index) => (index === 1 ? { kind: "wrong-body", content: "html" } : undefined) });
    open.push(() => fake.close());
    const client = await openAzure(fake);
    sendTurnOf(client, turnId(1), ssmlOf("w1"));
    const before = await quiet(client);
    sendTurnOf(client, turnId(2), ssmlOf("w2"));
    expect(await quiet(client)).toBe(before);
    expect(String(client.unreadable[0])).toContain("<html>");
    client.socket.close();
  });

  it("empty: turn.end without a byte", async () => {
    const { fake, client, audio } = await begin({ kind: "empty" });
    await client.seen("turn.end");
    expect(audio().length).toBe(0);
    expect(fake.requests[0]?.state).toBe("finished");
  });

  it("malformed: metadata that is no JSON, in the middle; the turn goes on", async () => {
    const { client, audio } = await begin({ kind: "malformed", afterBytes: 5001 });
    await client.seen("turn.end");
    const broken = client.messages.findIndex(({ path, body }) => path === "audio.metadata" && !body.endsWith("}"));
    expect(() => void JSON.parse(client.messages[broken]?.body ?? "")).toThrow();
    expect(Buffer.concat(client.messages.slice(0, broken).flatMap((message) => message.audio ?? [])).length).toBe(5001);
    expect(audio().length).toBe(totalBytes);
  });

  it("no-end-marker: all audio, no turn.end, the connection stays open", async () => {
    const { client, audio } = await begin({ kind: "no-end-marker" });
    await quiet(client);
    expect(audio().length).toBe(totalBytes);
    expect(client.messages.at(-1)?.path).toBe("audio");
    expect(isOpen(client)).toBe(true);
  });

  it.each([
    ["unsupported-voice", 1007, "Unsupported voice"],
    ["throttled", 1007, "Throttled due to too many requests"],
    ["concurrent-limit", 4429, "concurrent request limit"],
    ["resource-exhausted", 1013, "ResourceExhausted"],
    ["drop", 1006, ""],
  ])("%s: close %i, before the answer and in its middle", async (name, code, reason) => {
    const early = await begin({ kind: "vendor", name });
    expect(await early.client.closed).toMatchObject({ code, reason: expect.stringContaining(reason), errors: [] });
    expect(early.client.messages).toEqual([]);
    const late = await begin({ kind: "vendor", name, afterBytes: 5001 });
    expect(await late.client.closed).toMatchObject({ code });
    expect(late.audio().length).toBe(5001);
  });

  it.each([
    ["unknown-path", (client: BareClient) => client.messages.some(({ path }) => path === "audio.future")],
    ["unknown-metadata", (client: BareClient) => client.messages.some(({ body }) => body.includes("FutureBoundary"))],
    ["unknown-request", (client: BareClient) => client.messages.filter(({ requestId }) => requestId !== turnId(1)).map(({ path }) => path).join() === "audio,audio.metadata,turn.end"],
    ["bad-frame", (client: BareClient) => client.unreadable.length === 1],
  ])("%s: in the middle, and the turn goes on", async (name, shows) => {
    const { client, audio } = await begin({ kind: "vendor", name, afterBytes: 5001 });
    await client.seen("turn.end", turnId(1));
    expect(shows(client)).toBe(true);
    expect(audio().length).toBe(totalBytes);
  });

  it("unknown-stream: audio of the turn under another X-StreamId", async () => {
    const { client, audio } = await begin({ kind: "vendor", name: "unknown-stream" });
    await client.seen("turn.end");
    const frames = client.messages.filter(({ path }) => path === "audio");
    expect(new Set(frames.map(({ streamId }) => streamId)).size).toBe(2);
    expect(audio().length).toBe(totalBytes + 480);
  });

  it("header-in-audio: 44 bytes of WAV", async () => {
    const { client, audio } = await begin({ kind: "vendor", name: "header-in-audio" });
    await client.seen("turn.end");
    expect(audio().toString("latin1", 0, 4)).toBe("RIFF");
    expect(audio().length).toBe(totalBytes + 44);
  });

  it("no-response: audio without the message that names its stream", async () => {
    const { client, audio } = await begin({ kind: "vendor", name: "no-response" });
    await client.seen("turn.end");
    expect(client.messages.map(({ path }) => path)).not.toContain("response");
    expect(audio().length).toBe(totalBytes);
  });

  it("early-turn-end: the end comes after a part of the audio", async () => {
    const { client, audio } = await begin({ kind: "vendor", name: "early-turn-end", afterBytes: 5001 });
    await client.seen("turn.end");
    await quiet(client);
    expect(audio().length).toBe(5001);
  });

  it("other-sample-rate: two thirds of the samples, good at that rate", async () => {
    const { client, audio } = await begin({ kind: "vendor", name: "other-sample-rate" });
    await client.seen("turn.end");
    assertSpoken(samplesOf(audio()), 16_000, text, { encoding: "exact" });
  });

  it("late-messages: audio and an end of a turn that was called off come in the next", async () => {
    const fake = await createFakeAzure({ realTimeFactor: 0.2, fault: (_, index) => (index === 0 ? { kind: "vendor", name: "late-messages" } : undefined) });
    open.push(() => fake.close());
    const client = await openAzure(fake);
    sendTurnOf(client, turnId(1), ssmlOf(text));
    await client.seen("audio");
    client.send({ Path: "synthesis.control", "X-RequestId": turnId(1) }, '{"action":"stop"}');
    sendTurnOf(client, turnId(2), ssmlOf("w1 w2 w3"));
    await client.seen("turn.end", turnId(2));
    const began = client.messages.findIndex(({ path, requestId }) => path === "turn.start" && requestId === turnId(2));
    const late = client.messages.slice(began).filter(({ requestId }) => requestId === turnId(1));
    expect(late.map(({ path }) => path)).toEqual(["audio", "audio.metadata", "turn.end"]);
    client.socket.close();
  });

  it.each([
    [{ kind: "wrong-body", content: "sse-error" }, "cannot show an error of server-sent events"],
    [{ kind: "vendor", name: "nonsense" }, "has no fault"],
  ] as const)("refuses what it cannot show (%j), and close() tells", async (fault, message) => {
    const fake = await createFakeAzure({ fault: () => fault });
    await expect(openAzure(fake)).rejects.toThrow();
    await expect(fake.close()).rejects.toThrow(message);
    await expect(fake.close()).rejects.toThrow(message);
  });
});

describe("faults of the fake Azure, seen by the vendor's SDK", () => {
  it.each<[FakeFault, string, string]>([
    [{ kind: "status", status: 401 }, "ConnectionFailure", "Unexpected server response: 401"],
    [{ kind: "status", status: 403 }, "ConnectionFailure", "Unexpected server response: 403"],
    [{ kind: "status", status: 429 }, "ConnectionFailure", "Unexpected server response: 429"],
    [{ kind: "status", status: 500 }, "ConnectionFailure", "Unexpected server response: 500"],
    [{ kind: "cut", afterBytes: 5001 }, "ConnectionFailure", "websocket error code: 1006"],
    [{ kind: "vendor", name: "drop", afterBytes: 5001 }, "ConnectionFailure", "websocket error code: 1006"],
    [{ kind: "vendor", name: "unsupported-voice" }, "BadRequestParameters", "Unsupported voice"],
    [{ kind: "vendor", name: "throttled" }, "BadRequestParameters", "Throttled due to too many requests"],
    [{ kind: "vendor", name: "concurrent-limit" }, "ConnectionFailure", "websocket error code: 4429"],
    [{ kind: "vendor", name: "resource-exhausted" }, "ConnectionFailure", "websocket error code: 1013"],
  ])("%j is told as %s", async (fault, code, details) => {
    const fake = await start(fault);
    const { synthesizer, log } = createSdk(fake);
    await speak(synthesizer, text).catch(() => {});
    expect(log.canceled.map((canceled) => canceled.details).join()).toContain(details);
    expect(log.canceled[0]?.code).toBe(code);
    await closeSdk(synthesizer);
  });

  it.each<FakeFault>([
    { kind: "early-end", afterBytes: 5001 },
    { kind: "no-end-marker" },
    { kind: "malformed", afterBytes: 5001 },
    { kind: "stall", afterBytes: 5001 },
    { kind: "no-answer" },
    { kind: "vendor", name: "no-response" },
  ])("the SDK hangs on %j", async (fault) => {
    const fake = await start(fault);
    const { synthesizer, log } = createSdk(fake);
    expect(await hangs(speak(synthesizer, text), 700)).toBe(true);
    expect(log.canceled).toEqual([]);
    await closeSdk(synthesizer).catch(() => {});
  });

  it.each(["unknown-path", "unknown-metadata", "unknown-request", "unknown-stream", "bad-frame"])("the SDK passes over %s", async (name) => {
    const fake = await start({ kind: "vendor", name, afterBytes: 5001 });
    const { synthesizer, log } = createSdk(fake);
    await speak(synthesizer, text);
    expect(Buffer.concat(log.audio).length).toBe(totalBytes);
    await closeSdk(synthesizer);
  });

  it("the SDK takes an empty and a shortened turn for whole", async () => {
    for (const [fault, bytes] of [[{ kind: "empty" }, 0], [{ kind: "vendor", name: "early-turn-end", afterBytes: 5001 }, 5001]] as const) {
      const fake = await start(fault);
      const { synthesizer, log } = createSdk(fake);
      const result = await speak(synthesizer, text);
      expect(result.errorDetails).toBeUndefined();
      expect(Buffer.concat(log.audio).length).toBe(bytes);
      await closeSdk(synthesizer);
    }
  });

  it("shows faults in text that comes in pieces too", async () => {
    const fake = await start({ kind: "vendor", name: "concurrent-limit", afterBytes: 5001 });
    const { synthesizer, log } = createSdk(fake, { path: "/tts/cognitiveservices/websocket/v2", voice: "en-US-AvaNeural" });
    await speakPieces(synthesizer, [text]);
    expect(log.canceled[0]?.details).toContain("4429");
    await closeSdk(synthesizer);
  });
});
