import { describe, expect, it } from "vitest";
import { formatsFor, isFormatName, nearestFormat } from "./elevenlabs-formats.ts";
import { cutUnits, piecesOf, sendableUnits } from "./elevenlabs-segment.ts";
import { openingMessage, readMessage, readVoices, socketUrl, speechBody, speechUrl, voicesUrl, type SpeechSettings } from "./elevenlabs-wire.ts";

const settings: SpeechSettings = {
  baseURL: "https://api.us.elevenlabs.io/",
  voice: "a/b",
  model: "eleven_flash_v2_5",
  outputFormat: "pcm_24000",
  format: { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 },
  languageCode: undefined,
};

describe("what is sent", () => {
  it("goes to the region and the voice that were asked for", () => {
    expect(speechUrl(settings, false)).toBe("https://api.us.elevenlabs.io/v1/text-to-speech/a%2Fb/stream?output_format=pcm_24000");
    expect(speechUrl(settings, true)).toContain("/stream/with-timestamps?");
    expect(socketUrl(settings, "stream-input", true)).toBe("wss://api.us.elevenlabs.io/v1/text-to-speech/a%2Fb/stream-input?model_id=eleven_flash_v2_5&output_format=pcm_24000&inactivity_timeout=180&sync_alignment=true");
    expect(voicesUrl("https://api.elevenlabs.io", "to ken")).toBe("https://api.elevenlabs.io/v2/voices?page_size=100&next_page_token=to+ken");
  });

  it("leaves out what was not asked for, and takes no other text", () => {
    expect(JSON.parse(speechBody({ ...settings, fields: { text: "other" } }, "Hi.", undefined))).toEqual({ model_id: "eleven_flash_v2_5", text: "Hi." });
    expect(JSON.parse(openingMessage(settings, { contextId: "one" }))).toEqual({ text: " ", context_id: "one", generation_config: { chunk_length_schedule: [50, 120, 160, 250] } });
    expect(JSON.parse(openingMessage(settings, { apiKey: "key" }))).toMatchObject({ "xi-api-key": "key", xi_api_key: "key" });
  });
});

describe("what comes", () => {
  const audio = Buffer.from([1, 2, 3]).toString("base64");

  it("is read in every spelling", () => {
    const times = { chars: ["a", "b"], charStartTimesMs: [0, 10], charDurationsMs: [10, 20] };
    const expected = { characters: ["a", "b"], startsMs: [0, 10], endsMs: [10, 30] };
    expect(readMessage({ audio, contextId: "one", alignment: times, isFinal: null })).toMatchObject({ contextId: "one", isFinal: false, alignment: expected });
    expect(readMessage({ audio, context_id: "one", normalizedAlignment: { chars: ["a", "b"], charsStartTimesMs: [0, 10], charsDurationsMs: [10, 20] } })).toMatchObject({ contextId: "one", normalizedAlignment: expected });
    const seconds = { characters: ["a", "b"], character_start_times_seconds: [0, 0.01], character_end_times_seconds: [0.01, 0.03] };
    expect(readMessage({ audio_base64: audio, alignment: seconds, normalized_alignment: null })).toMatchObject({ alignment: expected, normalizedAlignment: undefined });
    expect([...(readMessage({ audio })?.audio ?? [])]).toEqual([1, 2, 3]);
  });

  it("may lack anything", () => {
    expect(readMessage({ audio: null, isFinal: true })).toMatchObject({ audio: undefined, isFinal: true, contextId: undefined, alignment: undefined, error: undefined });
    expect(readMessage({ audio_base64: "", alignment: { characters: "no", character_start_times_seconds: [0] } })).toMatchObject({ audio: undefined, alignment: undefined });
    expect(readMessage({ type: "flush_done" })).toMatchObject({ audio: undefined, isFinal: false });
    for (const value of [null, 1, "text", []]) expect(readMessage(value)).toBeUndefined();
  });

  it("tells of an error where it does", () => {
    expect(readMessage({ error: "quota_exceeded", message: "No." })?.error).toBeDefined();
    expect(readMessage({ detail: { status: "system_busy" } })?.error).toBeDefined();
    expect(readMessage({ audio, error: null })?.error).toBeUndefined();
  });

  it("holds voices of any completeness", () => {
    const page = readVoices({ voices: [{ voice_id: "one", labels: { gender: "non-binary", language: "not a language" }, verified_languages: [{ language: "en", locale: "en-us" }, { language: "de" }] }, { name: "nameless" }, null], has_more: true, next_page_token: "next" });
    expect(page).toMatchObject({ next: "next", voices: [{ id: "one", name: "one", languages: ["en-US", "de"], gender: "neutral" }] });
    expect(page?.voices).toHaveLength(1);
    expect(readVoices({ detail: "no" })).toBeUndefined();
  });
});

describe("formats", () => {
  it("are known by the provider's names", () => {
    expect(["pcm_24000", "ulaw_8000", "mp3_44100_128", "opus_48000_64"].every(isFormatName)).toBe(true);
    expect(["pcm", "wav_44100", "mp3_x"].some(isFormatName)).toBe(false);
  });

  it("are chosen by encoding, then by the next higher rate", () => {
    const choose = (encoding: "pcm-s16le" | "mulaw" | "flac", sampleRate: number): string => nearestFormat(formatsFor("pro", undefined), { encoding, sampleRate, channels: 1 }).name;
    expect([choose("pcm-s16le", 16_000), choose("pcm-s16le", 32_000), choose("pcm-s16le", 96_000), choose("mulaw", 8000), choose("flac", 8000)]).toEqual(["pcm_16000", "pcm_44100", "pcm_44100", "ulaw_8000", "pcm_24000"]);
  });
});

describe("text on its way", () => {
  it("goes in whole words, or whole characters where words have no end", () => {
    const sent = (text: string): string => text.slice(0, sendableUnits(text));
    expect(["Hel", "Hello ", "Hello wor", "  ", " Hi", " Hi there"].map(sent)).toEqual(["", "Hello ", "Hello ", "", "", " Hi "]);
    expect(sent("今日は")).toBe("今日は");
    expect(sent("今日\ud83d")).toBe("今日");
    expect(sent("x".repeat(101))).toHaveLength(101);
  });

  it("is cut at the end of a sentence when it is long, and anywhere when it is very long", () => {
    expect(cutUnits(0, "One. Two. ")).toBeUndefined();
    expect(cutUnits(1995, "One. Two. Three ")).toBe("One. Two. ".length);
    expect(cutUnits(2500, "no end in sight ")).toBeUndefined();
    expect(cutUnits(2990, "no end in sight ")).toBe("no end in sight ".length);
  });

  it("is chopped without breaking characters", () => {
    const text = "😀".repeat(1700);
    const pieces = piecesOf(`a${text}`);
    expect(pieces.join("")).toBe(`a${text}`);
    for (const piece of pieces) expect(piece).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
  });
});
