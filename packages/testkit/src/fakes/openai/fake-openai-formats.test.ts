import { createParser, type EventSourceMessage } from "eventsource-parser";
import { describe, expect, it } from "vitest";
import { assertSpoken } from "../../words/decode-words.ts";
import type { FakeFault } from "../shared/fake-fault.ts";
import type { FakeOpenAIOptions, OpenAIVendorFault } from "./fake-openai-options.ts";
import { createFakeOpenAI } from "./fake-openai.ts";
import { bytesOf, open, readUntilBroken, samplesOf, speak, text } from "./openai-client.test-helper.ts";

const vendor = (name: OpenAIVendorFault, afterBytes?: number) => (): FakeFault => ({ kind: "vendor", name, afterBytes });

interface Events {
  events: EventSourceMessage[];
  comments: string[];
  audio: Uint8Array;
  types: string[];
  /** Events whose JSON cannot be read. */
  unreadable: number;
  chunks: Uint8Array[];
  error: unknown;
}

/** Reads an answer with the published parser of events. */
async function readEvents(response: Response): Promise<Events> {
  const events: EventSourceMessage[] = [];
  const comments: string[] = [];
  const chunks: Uint8Array[] = [];
  const parser = createParser({ onEvent: (event) => void events.push(event), onComment: (comment) => void comments.push(comment) });
  const decoder = new TextDecoder();
  let error: unknown;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      parser.feed(decoder.decode(chunk, { stream: true }));
    }
    // The parser holds back a "\r" that comes last, because a "\n" could follow.
    parser.feed("\n");
  } catch (thrown) {
    error = thrown;
  }
  const readable = events.flatMap(({ data }) => readJson(data));
  const audio = Buffer.concat(readable.flatMap(({ type, audio: base64 }) => (type === "speech.audio.delta" ? [Buffer.from(base64 ?? "", "base64")] : [])));
  return { events, comments, audio, types: readable.map(({ type }) => type), unreadable: events.length - readable.length, chunks, error };
}

function readJson(data: string): { type: string; audio?: string; usage?: object }[] {
  try {
    return [JSON.parse(data) as { type: string }];
  } catch {
    return [];
  }
}

async function speakEvents(options: FakeOpenAIOptions, signal?: AbortSignal): Promise<Events> {
  const { client } = await open(options);
  return readEvents(await speak(client, { stream_format: "sse" }, signal));
}

describe("server-sent events", () => {
  it("carry the audio and end with speech.audio.done", async () => {
    const { audio, types, events, error } = await speakEvents({});
    assertSpoken(samplesOf(audio), 24_000, text, { encoding: "exact" });
    expect(types.at(-1)).toBe("speech.audio.done");
    expect(JSON.parse(events.at(-1)?.data ?? "")).toHaveProperty("usage.total_tokens");
    expect(types.slice(0, -1).every((type) => type === "speech.audio.delta")).toBe(true);
    expect(error).toBeUndefined();
  });

  for (const lineEnd of ["\n", "\r\n", "\r", "mixed"] as const) {
    it(`are read with line ends ${JSON.stringify(lineEnd)}, comments, many data lines, names and unknown types, split anywhere`, async () => {
      const sse = { lineEnd, comments: true, multiLineData: true, byteOrderMark: true, eventNames: true, unknownEvents: true, doneMarker: true };
      const { audio, types, events, comments, chunks } = await speakEvents({ sse, raggedSeed: 11, blockMs: 400 });
      assertSpoken(samplesOf(audio), 24_000, text, { encoding: "exact" });
      expect(events.at(-1)?.data).toBe("[DONE]");
      expect(types).toContain("speech.audio.note");
      expect(events.find(({ data }) => data.includes("note"))?.data).toContain("漢字 and 🎵");
      expect(events[1]).toMatchObject({ id: "2", event: "speech.audio.delta" });
      expect(comments.some((comment) => comment.includes("naïve Größe, 漢字 and 🎵"))).toBe(true);
      expect(Buffer.concat(chunks).subarray(0, 3).toString("hex")).toBe("efbbbf");
      expect(chunks.some((chunk) => ((chunk[0] ?? 0) & 0xc0) === 0x80)).toBe(true);
    });
  }

  it("carry a WAV whole", async () => {
    const { client } = await open({ raggedSeed: 4 });
    const { audio } = await readEvents(await speak(client, { response_format: "wav", stream_format: "sse" }));
    expect(Buffer.from(audio.subarray(0, 4)).toString()).toBe("RIFF");
    assertSpoken(samplesOf(audio.subarray(44)), 24_000, text, { encoding: "exact" });
  });

  it("break off inside an event, or end between two", async () => {
    const cut = await speakEvents({ fault: () => ({ kind: "cut", afterBytes: 7_001 }) });
    expect(cut.audio).toHaveLength(7_001);
    expect(cut.error).toMatchObject({ message: "terminated" });
    expect(Buffer.from(cut.chunks.at(-1) ?? []).toString()).not.toMatch(/\n\n$/u);
    const early = await speakEvents({ fault: () => ({ kind: "early-end", afterBytes: 7_001 }) });
    expect(early).toMatchObject({ audio: { length: 7_001 }, error: undefined });
    expect(early.types).not.toContain("speech.audio.done");
  });

  it("go on after one that cannot be read", async () => {
    const { unreadable, audio, types } = await speakEvents({ fault: () => ({ kind: "malformed", afterBytes: 5_000 }) });
    const whole = await speakEvents({});
    expect(unreadable).toBe(1);
    expect(types.at(-1)).toBe("speech.audio.done");
    expect(audio.length).toBeLessThan(whole.audio.length);
    expect(audio.length).toBeGreaterThan(10_000);
  });

  it("stall, and come without an end while the connection stays open", async () => {
    const whole = (await speakEvents({})).audio.length;
    for (const [fault, length] of [[{ kind: "stall", afterBytes: 6_001 }, 6_001], [{ kind: "no-end-marker" }, whole]] as const) {
      const { audio, types, error } = await speakEvents({ fault: () => fault }, AbortSignal.timeout(400));
      expect(audio).toHaveLength(length);
      expect(types).not.toContain("speech.audio.done");
      expect(error).toMatchObject({ name: expect.stringMatching(/AbortError|TimeoutError/u) as unknown });
    }
  });

  it("end without speech.audio.done, with another name in it, with an error, without audio", async () => {
    const without = await speakEvents({ fault: vendor("no-done-event") });
    assertSpoken(samplesOf(without.audio), 24_000, text, { encoding: "exact" });
    expect(without).toMatchObject({ error: undefined });
    expect(without.types).not.toContain("speech.audio.done");
    expect(JSON.parse((await speakEvents({ fault: vendor("done-token-usage") })).events.at(-1)?.data ?? "")).toHaveProperty("token_usage");
    const failed = await speakEvents({ fault: vendor("error-event", 3_001) });
    expect(failed).toMatchObject({ audio: { length: 3_001 }, error: undefined });
    expect(failed.types.at(-1)).toBe("error");
    expect((await speakEvents({ fault: () => ({ kind: "empty" }) })).types).toEqual(["speech.audio.done"]);
  });

  it("drip byte by byte", async () => {
    const { chunks, types } = await speakEvents({ fault: () => ({ kind: "drip", everyMs: 0 }), msPerCharacter: 1, sampleRate: 1_000 });
    expect(chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBeGreaterThan(500);
    expect(types.at(-1)).toBe("speech.audio.done");
  });

  it("are not sent by a server that does not know them", async () => {
    const { client } = await open({ fault: vendor("ignores-stream-format") });
    const response = await speak(client, { stream_format: "sse" });
    expect(response.headers.get("content-type")).toBe("audio/pcm");
    assertSpoken(samplesOf(await bytesOf(response)), 24_000, text, { encoding: "exact" });
  });
});

describe("WAV", () => {
  async function wavOf(fault?: OpenAIVendorFault, options: FakeOpenAIOptions = {}): Promise<Buffer> {
    const { client } = await open({ ...options, ...(fault === undefined ? {} : { fault: vendor(fault) }) });
    return Buffer.from(await bytesOf(await speak(client, { response_format: "wav" })));
  }

  it("tells the truth by default", async () => {
    for (const transfer of ["chunked", "content-length", "until-close"] as const) {
      const wav = await wavOf(undefined, { transfer });
      expect(wav.readUInt32LE(4)).toBe(wav.length - 8);
      expect(wav.readUInt32LE(24)).toBe(24_000);
      expect(wav.readUInt32LE(40)).toBe(wav.length - 44);
      assertSpoken(samplesOf(wav.subarray(44)), 24_000, text, { encoding: "exact" });
    }
  });

  it("lies about its sizes as servers do", async () => {
    const sizes: [OpenAIVendorFault, number, number][] = [
      ["wav-size-ffffffff", 0xffffffff, 0xffffffff],
      ["wav-size-7fffffff", 0x7fffffff, 0x7fffffff],
      ["wav-size-7ffff000", 0x7ffff024, 0x7ffff000],
      ["wav-size-2000000000", 2_000_000_036, 2_000_000_000],
      ["wav-size-zero", 0, 0],
    ];
    for (const [name, riff, data] of sizes) {
      const wav = await wavOf(name);
      expect([wav.readUInt32LE(4), wav.toString("latin1", 36, 40), wav.readUInt32LE(40)]).toEqual([riff, "data", data]);
      assertSpoken(samplesOf(wav.subarray(44)), 24_000, text, { encoding: "exact" });
    }
  });

  it("has other chunks before and after its data", async () => {
    const dataBytes = (await wavOf()).length - 44;
    const junk = await wavOf("wav-junk-before-data");
    expect(chunksOf(junk)).toEqual([["fmt ", 16], ["JUNK", 27], ["LIST", 26], ["data", dataBytes]]);
    expect(chunksOf(await wavOf("wav-list-after-data"))).toEqual([["fmt ", 16], ["data", dataBytes], ["LIST", 26]]);
    expect(chunksOf(await wavOf("wav-c2pa-after-data"))).toEqual([["fmt ", 16], ["data", dataBytes], ["C2PA", 1_001]]);
    assertSpoken(samplesOf(junk.subarray(junk.length - dataBytes)), 24_000, text, { encoding: "exact" });
  });

  it("begins anew with every block", async () => {
    const wav = await wavOf("wav-header-per-chunk", { raggedSeed: 5 });
    const audio: Buffer[] = [];
    for (let at = 0; at < wav.length; at += wav.readUInt32LE(at + 4) + 8) {
      expect(wav.toString("latin1", at, at + 4)).toBe("RIFF");
      audio.push(wav.subarray(at + 44, at + 44 + wav.readUInt32LE(at + 40)));
    }
    expect(audio.length).toBeGreaterThan(10);
    assertSpoken(samplesOf(Buffer.concat(audio)), 24_000, text, { encoding: "exact" });
  });

  it("breaks off after so many bytes of audio", async () => {
    const { client } = await open({ fault: () => ({ kind: "cut", afterBytes: 3_001 }) });
    const { bytes } = await readUntilBroken(await speak(client, { response_format: "wav" }));
    expect(bytes).toHaveLength(3_045);
  });

  function chunksOf(wav: Buffer): [string, number][] {
    const chunks: [string, number][] = [];
    for (let at = 12; at < wav.length; at += 8 + (chunks.at(-1)?.[1] ?? 0) + ((chunks.at(-1)?.[1] ?? 0) % 2)) chunks.push([wav.toString("latin1", at, at + 4), wav.readUInt32LE(at + 4)]);
    return chunks;
  }
});

describe("audio that is not what was asked for", () => {
  it("has no content-type, or that of a text", async () => {
    for (const [name, type] of [["no-content-type", null], ["wrong-content-type", "text/plain; charset=utf-8"]] as const) {
      const { client } = await open({ fault: vendor(name) });
      const response = await speak(client);
      expect(response.headers.get("content-type")).toBe(type);
      assertSpoken(samplesOf(await bytesOf(response)), 24_000, text, { encoding: "exact" });
    }
  });

  it("has another format", async () => {
    const { client } = await open({ fault: vendor("ignores-response-format") });
    const pcm = await speak(client);
    expect(pcm.headers.get("content-type")).toBe("audio/pcm");
    expect(Buffer.from((await bytesOf(pcm)).subarray(0, 4)).toString()).toBe("RIFF");
    const wav = await speak(client, { response_format: "wav" });
    expect(wav.headers.get("content-type")).toBe("audio/wav");
    assertSpoken(samplesOf(await bytesOf(wav)), 24_000, text, { encoding: "exact" });
  });

  it("is MP3", async () => {
    const { client } = await open({ fault: vendor("mp3-instead") });
    const response = await speak(client);
    expect(response.headers.get("content-type")).toBe("audio/mpeg");
    const bytes = await bytesOf(response);
    expect([bytes[0], bytes[1], bytes[417], bytes[418], bytes.length % 417]).toEqual([0xff, 0xfb, 0xff, 0xfb, 0]);
  });

  it("has another sample rate, or comes twice", async () => {
    const { client } = await open({ fault: vendor("other-sample-rate"), encoding: "tones" });
    assertSpoken(samplesOf(await bytesOf(await speak(client))), 16_000, text);
    expect(Buffer.from(await bytesOf(await speak(client, { response_format: "wav" }))).readUInt32LE(24)).toBe(16_000);
    const { client: second } = await open({ fault: vendor("audio-twice") });
    assertSpoken(samplesOf(await bytesOf(await speak(second))), 24_000, `${text} ${text}`, { encoding: "exact" });
  });

  it("is refused as a fault where it cannot show", async () => {
    for (const [fault, format] of [["no-such-fault", "pcm"], ["no-done-event", "pcm"], ["wav-size-zero", "pcm"]] as const) {
      const fake = await createFakeOpenAI({ keyOptional: true, fault: () => ({ kind: "vendor", name: fault }) });
      const body = JSON.stringify({ model: "tts-1", voice: "alloy", input: text, response_format: format });
      await expect(fetch(`${fake.url}/v1/audio/speech`, { method: "POST", body })).rejects.toThrow("fetch failed");
      await expect(fake.close()).rejects.toThrow(`"${fault}"`);
    }
  });
});
