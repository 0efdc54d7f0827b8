import type { MarkKind, SynthesisRequest } from "@parlando/engine";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatsOf } from "./polly-capabilities.ts";
import { pollyError } from "./polly-errors.ts";
import { sentText } from "./polly-text.ts";
import { buildSpeechCall, contextOf, createMarkReader, type SpeechChoice } from "./polly-wire.ts";

const choice: SpeechChoice = { voice: "Joanna", engine: "neural", languageCode: undefined, lexicons: undefined, formats: formatsOf({}) };
const request = (change: Partial<SynthesisRequest> = {}): SynthesisRequest => ({ text: "Hi there.", ssml: false, format: { encoding: "pcm-s16le", sampleRate: 16_000, channels: 1 }, marks: [], ...change });

describe("requests to Polly", () => {
  it("ask for PCM, with the rate as a string", () => {
    const { input, marksInput } = buildSpeechCall(request(), choice);
    expect(input).toEqual({ Text: "Hi there.", TextType: "text", VoiceId: "Joanna", Engine: "neural", OutputFormat: "pcm", SampleRate: "16000" });
    expect(marksInput).toBeUndefined();
  });

  it("ask for marks in a request of their own; for visemes with the words that place them", () => {
    expect(buildSpeechCall(request({ marks: ["viseme", "bookmark", "phoneme"] }), choice).marksInput).toEqual({ Text: "Hi there.", TextType: "text", VoiceId: "Joanna", Engine: "neural", OutputFormat: "json", SpeechMarkTypes: ["viseme", "word"] });
    const ssml = request({ text: "<speak>Hi</speak>", ssml: true, marks: ["bookmark"] });
    expect(buildSpeechCall(ssml, { ...choice, lexicons: ["mine"], languageCode: "hi-IN" }).marksInput).toMatchObject({ TextType: "ssml", LexiconNames: ["mine"], LanguageCode: "hi-IN", SpeechMarkTypes: ["ssml"] });
  });

  it.each([
    ["mp3", 44_100, "mp3", "24000"],
    ["ogg-opus", 48_000, "ogg_opus", "48000"],
    ["alaw", 8_000, "alaw", "8000"],
    ["flac", 48_000, "pcm", "16000"],
  ] as const)("ask for %s at %i as %s at %s", (encoding, sampleRate, name, rate) => {
    expect(buildSpeechCall(request({ format: { encoding, sampleRate, channels: 1 } }), choice).input).toMatchObject({ OutputFormat: name, SampleRate: rate });
  });

  it("keep rate, pitch and volume within what Polly takes", () => {
    const { input, warnings } = buildSpeechCall(request({ rate: 4, pitch: -12, volume: 0 }), { ...choice, engine: "standard" });
    expect(input.Text).toBe('<speak><prosody rate="200%" pitch="-50%" volume="silent">Hi there.</prosody></speak>');
    expect(warnings).toMatchObject([{ code: "OPTION_CLAMPED" }]);
    expect(() => buildSpeechCall(request({ rate: Number.NaN }), choice)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });

  it("count characters, not units, and tags apart", () => {
    expect(() => buildSpeechCall(request({ text: "😀".repeat(3_000) }), choice)).not.toThrow();
    expect(() => buildSpeechCall(request({ text: "😀".repeat(3_001) }), choice)).toThrow(expect.objectContaining({ code: "TEXT_TOO_LONG" }));
    expect(() => buildSpeechCall(request({ text: `<speak>${"<s>a</s>".repeat(700)}</speak>`, ssml: true }), choice)).not.toThrow();
    expect(() => buildSpeechCall(request({ text: "" }), choice)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });
});

describe("marks of Polly", () => {
  const read = (text: string, lines: readonly unknown[], wanted: readonly MarkKind[] = ["word", "sentence", "viseme", "bookmark"], ssml = false) =>
    lines.map(createMarkReader({ text, sent: sentText(text, { ssml, prosody: {} }), wanted, source: "native" }));

  it("have UTF-16 offsets where Polly counts bytes", () => {
    const text = "😀 naïve – ok";
    const [word, viseme] = read(text, [{ time: 5, type: "word", start: 5, end: 11, value: "naïve" }, { time: 6, type: "viseme", value: "p" }]);
    expect(word).toEqual({ kind: "word", timeMs: 5, textStart: 3, textEnd: 8, value: "naïve", source: "native" });
    expect(viseme).toEqual({ kind: "viseme", timeMs: 6, textStart: 3, textEnd: 8, value: "p", source: "native" });
    expect(read(text, [{ time: 9, type: "word", start: 16, end: 18, value: "ok" }])[0]).toMatchObject({ textStart: 11, textEnd: 13, value: "ok" });
  });

  it("of other kinds, and lines that are none, are passed over", () => {
    expect(read("a", [{ time: 0, type: "word", start: 0, end: 1, value: "a" }, null, 5, {}, { time: "0", type: "word", value: "" }, { time: 0, type: "toString", value: "" }], ["sentence"])).toEqual([undefined, undefined, undefined, undefined, undefined, undefined]);
  });

  it("are placed in the document of the request", () => {
    const document = '<speak>é <mark name="here"/>w1</speak>';
    expect(read(document, [{ time: 1, type: "ssml", start: 10, end: 29, value: "here" }], undefined, true)[0]).toMatchObject({ kind: "bookmark", textStart: 9, textEnd: 28, value: "here" });
  });

  it("come back to the text of the request, whatever is written around it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.boolean(), fc.integer({ min: 0, max: 200 }), (body, ssml, at) => {
        const inner = ssml ? body.replaceAll(/[<>&]/gu, "x") : body;
        const text = ssml ? `<speak>${inner}</speak>` : inner;
        const characters = [...text];
        const index = at % characters.length;
        const unit = characters.slice(0, index).join("").length;
        const character = characters[index] ?? "";
        const sent = sentText(text, { ssml, prosody: { rate: 1.5 } });
        const written = ssml ? undefined : sent.text.slice(sent.text.indexOf('">') + 2, sent.text.length - "</prosody></speak>".length);
        if (written !== undefined) {
          const escaped = characters.slice(0, index).map((one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[one] ?? one).join("");
          const byte = Buffer.byteLength(sent.text.slice(0, sent.text.indexOf('">') + 2) + escaped);
          expect(sent.offsetOf(byte)).toBe(unit);
          expect(sent.offsetOf(byte + Buffer.byteLength({ "&": "&amp;", "<": "&lt;", ">": "&gt;" }[character] ?? character))).toBe(unit + character.length);
        } else {
          const shift = unit > "<speak>".length && unit <= text.length - "</speak>".length ? '<prosody rate="150%">'.length : 0;
          if (unit > "<speak>".length && unit < text.length - "</speak>".length) expect(sent.offsetOf(Buffer.byteLength(text.slice(0, unit)) + shift)).toBe(unit);
        }
      }),
    );
  });

  it("replaces halves of pairs by what has the same length", () => {
    expect(sentText("a\ud83db", { ssml: false, prosody: {} }).text).toBe("a\ufffdb");
  });
});

describe("errors of Polly", () => {
  const context = contextOf("speech", ["Spoken words"]);
  it.each([
    [{ name: "ThrottlingException", $fault: "client", throttlingReasons: [{ reason: "ConcurrentRequestsExceeded" }] }, "CONCURRENCY_LIMIT"],
    [{ name: "ThrottlingException", $fault: "client" }, "RATE_LIMITED"],
    [{ name: "ServiceQuotaExceededException", $fault: "client", quotaCode: "input-stream-timeout" }, "TIMEOUT"],
    [{ name: "ServiceQuotaExceededException", $fault: "client", quotaCode: "L-1234" }, "QUOTA_EXCEEDED"],
    [{ name: "SomethingNew", $fault: "server", $metadata: { httpStatusCode: 503 } }, "SERVICE"],
    [{ name: "SyntaxError", message: "Unexpected token <", $metadata: { httpStatusCode: 502 } }, "SERVICE"],
    [{ name: "SyntaxError", message: "Unexpected token <", $metadata: { httpStatusCode: 200 } }, "PROTOCOL"],
    [new Error("Region is missing"), "INVALID_CONFIG"],
    [new Error("Truncated event message received."), "TRUNCATED"],
    [new Error("The message checksum (1) did not match the expected value of 2"), "PROTOCOL"],
    [Object.assign(new Error("x"), { code: "ERR_HTTP2_STREAM_ERROR" }), "CONNECTION"],
    [Object.assign(new Error("x"), { code: "ENOTFOUND" }), "CONNECTION"],
    ["odd", "CONNECTION"],
  ])("%o is %s", (error, code) => {
    expect(pollyError(error, context)).toMatchObject({ code, engine: "polly", message: expect.stringContaining("Asking Amazon Polly for speech") });
  });

  it("says that a voice is missing, by the field that is refused, and nothing of what was spoken", () => {
    const refused = { name: "ValidationException", $fault: "client", message: "Value 'Spoken words' at 'voiceId' failed", $metadata: { httpStatusCode: 400, requestId: "id-1" } };
    const error = pollyError(refused, context);
    expect(error).toMatchObject({ code: "VOICE_NOT_FOUND", requestId: "id-1" });
    expect(error.message).not.toContain("Spoken");
  });
});
