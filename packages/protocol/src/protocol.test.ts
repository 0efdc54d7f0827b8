import fc from "fast-check";
import { TTSError } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { audioFrameHeaderBytes, readAudioFrame, writeAudioFrame } from "./audio-frame.ts";
import type { ClientMessage } from "./client-message.ts";
import { parseClientMessage, parseServerMessage } from "./parse-message.ts";
import type { ServerMessage } from "./server-message.ts";
import { wireLimits } from "./version.ts";

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return TTSError.isInstance(error) ? error.code : String(error);
  }
};

describe("audio frames", () => {
  it("come back as they were written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_294_967_295 }), fc.maxSafeNat(), fc.uint8Array({ maxLength: 500 }), (utterance, startFrame, payload) => {
        expect(readAudioFrame(writeAudioFrame({ utterance, startFrame, payload }))).toEqual({ utterance, startFrame, payload });
      }),
    );
  });

  it("have the bytes that the table says", () => {
    const bytes = writeAudioFrame({ utterance: 0x01020304, startFrame: 0x1_0000_0002, payload: Uint8Array.of(7, 8) });
    expect([...bytes]).toEqual([1, 1, 0, 0, 4, 3, 2, 1, 2, 0, 0, 0, 1, 0, 0, 0, 7, 8]);
  });

  it("are read in the middle of a buffer, without a copy", () => {
    const bytes = writeAudioFrame({ utterance: 1, startFrame: 2, payload: Uint8Array.of(9) });
    const around = new Uint8Array(bytes.length + 6);
    around.set(bytes, 3);
    const payload = readAudioFrame(around.subarray(3, 3 + bytes.length))?.payload;
    expect(payload).toEqual(Uint8Array.of(9));
    expect(payload?.buffer).toBe(around.buffer);
  });

  it("of another type are skipped; of another version, or cut short, refused", () => {
    const bytes = writeAudioFrame({ utterance: 1, startFrame: 0, payload: new Uint8Array(4) });
    expect(readAudioFrame(bytes.map((byte, index) => (index === 1 ? 9 : byte)))).toBeUndefined();
    expect(codeOf(() => readAudioFrame(bytes.map((byte, index) => (index === 0 ? 2 : byte))))).toBe("PROTOCOL");
    expect(codeOf(() => readAudioFrame(bytes.subarray(0, audioFrameHeaderBytes - 1)))).toBe("PROTOCOL");
    expect(codeOf(() => readAudioFrame(new Uint8Array(16).fill(255).map((byte, index) => (index < 2 ? 1 : byte))))).toBe("PROTOCOL");
    expect(codeOf(() => writeAudioFrame({ utterance: -1, startFrame: 0, payload: bytes }))).toBe("INTERNAL");
    expect(codeOf(() => writeAudioFrame({ utterance: 1, startFrame: 0, payload: new Uint8Array(wireLimits.frameBytes + 1) }))).toBe("INTERNAL");
  });
});

const clientMessages: readonly ClientMessage[] = [
  { type: "speech.start", utterance: 1 },
  { type: "speech.start", utterance: 2, model: "espeak", voice: "en-us", rate: 1.5, ssml: true, latency: "soonest", marks: ["word"], encoding: "mulaw", sampleRate: 8_000, windowMs: 500, options: { seed: 1 } },
  { type: "input.text", utterance: 1, text: "Hello \u{1F600}." },
  { type: "input.flush", utterance: 1 },
  { type: "input.done", utterance: 1 },
  { type: "speech.played", utterance: 1, frame: 24_000 },
  { type: "speech.interrupt", utterance: 1, playedFrame: 5 },
];

const serverMessages: readonly ServerMessage[] = [
  { type: "session.ready", models: ["a"], windowMs: 2_000, stallMs: 30_000, maxUtterances: 8, ssml: false },
  { type: "speech.accepted", utterance: 1, requestId: "r" },
  { type: "speech.started", utterance: 1, format: { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 } },
  { type: "speech.marks", utterance: 1, marks: [{ kind: "word", timeMs: 0, textStart: 0, textEnd: 5, value: "Hello", source: "native" }] },
  { type: "speech.flushed", utterance: 1, through: 6 },
  { type: "input.pressure", utterance: 1, full: true },
  { type: "speech.sent", utterance: 1, frames: 10 },
  { type: "speech.done", utterance: 1, report: { firstAudioMs: 3, audioMs: 1, elapsedMs: 2, realTimeFactor: 2, characters: 5, segments: 1, attempts: 1, engines: ["x"] } },
  { type: "speech.interrupted", utterance: 1, heardUntil: 3, heardMs: 4, billedCharacters: 5, wastedCharacters: 2, basis: "marks", playhead: "sink" },
  { type: "speech.failed", utterance: 1, error: { code: "SERVICE", message: "m", retryable: true, retryAfterMs: 5 } },
  { type: "speech.warning", utterance: 1, code: "c", message: "m" },
  { type: "server.draining", graceMs: 60_000 },
  { type: "error", error: { code: "PROTOCOL", message: "m", retryable: false } },
];

describe("messages", () => {
  it.each(clientMessages)("of the client: $type", (message) => {
    expect(parseClientMessage(JSON.stringify(message))).toEqual(message);
  });

  it.each(serverMessages)("of the server: $type", (message) => {
    expect(parseServerMessage(JSON.stringify(message))).toEqual(message);
  });

  it.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["no type", "{}"],
    ["an unknown type", '{"type":"speech.sing","utterance":1}'],
    ["the name of a method", '{"type":"toString"}'],
    ["an unknown field", '{"type":"input.flush","utterance":1,"secret":"canary"}'],
    ["a field that reaches a prototype", '{"type":"input.flush","utterance":1,"__proto__":{"x":1}}'],
    ["an option that reaches a prototype", '{"type":"speech.start","utterance":1,"options":{"a":{"__proto__":{"x":1}}}}'],
    ["options too deep", '{"type":"speech.start","utterance":1,"options":{"a":[[[[1]]]]}}'],
    ["utterance 0", '{"type":"input.flush","utterance":0}'],
    ["a frame that is no number", '{"type":"speech.played","utterance":1,"frame":"canary"}'],
    ["a rate beyond its range", '{"type":"speech.start","utterance":1,"rate":1e9}'],
    ["too long", JSON.stringify({ type: "input.text", utterance: 1, text: "x".repeat(wireLimits.messageBytes) })],
  ])("refuses %s, and does not repeat it", (_, json) => {
    expect(codeOf(() => parseClientMessage(json))).toBe("PROTOCOL");
    expect(() => parseClientMessage(json)).not.toThrow(/canary|xxxx/);
  });

  it("have null for a field that may be left out, and for no other", () => {
    const unset = { model: null, voice: null, language: null, rate: null, pitch: null, volume: null, ssml: null, latency: null, marks: null, encoding: null, sampleRate: null, windowMs: null, options: null };
    expect(Object.keys(parseClientMessage(JSON.stringify({ type: "speech.start", utterance: 1, ...unset })))).toEqual(["type", "utterance"]);
    expect(Object.keys(parseClientMessage('{"type":"speech.interrupt","utterance":1,"playedFrame":null}'))).toEqual(["type", "utterance"]);
    expect(() => parseClientMessage('{"type":"speech.start","utterance":null}')).toThrow("a field utterance that is something else; expected a whole number from 1");
    expect(() => parseClientMessage('{"type":"input.text","utterance":1,"text":null}')).toThrow("a field text that is something else; expected a text");
    expect(codeOf(() => parseClientMessage('{"type":"input.flush","utterance":1,"unknown":null}'))).toBe("PROTOCOL");
  });

  it("have null inside of a field, too, and it is left out", () => {
    const mark = { kind: "word", timeMs: 1, textStart: 0, textEnd: 3, value: "One", source: "native" };
    expect(parseServerMessage(JSON.stringify({ type: "speech.marks", utterance: 1, marks: [{ ...mark, durationMs: null }] }))).toEqual({ type: "speech.marks", utterance: 1, marks: [mark] });
    const error = { code: "TIMEOUT", message: "Too late.", retryable: true };
    expect(parseServerMessage(JSON.stringify({ type: "error", error: { ...error, engine: null, retryAfterMs: null } }))).toEqual({ type: "error", error });
    expect(codeOf(() => parseServerMessage(JSON.stringify({ type: "speech.marks", utterance: 1, marks: [null] })))).toBe("PROTOCOL");
    expect(codeOf(() => parseServerMessage(JSON.stringify({ type: "error", error: { ...error, code: null } })))).toBe("PROTOCOL");
  });

  it("of a later server are let pass, without what is not known", () => {
    expect(parseServerMessage('{"type":"speech.smile","utterance":1}')).toBeUndefined();
    expect(parseServerMessage('{"type":"speech.flushed","utterance":1,"through":2,"new":true}')).toEqual({ type: "speech.flushed", utterance: 1, through: 2 });
    expect(codeOf(() => parseServerMessage('{"type":"speech.flushed","utterance":1,"through":-2}'))).toBe("PROTOCOL");
  });

  it("throws nothing but PROTOCOL, whatever comes", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.record({ type: fc.constantFrom(...clientMessages.map(({ type }) => type)), utterance: fc.anything(), options: fc.object() }).map((value) => JSON.stringify(value))), (json) => {
        for (const parse of [parseClientMessage, parseServerMessage]) expect([undefined, "PROTOCOL"]).toContain(codeOf(() => parse(json)));
      }),
    );
  });
});
