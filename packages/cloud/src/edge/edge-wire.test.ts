import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText, escapeText, unescapeText } from "./edge-text.ts";
import { createEdgeClock, edgeToken } from "./edge-token.ts";
import { configMessage, createTurnReader, speechMarkup, speechMessage, timestamp } from "./edge-wire.ts";
import { createMp3FrameCounter } from "./mp3-frames.ts";
import { createWordPlacer } from "./place-words.ts";
import { readProsody } from "./edge-prosody.ts";
import { splitText } from "./split-text.ts";

const client = "6A5AA1D4EAFF4E9FB37E23D68491D6F4";
const requestId = "0123456789abcdef0123456789abcdef";
const atMs = Date.UTC(2026, 10, 20, 9, 22, 48, 123);
const speech = { text: "Tom & Jerry <3", voice: "en-US-AvaNeural", language: "en-US", rate: "+0%", pitch: "+0Hz", volume: "+0%" };
const bytesOf = (text: string): number => Buffer.byteLength(text);

describe("the token", () => {
  it("is right for known moments, and the same for five minutes", () => {
    expect(edgeToken(1_700_000_000_000, client)).toBe("42301B335578FEFDAE2637DED1ABD614505D432559EC08032B82048483726AFF");
    expect(edgeToken(0, client)).toBe("7ECB79D14E3AA576D2D79E6D487A1388156D91E614B1BE11C64226A29BC8DD8C");
    expect(edgeToken(299_999.9, client)).toBe(edgeToken(0, client));
    expect(edgeToken(300_000, client)).not.toBe(edgeToken(0, client));
  });

  it("follows the server's clock, and says whether that changes anything", () => {
    let nowMs = 1_700_000_000_000;
    const clock = createEdgeClock(client, () => nowMs);
    expect(clock.setBy(new Date(nowMs).toUTCString())).toBe(false);
    expect(clock.setBy(undefined)).toBe(false);
    expect(clock.setBy("yesterday or so")).toBe(false);
    expect(clock.setBy(new Date(nowMs + 3_600_000).toUTCString())).toBe(true);
    expect(clock.token()).toBe(edgeToken(nowMs + 3_600_000, client));
    nowMs += 600_000;
    expect(clock.token()).toBe(edgeToken(nowMs + 3_600_000, client));
  });
});

describe("what is sent", () => {
  it("has the browser's form", () => {
    expect(timestamp(atMs)).toBe("Fri Nov 20 2026 09:22:48 GMT+0000 (Coordinated Universal Time)");
    expect(configMessage({ bitrate: 48, words: true }, atMs)).toBe(
      'X-Timestamp:Fri Nov 20 2026 09:22:48 GMT+0000 (Coordinated Universal Time)\r\nContent-Type:application/json; charset=utf-8\r\nPath:speech.config\r\n\r\n{"context":{"synthesis":{"audio":{"metadataoptions":{"sentenceBoundaryEnabled":"false","wordBoundaryEnabled":"true"},"outputFormat":"audio-24khz-48kbitrate-mono-mp3"}}}}\r\n',
    );
    expect(speechMessage(requestId, speech, atMs)).toBe(
      `X-RequestId:${requestId}\r\nContent-Type:application/ssml+xml\r\nX-Timestamp:Fri Nov 20 2026 09:22:48 GMT+0000 (Coordinated Universal Time)Z\r\nPath:ssml\r\n\r\n` +
        "<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='en-US'><voice name='en-US-AvaNeural'><prosody pitch='+0Hz' rate='+0%' volume='+0%'>Tom &amp; Jerry &lt;3</prosody></voice></speak>",
    );
  });

  it("lets no voice out of its attribute, and no control character through", () => {
    expect(speechMarkup({ ...speech, voice: "a'/><b>&" })).toContain("name='a&apos;/&gt;&lt;b&gt;&amp;'");
    expect(cleanText("a\u0000b\u000bc\ud800d😀\ufffe\n")).toBe("a b c d😀 \n");
  });

  it("escapes what can be unescaped", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => unescapeText(escapeText(text)) === text));
    expect(unescapeText("&quot;&apos;&#65;&#x1F600;&nbsp; & &#x110000;")).toBe("\"'A😀&nbsp; & &#x110000;");
  });

  it("writes prosody as changes, within bounds", () => {
    expect(readProsody({})).toEqual({ rate: "+0%", pitch: "+0Hz", volume: "+0%", warnings: [] });
    expect(readProsody({ rate: 1.25, pitch: -2.5, volume: 0.5 })).toMatchObject({ rate: "+25%", pitch: "-2.5st", volume: "-50%", warnings: [] });
    const { rate, pitch, volume, warnings } = readProsody({ rate: 9, pitch: 30, volume: -1 });
    expect([rate, pitch, volume]).toEqual(["+100%", "+12st", "-100%"]);
    expect(warnings.map((event) => event.type === "warning" && event.code)).toEqual(["OPTION_CLAMPED", "OPTION_CLAMPED", "OPTION_CLAMPED"]);
    expect(() => readProsody({ rate: Number.NaN })).toThrow(/`rate` is not a finite number/);
  });
});

const textMessage = (path: string, body: string, id = requestId): string => `X-RequestId:${id}\r\nContent-Type:application/json; charset=utf-8\r\nPath:${path}\r\n\r\n${body}`;
function audioMessage(audio: number[], { id = requestId, stream = "S1", path = "audio" } = {}): Uint8Array {
  const headers = Buffer.from(`X-RequestId:${id}\r\nContent-Type:audio/mpeg\r\nX-StreamId:${stream}\r\nPath:${path}\r\n`);
  return Buffer.concat([Buffer.from([headers.length >> 8, headers.length & 255]), headers, Buffer.from(audio)]);
}
const word = (text: unknown, offset: unknown = 500_000): string => JSON.stringify({ Metadata: [{ Type: "WordBoundary", Data: { Offset: offset, Duration: 3_000_000, text: { Text: text, Length: 5, BoundaryType: "WordBoundary" } } }] });

describe("what comes", () => {
  it("is read: audio, words, the end", () => {
    const reader = createTurnReader(requestId);
    expect(reader.read(textMessage("turn.start", "{}"))).toBeUndefined();
    expect(reader.read(textMessage("response", '{"audio":{"type":"inline","streamId":"S1"}}'))).toBeUndefined();
    expect(reader.read(audioMessage([1, 2, 3]))).toEqual({ kind: "audio", bytes: Buffer.from([1, 2, 3]) });
    expect(reader.read(audioMessage([]))).toBeUndefined();
    expect(reader.read(textMessage("audio.metadata", word("Tom &amp; Jerry")))).toEqual({ kind: "words", words: [{ text: "Tom & Jerry", timeMs: 50, durationMs: 300 }] });
    expect(reader.read(textMessage("turn.end", "{}"))).toEqual({ kind: "end" });
  });

  it("is passed over where it belongs to something else, or is not known", () => {
    const reader = createTurnReader(requestId);
    reader.read(textMessage("response", '{"audio":{"streamId":"S1"}}'));
    expect(reader.read(audioMessage([1], { stream: "S2" }))).toBeUndefined();
    expect(reader.read(audioMessage([1], { id: "f".repeat(32) }))).toBeUndefined();
    expect(reader.read(audioMessage([1], { path: "video" }))).toBeUndefined();
    expect(reader.read(textMessage("turn.end", "{}", "f".repeat(32)))).toBeUndefined();
    expect(reader.read(textMessage("audio.future", "nothing that is JSON"))).toBeUndefined();
    expect(reader.read(textMessage("audio.metadata", '{"Metadata":[{"Type":"SentenceBoundary","Data":{}},{"Type":"New"}]}'))).toEqual({ kind: "words", words: [] });
  });

  it.each([
    ["text without headers", "{}"],
    ["JSON that is cut", textMessage("audio.metadata", '{"Metadata":[{"Type')],
    ["marks without a list", textMessage("audio.metadata", "{}")],
    ["a word without a text", textMessage("audio.metadata", word(5))],
    ["a word before the beginning", textMessage("audio.metadata", word("a", -1))],
    ["no bytes", new Uint8Array(0)],
    ["headers longer than the message", Uint8Array.of(0x7f, 0xff, 1, 2, 3)],
  ])("is refused: %s", (_, message) => {
    expect(() => createTurnReader(requestId).read(message)).toThrow(expect.objectContaining({ code: "PROTOCOL", retryable: true }));
  });

  it("does not break the reader, whatever it is", () => {
    const reader = createTurnReader(requestId);
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string(), fc.json().map((body) => textMessage("audio.metadata", body))), (message) => {
        try {
          reader.read(message);
        } catch (error) {
          expect(error).toMatchObject({ code: "PROTOCOL" });
        }
      }),
    );
  });
});

describe("splitting", () => {
  it("prefers lines to sentences, sentences to words, words to letters", () => {
    expect(splitText("one two three\nfo. ur five", 20).map(({ text }) => text)).toEqual(["one two three", "fo. ur five"]);
    expect(splitText("one two three. four five six", 20).map(({ text }) => text)).toEqual(["one two three.", "four five six"]);
    expect(splitText("one two three four five six", 20).map(({ text }) => text)).toEqual(["one two three four", "five six"]);
    expect(splitText("onetwothreefourfivesix", 20).map(({ text }) => text)).toEqual(["onetwothreefourfives", "ix"]);
    expect(splitText("  \n ", 20)).toEqual([]);
  });

  it("keeps clusters whole, as long as they fit", () => {
    const family = "👩‍👩‍👧";
    expect(splitText(family.repeat(5), 40).map(({ text }) => text)).toEqual([family.repeat(2), family.repeat(2), family]);
    expect(splitText("🇩🇪🇫🇷🇪🇸", 20).map(({ text }) => text)).toEqual(["🇩🇪🇫🇷", "🇪🇸"]);
    const heap = `a${"\u0301".repeat(40)}`;
    expect(splitText(heap, 21).every(({ text }) => bytesOf(text) <= 21)).toBe(true);
  });

  it("fits, loses nothing but white space, and cuts no pair", () => {
    const unit = fc.oneof({ weight: 8, arbitrary: fc.constantFrom("a", "b", "&", "<", ">", "é", "語", "😀", "。", ".", ",") }, { weight: 2, arbitrary: fc.constantFrom(" ", "\n", "\t") });
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 400 }), fc.integer({ min: 8, max: 90 }), (units, limit) => {
        const text = units.join("");
        let from = 0;
        for (const piece of splitText(text, limit)) {
          expect(bytesOf(escapeText(piece.text))).toBeLessThanOrEqual(limit);
          expect(piece.text).not.toBe("");
          expect(text.slice(from, piece.start).trim()).toBe("");
          expect(text.startsWith(piece.text, piece.start)).toBe(true);
          expect(piece.text).toBe(Buffer.from(piece.text).toString());
          from = piece.start + piece.text.length;
        }
        expect(text.slice(from).trim()).toBe("");
      }),
    );
  });
});

describe("placing words", () => {
  const place = (text: string, words: readonly string[]): (string | undefined)[] => {
    const placer = createWordPlacer(text);
    return words.map((told) => {
      const found = placer.place(told);
      return found === undefined ? undefined : `${found.start}:${text.slice(found.start, found.end)}`;
    });
  };

  it("goes forward, over repeated words and what is not spoken", () => {
    expect(place("the cat, the hat & the mat", ["the", "cat", "the", "hat", "the", "mat"])).toEqual(["0:the", "4:cat", "9:the", "13:hat", "19:the", "23:mat"]);
    expect(place("a (silent) word", ["a", "word"])).toEqual(["0:a", "11:word"]);
    expect(place("東京に行く", ["東京", "に", "行く"])).toEqual(["0:東京", "2:に", "3:行く"]);
  });

  it("lets no odd word draw the others with it", () => {
    expect(place("In 2024 it was, I say, India.", ["In", "twenty", "twenty-four", "it", "was", "I", "say", "India"])).toEqual(["0:In", "3:2024", "3:2024", "8:it", "11:was", "16:I", "18:say", "23:India"]);
    expect(place("one", ["one", "two"])).toEqual(["0:one", undefined]);
    // "it" is not the one of "bit".
    expect(place("3rd bit, if it is", ["third", "it"])).toEqual(["0:3rd", "12:it"]);
  });
});

describe("counting frames", () => {
  const frame = (kilobits: number, padding = 0): number[] => {
    const index = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96].indexOf(kilobits);
    const bytes = Array.from<number>({ length: 3 * kilobits + padding }).fill(0xff);
    return [0xff, 0xf3, (index << 4) | 4 | (padding << 1), 0xc4, ...bytes.slice(4)];
  };
  const count = (bytes: readonly number[], size: number): [number, boolean] => {
    const counter = createMp3FrameCounter();
    for (let at = 0; at < bytes.length; at += size) counter.push(Uint8Array.from(bytes.slice(at, at + size)));
    return [counter.frames, counter.isCut];
  };

  it.each([1, 3, 100, 10_000])("in pieces of %i bytes", (size) => {
    const four = [...frame(48), ...frame(96), ...frame(48, 1), ...frame(48)];
    expect(count(four, size)).toEqual([4, false]);
    expect(count(four.slice(0, -1), size)).toEqual([3, true]);
    expect(count([...four, 0xff], size)).toEqual([4, true]);
    expect(count([1, 2, 3, 4, 5, ...four, 9, 9, 9, 9, 9], size)).toEqual([4, false]);
    expect(count([], size)).toEqual([0, false]);
  });
});
