import { ElevenLabsClient, ElevenLabsError } from "@elevenlabs/elevenlabs-js";
import { afterEach, describe, expect, it } from "vitest";
import { numberedText } from "../../words/spoken-word.ts";
import { assertSpoken, decodeWords } from "../../words/decode-words.ts";
import type { FakeFault } from "../shared/fake-fault.ts";
import { createFakeElevenLabs } from "./fake-elevenlabs.ts";
import type { FakeElevenLabs, FakeElevenLabsOptions } from "./fake-elevenlabs-options.ts";

const voice = "JBFqnCBsd6RMkjVDRZzb";
const text = numberedText({ words: 30 });
const sampleRate = 24_000;
const speaking = { text, modelId: "eleven_flash_v2_5", outputFormat: "pcm_24000" } as const;

const open: FakeElevenLabs[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

async function start(options: FakeElevenLabsOptions = {}): Promise<{ fake: FakeElevenLabs; client: ElevenLabsClient }> {
  const fake = await createFakeElevenLabs(options);
  open.push(fake);
  return { fake, client: new ElevenLabsClient({ apiKey: "test-key", baseUrl: fake.url, maxRetries: 0 }) };
}

const withFault = (fault: FakeFault): Promise<{ fake: FakeElevenLabs; client: ElevenLabsClient }> => start({ fault: () => fault });

async function readAll(body: AsyncIterable<Uint8Array>): Promise<{ bytes: Buffer; error: unknown }> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of body) pieces.push(piece);
  } catch (error) {
    return { bytes: Buffer.concat(pieces), error };
  }
  return { bytes: Buffer.concat(pieces), error: undefined };
}

async function stream(client: ElevenLabsClient, request: Parameters<ElevenLabsClient["textToSpeech"]["stream"]>[1] = speaking): Promise<{ bytes: Buffer; error: unknown }> {
  try {
    return await readAll((await client.textToSpeech.stream(voice, request)));
  } catch (error) {
    return { bytes: Buffer.alloc(0), error };
  }
}

function samplesOf(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: Math.floor(bytes.length / 2) }, (_, index) => view.getInt16(index * 2, true) / 32_768);
}

const spoken = (bytes: Uint8Array): void => assertSpoken(samplesOf(bytes), sampleRate, text, { encoding: "exact" });

/** ITU-T G.711. */
function expandMulaw(byte: number): number {
  const bits = ~byte & 255;
  const size = (((bits & 15) << 3) + 132) << ((bits >> 4) & 7);
  return ((bits & 128) === 0 ? size - 132 : 132 - size) / 32_768;
}

/** What the SDK threw, as status and the provider's name for it. */
function refusal(error: unknown): unknown {
  expect(error).toBeInstanceOf(ElevenLabsError);
  const { statusCode, body } = error as ElevenLabsError;
  const { detail } = body as { detail: { status?: string } };
  return [statusCode, detail.status ?? detail];
}

describe("the fake ElevenLabs over HTTP, with the vendor's SDK", () => {
  it("streams the text as audio, and notes what was asked", async () => {
    const { fake, client } = await start();
    const { data, rawResponse } = await client.textToSpeech.stream(voice, { ...speaking, previousText: "Before.", previousRequestIds: ["a", "b"] }).withRawResponse();
    spoken((await readAll(data)).bytes);
    expect(rawResponse.headers.get("request-id")).toBe("fake-0");
    expect(rawResponse.headers.get("current-concurrent-requests")).toBe("1");
    expect(rawResponse.headers.get("maximum-concurrent-requests")).toBe("10");
    expect(fake.requests).toHaveLength(1);
    expect(fake.requests[0]).toMatchObject({ text, voice, endpoint: "stream", state: "finished", parameters: { model_id: "eleven_flash_v2_5", output_format: "pcm_24000", previous_text: "Before.", previous_request_ids: ["a", "b"] } });
  });

  it("answers whole requests, and whole ones with timestamps", async () => {
    const { client } = await start();
    spoken((await readAll((await client.textToSpeech.convert(voice, speaking)))).bytes);
    const { audioBase64, alignment } = await client.textToSpeech.convertWithTimestamps(voice, speaking);
    spoken(Buffer.from(audioBase64, "base64"));
    expect(alignment?.characters.join("")).toBe(text);
  });

  it("speaks µ-law", async () => {
    const { client } = await start();
    const { bytes, error } = await stream(client, { ...speaking, outputFormat: "ulaw_8000" });
    expect(error).toBeUndefined();
    assertSpoken(Float32Array.from(bytes, expandMulaw), 8000, text);
  });

  it("cuts body and audio anywhere", async () => {
    const { client } = await start({ raggedSeed: 3 });
    const pieces: number[] = [];
    const bytes: Uint8Array[] = [];
    for await (const piece of (await client.textToSpeech.stream(voice, speaking))) {
      pieces.push(piece.length);
      bytes.push(piece);
    }
    spoken(Buffer.concat(bytes));
    expect(pieces.some((size) => size % 2 === 1)).toBe(true);
  });

  it.each([undefined, 5])("streams audio with alignments that match it, lines cut by seed %s", async (raggedSeed) => {
    const { client } = await start({ raggedSeed });
    const audio: Buffer[] = [];
    const characters: string[] = [];
    const starts: number[] = [];
    let withoutAlignment = 0;
    for await (const chunk of await client.textToSpeech.streamWithTimestamps(voice, speaking)) {
      audio.push(Buffer.from(chunk.audioBase64, "base64"));
      if (!chunk.alignment) withoutAlignment += 1;
      characters.push(...(chunk.alignment?.characters ?? []));
      starts.push(...(chunk.alignment?.characterStartTimesSeconds ?? []));
    }
    spoken(Buffer.concat(audio));
    expect(characters.join("")).toBe(text);
    for (const word of decodeWords(samplesOf(Buffer.concat(audio)), sampleRate, { encoding: "exact" })) {
      const start = starts[text.toLowerCase().split(/\bw/u).slice(0, word.id! + 1).join("w").length];
      expect(Math.abs(start! - word.startFrame / sampleRate)).toBeLessThanOrEqual(0.001);
    }
    if (raggedSeed !== undefined) expect(withoutAlignment).toBeGreaterThan(5);
  });

  it("counts times from each chunk where it is told to, and normalizes", async () => {
    const { client } = await start({ alignmentTime: "chunk", normalization: "digits" });
    const chunks = [];
    for await (const chunk of await client.textToSpeech.streamWithTimestamps(voice, speaking)) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(10);
    for (const { alignment } of chunks) for (const start of alignment?.characterStartTimesSeconds ?? []) expect(start).toBeLessThanOrEqual(0.1);
    expect(chunks.map(({ normalizedAlignment }) => normalizedAlignment?.characters.join("") ?? "").join("")).toMatch(/^ Wzero wone wtwo /u);
  });

  it("lists voices page by page, models and the user, and refuses a wrong key", async () => {
    const { fake, client } = await start({ key: "test-key" });
    const first = await client.voices.search({ pageSize: 3 });
    expect([first.voices.length, first.hasMore, first.totalCount]).toEqual([3, true, 4]);
    const second = await client.voices.search({ pageSize: 3, nextPageToken: first.nextPageToken! });
    expect([...first.voices, ...second.voices].map(({ name }) => name)).toEqual(["George", "Rachel", "Greta", "Mateo"]);
    expect(second.hasMore).toBe(false);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the old route is there, so it is faked too
    expect((await client.voices.getAll()).voices).toHaveLength(4);
    expect((await client.voices.search({ search: "german" })).voices).toHaveLength(0);
    expect((await client.voices.search({ search: "de-de" })).voices).toHaveLength(1);
    expect((await client.models.list()).map(({ modelId }) => modelId)).toContain("eleven_flash_v2_5");
    expect((await client.user.get()).subscription.tier).toBe("creator");
    expect(fake.calls).toContain("GET /v1/user");
    const wrong = new ElevenLabsClient({ apiKey: "wrong", baseUrl: fake.url, maxRetries: 0 });
    await wrong.user.get().then(() => expect.fail(), (error: unknown) => expect(refusal(error)).toEqual([401, "invalid_api_key"]));
  });

  it("refuses what the provider refuses", async () => {
    const { fake, client } = await start();
    const ask = async (id: string, request: object): Promise<unknown> => refusal(await client.textToSpeech.stream(id, { ...speaking, ...request }).then(() => expect.fail(), (error: unknown) => error));
    expect(await ask("nobody", {})).toEqual([404, "voice_not_found"]);
    expect(await ask(voice, { modelId: "eleven_none" })).toEqual([400, "model_not_found"]);
    expect(await ask(voice, { text: "word ".repeat(8001) })).toEqual([400, "max_character_limit_exceeded"]);
    expect(await ask(voice, { previousRequestIds: ["a", "b", "c", "d"] })).toEqual([422, [expect.objectContaining({ loc: ["body", "previous_request_ids"] })]]);
    expect(await ask(voice, { outputFormat: "mp3_44100_128" })).toEqual([400, "unsupported_output_format"]);
    expect(fake.requests.map(({ state }) => state)).toEqual(["failed", "failed", "failed", "failed", "failed"]);
  });

  it("refuses one generation too many", async () => {
    const { client } = await start({ maxConcurrentRequests: 1, realTimeFactor: 1 });
    const held = new AbortController();
    await client.textToSpeech.stream(voice, speaking, { abortSignal: held.signal });
    expect(refusal((await stream(client)).error)).toEqual([429, "too_many_concurrent_requests"]);
    held.abort();
  });

  it.each([
    ["too_many_concurrent_requests", 429],
    ["system_busy", 429],
    ["quota_exceeded", 401],
    ["invalid_api_key", 401],
    ["voice_not_found", 404],
    ["max_character_limit_exceeded", 400],
    ["only_for_creator+", 403],
    ["detected_unusual_activity", 401],
  ])("refuses with %s", async (name, status) => {
    const { client } = await withFault({ kind: "vendor", name });
    expect(refusal((await stream(client)).error)).toEqual([status, name]);
  });

  it("refuses with a list of complaints", async () => {
    const { client } = await withFault({ kind: "vendor", name: "validation" });
    expect(refusal((await stream(client)).error)).toEqual([422, [expect.objectContaining({ loc: ["body", "text"] })]]);
  });

  it("answers with any status, and with other things in a 200", async () => {
    const busy = await withFault({ kind: "status", status: 503, headers: { "retry-after": "7" }, body: '{"detail":{"status":"down","message":"Down."}}' });
    const { error } = await stream(busy.client);
    expect(error).toMatchObject({ statusCode: 503 });
    expect((error as ElevenLabsError).rawResponse?.headers.get("retry-after")).toBe("7");
    expect(busy.fake.requests[0]?.state).toBe("failed");
    for (const [content, start] of [["json", "{"], ["html", "<!doctype"], ["sse-error", "event: error"]] as const) {
      const { client } = await withFault({ kind: "wrong-body", content });
      expect((await stream(client)).bytes.toString().startsWith(start)).toBe(true);
    }
  });

  it("breaks off, ends early, and has nothing to say", async () => {
    const cut = await withFault({ kind: "cut", afterBytes: 10_001 });
    const broken = await stream(cut.client);
    expect([broken.bytes.length, broken.error === undefined]).toEqual([10_001, false]);
    expect(cut.fake.requests[0]).toMatchObject({ state: "failed", audioBytes: 10_001 });
    const early = await stream((await withFault({ kind: "early-end", afterBytes: 10_001 })).client);
    expect([early.bytes.length, early.error]).toEqual([10_001, undefined]);
    const empty = await stream((await withFault({ kind: "empty" })).client);
    expect([empty.bytes.length, empty.error]).toEqual([0, undefined]);
    const reset = await stream((await withFault({ kind: "reset", afterBytes: 9600 })).client);
    expect([reset.bytes.length, reset.error === undefined]).toEqual([9600, false]);
    const malformed = await stream((await withFault({ kind: "malformed", afterBytes: 9600 })).client);
    expect(malformed.error).toBeDefined();
  });

  it.each<FakeFault>([{ kind: "stall", afterBytes: 9600 }, { kind: "no-answer" }, { kind: "no-end-marker" }, { kind: "drip", everyMs: 5 }])("keeps the client waiting: $kind", async (fault) => {
    const { fake, client } = await withFault(fault);
    const gaveUp = new AbortController();
    const enough = { stall: 9600, "no-answer": 0, "no-end-marker": (await stream((await start()).client)).bytes.length, drip: 5 }[fault.kind as "stall"];
    let bytes = 0;
    const reading = (async () => {
      for await (const piece of await client.textToSpeech.stream(voice, speaking, { abortSignal: gaveUp.signal })) bytes += piece.length;
    })();
    const ended = expect(reading).rejects.toThrow();
    await expect.poll(() => fake.requests.length === 1 && bytes >= enough, { timeout: 5000 }).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 100));
    gaveUp.abort();
    await ended;
    const [seen] = fake.requests;
    await expect.poll(() => seen?.state).toBe("called-off");
    expect(seen?.endedAtMs).toBeGreaterThan(seen?.startedAtMs ?? Infinity);
    if (fault.kind !== "drip") expect(bytes).toBe(seen?.audioBytes);
    if (fault.kind !== "drip") expect(bytes).toBe(enough);
    if (fault.kind === "drip") expect(bytes).toBeLessThan(100);
  });

  it("spoils, empties and adds lines", async () => {
    const lines = async (fault: FakeFault): Promise<string[]> => {
      const { fake } = await withFault(fault);
      const response = await fetch(`${fake.url}/v1/text-to-speech/${voice}/stream/with-timestamps?output_format=pcm_24000`, { method: "POST", headers: { "xi-api-key": "k" }, body: JSON.stringify({ text }) });
      return (await response.text()).trimEnd().split("\n");
    };
    const parses = (line: string): boolean => {
      try {
        JSON.parse(line);
        return true;
      } catch {
        return false;
      }
    };
    const whole = (await lines({ kind: "vendor", name: "alignment-null" })).map((line) => JSON.parse(line) as Record<string, string | null>);
    expect(whole.every(({ alignment }) => alignment === null)).toBe(true);
    spoken(Buffer.concat(whole.map((line) => Buffer.from(line["audio_base64"] ?? "", "base64"))));
    const malformed = await lines({ kind: "malformed", afterBytes: 9600 });
    expect(malformed.map(parses).filter((readable) => !readable)).toHaveLength(1);
    expect((await lines({ kind: "vendor", name: "audio-null", afterBytes: 9600 }))[2]).toContain('"audio_base64":""');
    expect((await lines({ kind: "vendor", name: "unknown-message" }))[0]).toContain("heartbeat");
    expect(await lines({ kind: "empty" })).toEqual(['{"audio_base64":"","alignment":null,"normalized_alignment":null}']);
  });

  it("breaks off inside a line", async () => {
    const { client } = await withFault({ kind: "cut", afterBytes: 9601 });
    let bytes = 0;
    await expect(
      (async () => {
        for await (const chunk of await client.textToSpeech.streamWithTimestamps(voice, speaking)) bytes += Buffer.from(chunk.audioBase64, "base64").length;
      })(),
    ).rejects.toThrow();
    expect(bytes).toBe(9601);
  });

  it("does not know every fault", async () => {
    const fake = await createFakeElevenLabs({ fault: () => ({ kind: "vendor", name: "late-audio" }) });
    const client = new ElevenLabsClient({ apiKey: "k", baseUrl: fake.url, maxRetries: 0 });
    expect((await stream(client)).error).toBeDefined();
    await expect(fake.close()).rejects.toThrow(/fault "late-audio" over stream; expected one of/u);
  });
});
