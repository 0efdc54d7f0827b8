import { createWordAudio } from "@parlando/testkit";
import type { AudioFormat, SynthesisRequest } from "@parlando/engine";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HttpBody } from "../transport/http-types.ts";
import { lookIntoBody } from "./body-kind.ts";
import { readAdtsFrame, readMp3Frame } from "./compressed-frame.ts";
import { findFormat } from "./found-format.ts";
import type { OpenAIOptions } from "./openai-options.ts";
import { readSettings } from "./openai-settings.ts";
import { readVoices } from "./openai-voices.ts";
import { buildSpeechCall } from "./openai-wire.ts";
import { readSpeechEvent } from "./speech-event.ts";

const pcm: AudioFormat = { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 };
const mp3: AudioFormat = { ...pcm, encoding: "mp3" };
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

function built(change: Partial<SynthesisRequest> = {}, options: OpenAIOptions = { apiKey: "sk-test" }): { body: Record<string, unknown>; warnings: string[]; headers: Readonly<Record<string, string>>; url: string } {
  const call = buildSpeechCall({ text: "Hello.", ssml: false, format: pcm, marks: [], ...change }, readSettings(options).settings);
  return { body: JSON.parse(call.body) as Record<string, unknown>, warnings: call.warnings.map((event) => (event.type === "warning" ? event.code : "")), headers: call.headers, url: String(call.url) };
}

beforeEach(() => {
  for (const name of ["OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"]) vi.stubEnv(name, "");
});
afterEach(() => void vi.unstubAllEnvs());

describe("buildSpeechCall", () => {
  it("asks for PCM from the default model", () => {
    const { body, warnings, headers, url } = built();
    expect(body).toEqual({ model: "gpt-4o-mini-tts", voice: "alloy", input: "Hello.", response_format: "pcm" });
    expect([warnings, headers["authorization"], url]).toEqual([[], "Bearer sk-test", "https://api.openai.com/v1/audio/speech"]);
  });

  it("passes on model, voice, instructions, rate, events and fields of the vendor's own, the request's before the engine's", () => {
    const engineOptions = { model: "kokoro", instructions: "calm", streamFormat: "sse", body: { lang_code: "a" } };
    const { body } = built({ voice: "af_bella", rate: 1.5, engineOptions }, { apiKey: "k", model: "other", body: { volume_multiplier: 2, lang_code: "b" } });
    expect(body).toEqual({ volume_multiplier: 2, lang_code: "a", model: "kokoro", voice: "af_bella", input: "Hello.", response_format: "pcm", instructions: "calm", speed: 1.5, stream_format: "sse" });
  });

  it.each([["pcm-s16le", "pcm"], ["pcm-f32le", "pcm"], ["alaw", "pcm"], ["wav", "wav"], ["mp3", "mp3"], ["ogg-opus", "opus"], ["flac", "pcm"]] as const)("asks for the nearest of %s: %s", (encoding, name) => {
    expect(built({ format: { ...pcm, encoding } }).body["response_format"]).toBe(name);
  });

  it("asks only for formats that the server has", () => {
    expect(built({}, { apiKey: "k", formats: ["opus", "mp3"] }).body["response_format"]).toBe("mp3");
  });

  it("names voices of the customer's own by id, at OpenAI and where it is told to", () => {
    expect(built({ voice: "voice_1234" }).body["voice"]).toEqual({ id: "voice_1234" });
    expect(built({ voice: "voice_1234" }, { baseURL: "http://localhost:1/v1" }).body["voice"]).toBe("voice_1234");
    expect(built({}, { apiKey: "k", voice: { id: "mine" } }).body["voice"]).toEqual({ id: "mine" });
    expect(built({ voice: "nova", engineOptions: { voice: { id: "mine" } } }).body["voice"]).toEqual({ id: "mine" });
  });

  it("warns of what it leaves out or bends", () => {
    expect(built({ pitch: 2, volume: 0.5, rate: 9 })).toMatchObject({ warnings: ["OPTION_IGNORED", "OPTION_IGNORED", "OPTION_CLAMPED"], body: { speed: 4 } });
    const old = built({ engineOptions: { model: "tts-1", instructions: "calm" } });
    expect([old.warnings, Object.hasOwn(old.body, "instructions")]).toEqual([["OPTION_IGNORED"], false]);
    expect(built({ engineOptions: { model: "tts-1", instructions: "calm" } }, { baseURL: "http://localhost:1/v1" }).body["instructions"]).toBe("calm");
  });

  it.each([
    [{ text: "" }, "INVALID_INPUT"], [{ ssml: true }, "UNSUPPORTED"], [{ text: "x".repeat(4_097) }, "TEXT_TOO_LONG"], [{ rate: Number.NaN }, "INVALID_INPUT"], [{ engineOptions: { speed: 2 } }, "INVALID_CONFIG"],
    [{ engineOptions: { body: { input: "no" } } }, "INVALID_CONFIG"], [{ engineOptions: { model: "tts-1", streamFormat: "sse" } }, "INVALID_CONFIG"], [{ engineOptions: { voice: { name: "x" } } }, "INVALID_CONFIG"],
  ])("refuses %o with %s", (change, code) => {
    expect(() => built(change)).toThrow(expect.objectContaining({ code, engine: "openai" }) as Error);
  });
});

describe("readSettings", () => {
  it("takes key and address from the environment", () => {
    vi.stubEnv("OPENAI_API_KEY", "sk-environment");
    expect(built({}, {}).headers["authorization"]).toBe("Bearer sk-environment");
    vi.stubEnv("OPENAI_BASE_URL", "http://localhost:8880/v1/");
    vi.stubEnv("OPENAI_ORG_ID", "org-1");
    expect(built({}, {})).toMatchObject({ url: "http://localhost:8880/v1/audio/speech", headers: { authorization: "Bearer sk-environment" } });
    expect(built({}, {}).headers["openai-organization"]).toBeUndefined();
    expect(built({}, { baseURL: "https://eu.api.openai.com/v1" }).headers).toMatchObject({ authorization: "Bearer sk-environment", "openai-organization": "org-1" });
  });

  it("sends no key of the environment to an address that was given apart from it", () => {
    vi.stubEnv("OPENAI_API_KEY", "sk-environment");
    for (const baseURL of ["http://localhost:8880/v1", "https://api.openai.com.example.org/v1", "https://notapi.openai.com.example/v1"]) expect(built({}, { baseURL }).headers["authorization"]).toBeUndefined();
  });

  it("needs a key at OpenAI only", () => {
    expect(() => built({}, {})).toThrow(expect.objectContaining({ code: "AUTHENTICATION", message: expect.stringContaining("OPENAI_API_KEY") }) as Error);
    expect(built({}, { baseURL: "http://localhost:1" }).url).toBe("http://localhost:1/audio/speech");
  });

  it("keeps the query of the address, and takes headers of other ways to sign in", () => {
    const { url, headers } = built({}, { baseURL: "https://me.example.com/openai/deployments/tts?api-version=1", headers: { "API-Key": "secret" } });
    expect([url, headers["api-key"]]).toEqual(["https://me.example.com/openai/deployments/tts/audio/speech?api-version=1", "secret"]);
  });

  it.each([
    [{ apikey: "x" }, /no option `apikey`.*apiKey/], [{ apiKey: 5 }, /`apiKey` is a number.*expected string/], [{ baseURL: "localhost" }, /`baseURL` is a string, expected an address/], [{ formats: ["flac"] }, /`formats/],
    [{ formats: [] }, /`formats`/], [{ sampleRate: 12 }, /`sampleRate`/], [{ sseEnd: "never" }, /`sseEnd`/], [{ idleMs: 0 }, /`idleMs`/], [{ fetch: 1 }, /`fetch`/],
  ])("refuses %o", (options, message) => {
    expect(() => readSettings(options)).toThrow(expect.objectContaining({ code: "INVALID_CONFIG", message: expect.stringMatching(message) as string }) as Error);
  });

  it("names the variable whose address is wrong", () => {
    vi.stubEnv("OPENAI_BASE_URL", "not an address");
    expect(() => readSettings({})).toThrow("OPENAI_BASE_URL");
  });
});

/** An MPEG 2 layer III frame of 24 kHz mono at 64 kbit/s: 192 bytes. */
function mp3Frames(count: number): Uint8Array {
  const frame = new Uint8Array(192);
  frame.set([0xff, 0xf3, 0x84, 0xc4]);
  return Buffer.concat(Array.from({ length: count }, () => frame));
}

describe("findFormat", () => {
  const find = (start: Uint8Array, asked: AudioFormat = pcm, isEnded = false): unknown => findFormat(start, { asked, pcmRate: 24_000, isEnded })?.format;

  it("knows formats by their first bytes", () => {
    expect(find(ascii("OggS\0\0"))).toMatchObject({ encoding: "ogg-opus", sampleRate: 48_000 });
    expect(find(ascii("fLaC\0\0"))).toMatchObject({ encoding: "flac" });
    expect(find(ascii("ID3\x04"))).toMatchObject({ encoding: "mp3" });
    expect(find(bytes(0x1a, 0x45, 0xdf, 0xa3))).toMatchObject({ encoding: "webm-opus" });
    expect(find(bytes(0, 0))).toEqual(pcm);
    expect(find(bytes(0, 0), mp3)).toEqual(pcm);
  });

  it("reads the frames of MP3 and AAC", () => {
    expect(readMp3Frame(mp3Frames(1), 0)).toEqual({ encoding: "mp3", sampleRate: 24_000, channels: 1, byteLength: 192 });
    expect(readMp3Frame(bytes(0xff, 0xfb, 0x90, 0x00), 0)).toEqual({ encoding: "mp3", sampleRate: 44_100, channels: 2, byteLength: 417 });
    for (const head of [[0xff, 0xff, 0x90, 0], [0xff, 0xfb, 0xf0, 0], [0xff, 0xfb, 0x00, 0], [0xff, 0xfb, 0x9c, 0], [0xff, 0xeb, 0x90, 0]]) expect(readMp3Frame(bytes(...head), 0)).toBeUndefined();
    expect(readAdtsFrame(bytes(0xff, 0xf1, 0x58, 0x40, 0x20, 0x1f, 0xfc), 0)).toEqual({ encoding: "aac", sampleRate: 24_000, channels: 1, byteLength: 256 });
  });

  it("takes samples that look like a frame for samples, unless a second frame follows", () => {
    const quiet = new Uint8Array(500);
    quiet.set([0xff, 0xf3, 0x84, 0xc4]);
    expect(find(quiet)).toEqual(pcm);
    expect(find(quiet.subarray(0, 100))).toBeUndefined();
    expect(find(quiet.subarray(0, 100), pcm, true)).toEqual(pcm);
    expect(find(mp3Frames(2))).toMatchObject({ encoding: "mp3", sampleRate: 24_000 });
    expect(find(mp3Frames(1), mp3)).toMatchObject({ encoding: "mp3" });
    expect(find(bytes(0xff, 0xff, 0xfe, 0xff, 0, 0, 0))).toEqual(pcm);
  });

  it("waits for what it needs, and no longer, wherever the start is cut", () => {
    for (const signature of ["RIFF", "OggS", "fLaC", "ID3"]) expect(find(ascii(signature.slice(0, 2)))).toBeUndefined();
    expect(find(bytes(0xff))).toBeUndefined();
    expect(find(bytes(0xff), pcm, true)).toEqual(pcm);
    expect(find(ascii("Ok"))).toEqual(pcm);
  });

  it("takes no speech for anything but PCM", () => {
    for (const text of ["one two three", "other words of another length"]) {
      const audio = createWordAudio(text, { encoding: "exact" });
      const samples = Int16Array.from(audio.read(0, audio.frames), (sample) => Math.round(sample * 32_767));
      for (let at = 0; at + 2_000 < samples.length; at += 997) expect(find(new Uint8Array(samples.buffer, at * 2, 4_000))).toEqual(pcm);
    }
  });
});

describe("lookIntoBody", () => {
  function bodyOf(parts: readonly Uint8Array[]): HttpBody {
    return {
      async *[Symbol.asyncIterator]() {
        yield* parts;
        return undefined;
      },
      cancel: () => {},
    };
  }
  async function kindOf(...parts: Uint8Array[]): Promise<boolean> {
    const { isEvents, body } = await lookIntoBody(bodyOf(parts));
    const whole: Uint8Array[] = [];
    for await (const part of body) whole.push(part);
    expect(Buffer.concat(whole)).toEqual(Buffer.concat(parts));
    return isEvents;
  }

  it.each(['data: {"type":"x"}\n\n', "event: a\ndata: 1\n\n", "\uFEFFdata: 12345678\n\n", ": naïve Größe 漢字\n\n", "\r\n\r\ndata: {1234}\n\n", "id: 1\rdata: {abcdefg}\r\r"])("takes %j for events, whole or byte by byte", async (text) => {
    expect(await kindOf(ascii(text))).toBe(true);
    expect(await kindOf(...Array.from(ascii(text), (byte) => bytes(byte)))).toBe(true);
  });

  it.each(['{"error":{"message":"no"}}', "<!DOCTYPE html><html></html>", "RIFF\xff\xff\xff\xffWAVEfmt ", "data\0\0\0\0", "", "database is down, sorry"])("takes %j for something else", async (text) => {
    expect(await kindOf(Buffer.from(text, "latin1"))).toBe(false);
  });
});

describe("readSpeechEvent", () => {
  const context = { engine: "openai", doing: "Testing" };
  const readEvent = (message: unknown): unknown => readSpeechEvent({ data: typeof message === "string" ? message : JSON.stringify(message) }, {}, context);

  it("reads audio, the end and what it need not know", () => {
    expect(readEvent({ type: "speech.audio.delta", audio: "AQID" })).toMatchObject({ kind: "audio", bytes: Buffer.from([1, 2, 3]) });
    expect(readEvent({ type: "speech.audio.done", usage: { input_tokens: 1, note: "x" } })).toEqual({ kind: "done", usage: { input_tokens: 1 } });
    expect(readEvent({ type: "speech.audio.done", token_usage: { total_tokens: 3 } })).toEqual({ kind: "done", usage: { total_tokens: 3 } });
    for (const other of ["[DONE]", "", { type: "speech.audio.note" }]) expect(readEvent(other)).toEqual({ kind: "other" });
  });

  it("decodes base64 without the help of Node too", () => {
    vi.stubGlobal("Buffer", undefined);
    try {
      expect(readEvent({ type: "speech.audio.delta", audio: "AQI=" })).toEqual({ kind: "audio", bytes: bytes(1, 2) });
      expect(() => readEvent({ type: "speech.audio.delta", audio: "?" })).toThrow("base64");
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it.each(["{", "5", "[]", { type: "speech.audio.delta" }, { type: "speech.audio.delta", audio: "AQ*D" }, { type: "speech.audio.delta", audio: 5 }])("refuses %j", (message) => {
    expect(() => readEvent(message)).toThrow(expect.objectContaining({ code: "PROTOCOL" }) as Error);
  });

  it.each([
    [{ type: "error", error: "a coroutine was expected" }, "SERVICE"], [{ error: { message: "m", code: "insufficient_quota" } }, "QUOTA_EXCEEDED"], [{ type: "error", error: { code: "rate_limit_exceeded" } }, "RATE_LIMITED"],
  ])("throws what %j says", (message, code) => {
    expect(() => readEvent(message)).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe("readVoices", () => {
  it.each([
    [{ voices: ["af_bella", "nova", "nova"] }, ["af_bella", "nova"]], [[{ id: "a", name: "A" }, { voice_id: "b" }, { name: "c" }, {}, 5, ""], ["a", "b", "c"]], [{ data: [{ id: "x" }] }, ["x"]], ["<html>", []], [undefined, []],
  ])("reads %j", (content, ids) => expect(readVoices(content).map(({ id }) => id)).toEqual(ids));

  it("takes languages and genders where they are told, in any writing", () => {
    expect(readVoices([{ id: "a", language: "en_GB", gender: "Female" }, { id: "b", language: "not a language!" }, "coral"])).toMatchObject([
      { languages: ["en-GB"], gender: "female" }, { languages: ["mul"], gender: "unknown" }, { gender: "female", name: "Coral" },
    ]);
  });
});
