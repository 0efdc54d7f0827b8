import { afterEach, describe, expect, it } from "vitest";
import { assertSpoken, decodeWords } from "../../words/decode-words.ts";
import { numberedText } from "../../words/spoken-word.ts";
import type { FakeFault } from "../shared/fake-fault.ts";
import type { FakeElevenLabs, FakeElevenLabsOptions } from "./fake-elevenlabs-options.ts";
import { createSocketBench, samplesOf, type BareClient, type BareClientOptions, type WireMessage } from "./fake-elevenlabs-socket.test-helper.ts";

const bench = createSocketBench();
afterEach(() => bench.end());

const init = { text: " ", voice_settings: { stability: 0.5 } };
const text = numberedText({ words: 30 });
const words = text.split(" ").map((word) => `${word} `);
const sampleRate = 24_000;

const spoken = (bytes: Buffer, expected: string): void => assertSpoken(samplesOf(bytes), sampleRate, expected, { encoding: "exact" });
const isMessage = (message: WireMessage | string): message is WireMessage => typeof message !== "string";

async function open(options?: FakeElevenLabsOptions, connection?: BareClientOptions): Promise<{ fake: FakeElevenLabs; client: BareClient }> {
  const fake = await bench.start(options);
  return { fake, client: await bench.connect(fake, connection) };
}

/** Says all words and the end, and waits for the close. */
async function sayAll(options?: FakeElevenLabsOptions, connection?: BareClientOptions): Promise<{ fake: FakeElevenLabs; client: BareClient; closed: [number, string] }> {
  const { fake, client } = await open(options, connection);
  client.send(init);
  for (const word of words) client.send({ text: word });
  client.send({ text: "" });
  return { fake, client, closed: await client.closed };
}

describe("the fake ElevenLabs' stream-input, with a bare client", () => {
  it("speaks text that comes in pieces, tells the end, closes", async () => {
    const { fake, client, closed } = await sayAll();
    expect(closed[0]).toBe(1000);
    expect(client.messages.at(-1)).toEqual({ audio: null, isFinal: true });
    spoken(client.audio(), text);
    expect(fake.requests).toHaveLength(1);
    expect(fake.requests[0]).toMatchObject({ text: `${text} `, voice: "JBFqnCBsd6RMkjVDRZzb", state: "finished", endpoint: "stream-input", audioBytes: client.audio().length });
    expect(fake.requests[0]?.parameters).toMatchObject({ output_format: "pcm_24000", voice_settings: { stability: 0.5 } });
  });

  it("waits for 120 characters, for a flush, for as many as it is told, or not at all", async () => {
    const waiting = await open();
    waiting.client.send(init);
    waiting.client.send({ text: "w1 ".repeat(39) });
    waiting.client.send({ text: " " });
    await expect.poll(() => waiting.fake.requests[0]?.keepAlives).toBe(1);
    expect(waiting.fake.requests[0]?.generations).toEqual([]);
    waiting.client.send({ text: "w2 w3" });
    await waiting.client.until(({ audio }) => typeof audio === "string");
    expect(waiting.fake.requests[0]?.generations).toEqual([`${"w1 ".repeat(39)}w2 `]);
    waiting.client.send({ text: " w4 ", flush: true });
    await expect.poll(() => waiting.fake.requests[0]?.generations[1]).toBe("w3 w4 ");

    const eager = await open({}, { query: "&auto_mode=true" });
    eager.client.send(init);
    eager.client.send({ text: "w1. " });
    await eager.client.until(({ audio }) => typeof audio === "string");
    expect(eager.fake.requests[0]?.generations).toEqual(["w1. "]);

    const shorter = await open();
    shorter.client.send({ ...init, generation_config: { chunk_length_schedule: [50] } });
    shorter.client.send({ text: "w1 ".repeat(17) });
    await shorter.client.until(({ audio }) => typeof audio === "string");
    expect(shorter.fake.requests[0]?.generations).toEqual(["w1 ".repeat(17)]);

    const invalid = await open();
    invalid.client.send({ ...init, generation_config: { chunk_length_schedule: [10] } });
    expect((await invalid.client.closed)[0]).toBe(1008);
  });

  it("takes the key in the header or under either name in the first message", async () => {
    const fake = await bench.start({ key: "right" });
    const close = async (options: BareClientOptions, extra: object): Promise<[number, string | undefined]> => {
      const client = await bench.connect(fake, options);
      client.send({ ...init, ...extra });
      client.send({ text: "" });
      const [code] = await client.closed;
      return [code, client.messages.filter(isMessage).at(-1)?.error];
    };
    expect(await close({ headers: { "xi-api-key": "right" } }, {})).toEqual([1000, undefined]);
    expect(await close({ headers: {} }, { "xi-api-key": "right" })).toEqual([1000, undefined]);
    expect(await close({ headers: {} }, { xi_api_key: "right" })).toEqual([1000, undefined]);
    expect(await close({ headers: {} }, { xi_api_key: "wrong" })).toEqual([1008, "invalid_api_key"]);
    expect(await close({ headers: {} }, {})).toEqual([1008, "needs_authorization"]);
    expect(await close({ voice: "nobody", headers: { "xi-api-key": "right" } }, {})).toEqual([1008, "voice_not_found"]);
    expect(JSON.stringify(fake.requests)).not.toContain("right");
  });

  it.each(["chunk", "absolute"] as const)("aligns characters with the audio, times by the %s", async (alignmentTime) => {
    const { client } = await sayAll({ alignmentTime });
    const frames = decodeWords(samplesOf(client.audio()), sampleRate, { encoding: "exact" }).map(({ startFrame }) => startFrame);
    const starts: number[] = [];
    let characters = "";
    let before = 0;
    let generation = 0;
    for (const { audio, alignment, normalizedAlignment } of client.messages.filter(isMessage)) {
      alignment?.chars.forEach((character, index) => {
        characters += character;
        starts.push((alignment.charStartTimesMs?.[index] ?? Number.NaN) + (alignmentTime === "chunk" ? before : 0));
      });
      if (normalizedAlignment?.chars[0] === " ") generation += 1;
      before += Buffer.from(audio ?? "", "base64").length / 48;
    }
    expect(characters).toBe(`${text} `);
    expect(generation).toBeGreaterThan(0);
    words.forEach((_, index) => {
      const at = words.slice(0, index).join("").length;
      expect(Math.abs((starts[at] ?? Number.NaN) - (frames[index] ?? Number.NaN) / 24)).toBeLessThanOrEqual(1);
    });
  });

  it("aligns in two passes that overlap, by other keys, stretched, and once per generation", async () => {
    const { client } = await sayAll({ alignmentPasses: "overlapping", alignmentKeys: "charsStartTimesMs", alignmentStretch: 0.5 });
    const original = client.messages.filter(isMessage).map(({ alignment }) => alignment?.chars.join("") ?? "").join("");
    const normalized = client.messages.filter(isMessage).map(({ normalizedAlignment }) => normalizedAlignment?.chars.join("") ?? "").join("");
    expect(normalized.replaceAll(/\s+/gu, " ")).toBe(` ${text} `);
    expect(original.length).toBeGreaterThan(text.length * 1.4);
    const [first] = client.messages.filter(isMessage);
    expect(first?.alignment).toMatchObject({ charsStartTimesMs: [0, 33], charsDurationsMs: [33, 34] });

    const once = await sayAll({}, { query: "&sync_alignment=false" });
    const told = once.client.messages.filter(isMessage).flatMap(({ alignment }) => (alignment ? [alignment.chars.join("")] : []));
    expect(told).toEqual(once.fake.requests[0]?.generations);
  });

  it("ends for want of text, as the provider words it, but not while text or spaces come", async () => {
    const { fake, client } = await open({ inactivityTimeoutMs: 600 });
    client.send(init);
    client.send({ text: "w1 " });
    for (let count = 0; count < 4; count += 1) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      client.send({ text: " " });
    }
    const [code, reason] = await client.closed;
    expect(code).toBe(1008);
    expect(reason).toContain("Have not received a new text input within the timeout of 0.6 seconds");
    expect(client.messages.at(-1)).toMatchObject({ error: "input_timeout_exceeded", code: 1008 });
    expect(fake.requests[0]).toMatchObject({ state: "failed", keepAlives: 4, text: "w1 " });
  });

  it("refuses what it cannot read, and a first message that is none", async () => {
    const { client } = await open();
    client.socket.send("no json");
    expect((await client.closed)[0]).toBe(1008);
    expect(client.messages[0]).toMatchObject({ error: "invalid_input_message" });
    const second = await open();
    second.client.send({ text: "At once. " });
    expect((await second.client.closed)[0]).toBe(1008);
  });

  it("notes when the client closes before the end", async () => {
    const { fake, client } = await open({ realTimeFactor: 1 });
    client.send(init);
    client.send({ text: `${text} `, flush: true });
    await client.until(({ audio }) => typeof audio === "string");
    const before = performance.now();
    client.socket.close();
    await expect.poll(() => fake.requests[0]?.state).toBe("called-off");
    expect(fake.requests[0]?.endedAtMs).toBeGreaterThanOrEqual(before);
    expect(fake.openConnections).toBe(0);
  });

  it("sends no more than a client that does not read lets through", async () => {
    const { fake, client } = await open();
    client.send(init);
    client.socket.pause();
    const long = numberedText({ words: 500 });
    client.send({ text: `${long} `, flush: true });
    const seen = (): number => fake.requests[0]?.audioBytes ?? 0;
    await expect.poll(seen).toBeGreaterThan(100_000);
    let last = -1;
    await expect.poll(() => {
      const still = seen() === last;
      last = seen();
      return still;
    }, { interval: 200, timeout: 8000 }).toBe(true);
    client.socket.resume();
    client.send({ text: "" });
    await client.closed;
    expect(seen()).toBeGreaterThan(1.2 * last);
    expect(client.audio()).toHaveLength(seen());
  }, 20_000);

  it("cuts audio at any byte", async () => {
    const { client } = await sayAll({ raggedSeed: 4 });
    spoken(client.audio(), text);
    const sizes = client.messages.filter(isMessage).map(({ audio }) => Buffer.from(audio ?? "", "base64").length);
    expect(sizes.some((size) => size % 2 === 1)).toBe(true);
    expect(client.messages.filter(isMessage).filter(({ alignment }) => alignment === null).length).toBeGreaterThan(5);
  });

  it.each<[FakeFault, number, number | undefined]>([
    [{ kind: "cut", afterBytes: 10_001 }, 1006, 10_001],
    [{ kind: "reset", afterBytes: 10_001 }, 1011, 10_001],
    [{ kind: "reset", afterBytes: 0, code: 4000 }, 4000, 0],
    [{ kind: "early-end", afterBytes: 9600 }, 1000, 9600],
    [{ kind: "empty" }, 1000, 0],
    [{ kind: "vendor", name: "drop", afterBytes: 9600 }, 1006, 9600],
    [{ kind: "vendor", name: "quota_exceeded" }, 1008, 0],
    [{ kind: "vendor", name: "system_busy", afterBytes: 4800 }, 1008, 4800],
    [{ kind: "vendor", name: "input_timeout_exceeded", afterBytes: 4800 }, 1008, 4800],
  ])("shows %o with close %i after %i bytes", async (fault, code, bytes) => {
    const { fake, client, closed } = await sayAll({ fault: () => fault });
    expect(closed[0]).toBe(code);
    expect(client.audio()).toHaveLength(bytes ?? 0);
    const final = client.messages.filter(isMessage).some(({ isFinal }) => isFinal === true);
    expect(final).toBe(fault.kind === "empty");
    expect(fake.requests[0]).toMatchObject({ state: final ? "finished" : "failed", audioBytes: bytes });
    if (code === 1008 && fault.kind === "vendor") expect(client.messages.at(-1)).toMatchObject({ error: fault.name, code: 1008 });
  });

  it.each<FakeFault>([{ kind: "stall", afterBytes: 9600 }, { kind: "no-answer" }, { kind: "no-end-marker" }])("stays open and silent: $kind", async (fault) => {
    const { fake, client } = await open({ fault: () => fault });
    client.send(init);
    client.send({ text: `${text} ` });
    client.send({ text: "" });
    const whole = Math.round(text.length / 15 * sampleRate) * 2;
    const sent = { stall: 9600, "no-answer": 0, "no-end-marker": whole }[fault.kind as "stall"];
    await expect.poll(() => client.audio().length, { timeout: 5000 }).toBeGreaterThanOrEqual(sent);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    expect(client.messages.filter(isMessage).some(({ isFinal }) => isFinal === true)).toBe(false);
    if (fault.kind === "no-end-marker") spoken(client.audio(), text);
    else expect(client.audio()).toHaveLength(fault.kind === "stall" ? 9600 : 0);
    client.socket.terminate();
    await expect.poll(() => fake.requests[0]?.state).toBe("called-off");
  });

  it("drips, spoils, empties and adds messages", async () => {
    const short = async (fault: FakeFault): Promise<BareClient> => {
      const { client } = await open({ fault: () => fault });
      client.send(init);
      client.send({ text: "w1 w2 " });
      client.send({ text: "" });
      return client;
    };
    const dripping = await short({ kind: "drip", everyMs: 2 });
    await dripping.until(({ audio }) => typeof audio === "string");
    await expect.poll(() => dripping.messages.length).toBeGreaterThan(5);
    expect(dripping.messages.filter(isMessage).every(({ audio }) => Buffer.from(audio ?? "", "base64").length === 1)).toBe(true);
    const odd = async (fault: FakeFault): Promise<BareClient> => {
      const client = await short(fault);
      await client.closed;
      return client;
    };
    expect((await odd({ kind: "malformed", afterBytes: 4800 })).messages.filter((message) => !isMessage(message))).toHaveLength(1);
    expect((await odd({ kind: "vendor", name: "audio-null", afterBytes: 4800 })).messages[1]).toMatchObject({ audio: null, isFinal: null });
    expect((await odd({ kind: "vendor", name: "unknown-message" })).messages[0]).toMatchObject({ type: "server_notice" });
    const silent = await odd({ kind: "vendor", name: "alignment-null" });
    spoken(silent.audio(), "w1 w2");
    expect(silent.messages.filter(isMessage).every(({ alignment }) => alignment === null || alignment === undefined)).toBe(true);
  });

  it("refuses the handshake, or answers it with something else", async () => {
    const answer = async (fault: FakeFault): Promise<string> => {
      const fake = await bench.start({ fault: () => fault });
      const error: unknown = await bench.connect(fake).then(() => expect.fail(), (reason: unknown) => reason);
      expect(fake.requests[0]?.state).toBe("failed");
      return String(error);
    };
    expect(await answer({ kind: "status", status: 429 })).toContain("429");
    expect(await answer({ kind: "wrong-body", content: "html" })).toContain("200");
  });
});
