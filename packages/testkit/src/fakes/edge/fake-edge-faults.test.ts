import { Communicate } from "edge-tts-universal";
import { afterEach, describe, expect, it } from "vitest";
import { numberedText } from "../../words/spoken-word.ts";
import type { BareClient } from "../shared/bare-speech-client.test-helper.ts";
import type { FakeFault, FakeServer } from "../shared/fake-fault.ts";
import { hangs } from "../shared/hangs.test-helper.ts";
import { edgeSsml, edgeTurn, openEdge, sendEdgeTurn } from "./bare-edge.test-helper.ts";
import { redirectToFake, speakMsEdge } from "./edge-clients.test-helper.ts";
import { encodeMp3 } from "./encode-mp3.test-helper.ts";
import { createFakeEdge } from "./fake-edge.ts";

const text = numberedText({ words: 8 });
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(fault?: FakeFault): Promise<FakeServer> {
  const fake = await createFakeEdge({ encodeMp3, msPerCharacter: 25, fault: () => fault });
  open.push(() => fake.close());
  return fake;
}

async function begin(fault?: FakeFault): Promise<{ fake: FakeServer; client: BareClient; audio(): Buffer }> {
  const fake = await start(fault);
  const client = await openEdge(fake);
  open.push(() => client.socket.terminate());
  sendEdgeTurn(client, edgeSsml(text));
  return { fake, client, audio: () => client.audioOf(edgeTurn) };
}

async function wholeLength(): Promise<number> {
  const { client, audio } = await begin();
  await client.seen("turn.end");
  return audio().length;
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 150));
const isOpen = ({ socket }: BareClient): boolean => socket.readyState === socket.OPEN;

async function listen(fake: FakeServer): Promise<void> {
  open.push(redirectToFake(fake));
  for await (const chunk of new Communicate(text, { voice: "en-US-AvaNeural" }).stream()) void chunk;
}

describe("faults of the fake Edge, seen by a bare WebSocket", () => {
  it.each<[FakeFault, number]>([
    [{ kind: "cut", afterBytes: 1001 }, 1006],
    [{ kind: "reset", afterBytes: 1001 }, 1011],
    [{ kind: "early-end", afterBytes: 1001 }, 1000],
    [{ kind: "vendor", name: "drop", afterBytes: 1001 }, 1006],
    [{ kind: "vendor", name: "throttled", afterBytes: 1001 }, 1007],
    [{ kind: "vendor", name: "unsupported-voice", afterBytes: 1001 }, 1007],
    [{ kind: "vendor", name: "concurrent-limit", afterBytes: 1001 }, 4429],
    [{ kind: "vendor", name: "resource-exhausted", afterBytes: 1001 }, 1013],
  ])("%j: close %i", async (fault, code) => {
    const { fake, client, audio } = await begin(fault);
    expect(await client.closed).toMatchObject({ code });
    expect(audio().length).toBe(1001);
    expect(client.partialBytes() > 0).toBe(fault.kind === "cut");
    expect(fake.requests[0]?.state).toBe("failed");
  });

  it.each<[FakeFault, number | undefined]>([
    [{ kind: "stall", afterBytes: 1001 }, 1001],
    [{ kind: "no-answer" }, 0],
    [{ kind: "no-end-marker" }, undefined],
  ])("%j: no end, the connection stays open", async (fault, bytes) => {
    const { client, audio } = await begin(fault);
    await expect.poll(() => audio().length, { timeout: 10_000 }).toBe(bytes ?? (await wholeLength()));
    await settle();
    expect(audio().length).toBe(bytes ?? (await wholeLength()));
    expect(client.messages.map(({ path }) => path)).not.toContain("turn.end");
    expect(isOpen(client)).toBe(true);
  });

  it.each<[FakeFault, number]>([
    [{ kind: "status", status: 429 }, 429],
    [{ kind: "status", status: 500 }, 500],
    [{ kind: "wrong-body", content: "html" }, 200],
    [{ kind: "wrong-body", content: "json" }, 200],
  ])("%j: the handshake is refused", async (fault, status) => {
    const fake = await start(fault);
    await expect(openEdge(fake)).rejects.toThrow(`Unexpected server response: ${status}`);
    expect(fake.requests).toMatchObject([{ state: "failed" }]);
  });

  it.each<[FakeFault, (client: BareClient, whole: number) => boolean]>([
    [{ kind: "empty" }, (client) => client.audioOf(edgeTurn).length === 0],
    [{ kind: "malformed", afterBytes: 1001 }, (client, whole) => client.messages.some(({ body }) => body.endsWith('"Offset":50')) && client.audioOf(edgeTurn).length === whole],
    [{ kind: "vendor", name: "early-turn-end", afterBytes: 1001 }, (client) => client.audioOf(edgeTurn).length === 1001],
    [{ kind: "vendor", name: "unknown-path" }, (client) => client.messages.some(({ path }) => path === "audio.future")],
    [{ kind: "vendor", name: "unknown-metadata" }, (client) => client.messages.some(({ body }) => body.includes("FutureBoundary"))],
    [{ kind: "vendor", name: "unknown-request" }, (client, whole) => client.messages.some(({ requestId }) => requestId !== edgeTurn) && client.audioOf(edgeTurn).length === whole],
    [{ kind: "vendor", name: "unknown-stream" }, (client, whole) => client.audioOf(edgeTurn).length === whole + 480],
    [{ kind: "vendor", name: "bad-frame" }, (client, whole) => client.unreadable.length === 1 && client.audioOf(edgeTurn).length === whole],
    [{ kind: "vendor", name: "header-in-audio" }, (client) => client.audioOf(edgeTurn).toString("latin1", 0, 4) === "RIFF"],
    [{ kind: "vendor", name: "no-response" }, (client, whole) => !client.messages.some(({ path }) => path === "response") && client.audioOf(edgeTurn).length === whole],
  ])("%j: shown, and the turn ends", async (fault, shows) => {
    const { client } = await begin(fault);
    await client.seen("turn.end", edgeTurn);
    expect(shows(client, await wholeLength())).toBe(true);
  });

  it("drip: one byte in a message", async () => {
    const { client } = await begin({ kind: "drip", everyMs: 1 });
    await expect.poll(() => client.messages.filter(({ audio }) => audio).length, { timeout: 10_000 }).toBeGreaterThan(20);
    expect(client.messages.every(({ audio }) => (audio?.length ?? 1) === 1)).toBe(true);
  });

  it("refuses what it cannot show, and close() tells", async () => {
    const fake = await createFakeEdge({ encodeMp3, fault: () => ({ kind: "vendor", name: "late-messages" }) });
    await expect(openEdge(fake)).rejects.toThrow();
    await expect(fake.close()).rejects.toThrow("has no fault");
  });

  it("an encoder that fails closes the connection, and close() tells", async () => {
    const fake = await createFakeEdge({ encodeMp3: () => Promise.reject(new RangeError("no encoder")) });
    const client = await openEdge(fake);
    sendEdgeTurn(client, edgeSsml(text));
    expect(await client.closed).toMatchObject({ code: 1011 });
    await expect(fake.close()).rejects.toThrow("no encoder");
  });
});

describe("faults of the fake Edge, seen by its clients", () => {
  it.each<FakeFault>([{ kind: "early-end", afterBytes: 1001 }, { kind: "cut", afterBytes: 1001 }, { kind: "vendor", name: "drop" }, { kind: "vendor", name: "throttled" }])("msedge-tts tells of %j", async (fault) => {
    await expect(speakMsEdge(await start(fault), text)).rejects.toThrow("Stream closed before the synthesis completed");
  });

  it.each<FakeFault>([{ kind: "status", status: 403 }, { kind: "status", status: 429 }, { kind: "wrong-body", content: "html" }])("msedge-tts tells of a handshake refused by %j", async (fault) => {
    await expect(speakMsEdge(await start(fault), text)).rejects.toThrow("Unexpected server response");
  });

  it.each<FakeFault>([{ kind: "no-end-marker" }, { kind: "stall", afterBytes: 1001 }, { kind: "no-answer" }])("msedge-tts hangs on %j", async (fault) => {
    expect(await hangs(speakMsEdge(await start(fault), text), 500)).toBe(true);
  });

  it("msedge-tts takes an empty turn for whole", async () => {
    expect((await speakMsEdge(await start({ kind: "empty" }), text)).mp3.length).toBe(0);
  });

  it.each<[FakeFault, string]>([
    [{ kind: "empty" }, "No audio was received"],
    [{ kind: "vendor", name: "unknown-path" }, "Unknown path"],
    [{ kind: "vendor", name: "unknown-metadata" }, "Unknown metadata"],
    [{ kind: "vendor", name: "bad-frame" }, "greater than the length"],
    [{ kind: "malformed", afterBytes: 1001 }, "JSON"],
  ])("edge-tts-universal tells of %j", async (fault, message) => {
    await expect(listen(await start(fault))).rejects.toThrow(message);
  });

  it.each<FakeFault>([{ kind: "no-end-marker" }, { kind: "stall", afterBytes: 1001 }])("edge-tts-universal hangs on %j", async (fault) => {
    expect(await hangs(listen(await start(fault)), 500)).toBe(true);
  });

  it.each<FakeFault>([{ kind: "early-end", afterBytes: 1001 }, { kind: "vendor", name: "early-turn-end", afterBytes: 1001 }])("edge-tts-universal takes %j for a whole turn", async (fault) => {
    await expect(listen(await start(fault))).resolves.toBeUndefined();
  });
});
