import { TTSError, errorCodes } from "@parlando/engine";
import { between, count, engineOptions, fieldProblem, finite, flag, isRecord, list, name, oneOf, optional, record, text, type Check, type OptionalCheck } from "./checks.ts";
import type { ClientMessage } from "./client-message.ts";
import type { ServerMessage } from "./server-message.ts";
import { wireLimits } from "./version.ts";

type Fields = Readonly<Record<string, Check | OptionalCheck>>;

const utterance = count(4_294_967_295, 1);
const encoding = oneOf(["pcm-s16le", "pcm-f32le", "mulaw", "alaw"]);
const markKind = oneOf(["word", "sentence", "character", "phoneme", "viseme", "bookmark"]);

/** A field for every one of a message; a missing one does not compile. */
const clientMessages: { readonly [Type in ClientMessage["type"]]: Readonly<Record<Exclude<keyof Extract<ClientMessage, { type: Type }>, "type">, Check | OptionalCheck>> } = {
  "speech.start": {
    utterance,
    model: optional(name),
    voice: optional(name),
    language: optional(name),
    rate: optional(between(0.1, 10)),
    pitch: optional(between(-24, 24)),
    volume: optional(between(0, 10)),
    ssml: optional(flag),
    latency: optional(oneOf(["soonest", "balanced", "smoothest"])),
    marks: optional(list(markKind, 6)),
    encoding: optional(encoding),
    sampleRate: optional(count(192_000, 8_000)),
    windowMs: optional(between(100, 30_000)),
    options: optional(engineOptions),
  },
  "input.text": { utterance, text },
  "input.flush": { utterance },
  "input.done": { utterance },
  "speech.played": { utterance, frame: count() },
  "speech.interrupt": { utterance, playedFrame: optional(count()) },
};

const mark = record({
  kind: markKind,
  timeMs: finite,
  durationMs: optional(finite),
  textStart: count(),
  textEnd: count(),
  value: text,
  source: oneOf(["native", "aligned", "estimated"]),
});
const wireError = record({
  code: oneOf(Object.keys(errorCodes)),
  message: text,
  retryable: flag,
  retryAfterMs: optional(finite),
  engine: optional(text),
  requestId: optional(text),
});
const report = record({
  firstAudioMs: optional(finite),
  audioMs: finite,
  elapsedMs: finite,
  realTimeFactor: finite,
  characters: count(),
  segments: count(),
  attempts: count(),
  engines: list(text),
});

const serverMessages: { readonly [Type in ServerMessage["type"]]: Readonly<Record<Exclude<keyof Extract<ServerMessage, { type: Type }>, "type">, Check | OptionalCheck>> } = {
  "session.ready": { models: list(text), windowMs: finite, stallMs: finite, maxUtterances: count(), ssml: flag },
  "speech.accepted": { utterance, requestId: text },
  "speech.started": { utterance, format: record({ encoding, sampleRate: count(384_000, 1), channels: count(8, 1) }) },
  "speech.marks": { utterance, marks: list(mark) },
  "speech.flushed": { utterance, through: count() },
  "input.pressure": { utterance, full: flag },
  "speech.sent": { utterance, frames: count() },
  "speech.done": { utterance, report },
  "speech.interrupted": {
    utterance,
    heardUntil: count(),
    heardMs: finite,
    billedCharacters: finite,
    wastedCharacters: finite,
    basis: oneOf(["marks", "estimate"]),
    playhead: oneOf(["sink", "reported", "assumed"]),
  },
  "speech.failed": { utterance, error: wireError },
  "speech.warning": { utterance, code: text, message: text, option: optional(text) },
  "server.draining": { graceMs: finite },
  error: { error: wireError },
};

/**
 * Reads what a client sent. Strict: an unknown type or field is refused.
 *
 * @throws TTSError `PROTOCOL`, naming the field and what was expected, never what was in it.
 */
export function parseClientMessage(json: string): ClientMessage {
  const { type, fields, value } = readMessage(json, clientMessages, "a message of the client");
  const unknown = Object.keys(value).find((key) => key !== "type" && !Object.hasOwn(fields ?? {}, key));
  if (fields === undefined) throw malformed("a message of the client", "a type that there is not", `one of ${Object.keys(clientMessages).join(", ")}`);
  if (unknown !== undefined) throw malformed(`the message ${type}`, "a field that there is not", `only ${Object.keys(fields).join(", ")}`);
  return checked(type, fields, value) as unknown as ClientMessage;
}

/**
 * Reads what a server sent. Undefined for a type that this version does not know; unknown fields are left out.
 *
 * @throws TTSError `PROTOCOL`, naming the field and what was expected.
 */
export function parseServerMessage(json: string): ServerMessage | undefined {
  const { type, fields, value } = readMessage(json, serverMessages, "a message of the server");
  return fields === undefined ? undefined : (withoutNulls(checked(type, fields, value), deepestField) as ServerMessage);
}

interface FoundMessage {
  readonly type: string;
  readonly fields: Fields | undefined;
  readonly value: Readonly<Record<string, unknown>>;
}

function readMessage(json: string, known: Readonly<Record<string, Fields>>, what: string): FoundMessage {
  if (json.length > wireLimits.messageBytes) throw malformed(what, `${json.length} characters`, `at most ${wireLimits.messageBytes}`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw malformed(what, "something else", "JSON");
  }
  if (!isRecord(value) || typeof value["type"] !== "string") throw malformed(what, "something else", "an object with a field type");
  const type = value["type"];
  return { type, fields: Object.hasOwn(known, type) ? known[type] : undefined, value };
}

/** The message with its known fields only; `null` counts as left out. */
function checked(type: string, fields: Fields, value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const message: Record<string, unknown> = { type };
  for (const [key, check] of Object.entries(fields)) {
    const problem = fieldProblem(value, key, check);
    if (problem !== undefined) throw malformed(`the message ${type}`, `a field ${key} that is something else`, problem);
    if (Object.hasOwn(value, key) && value[key] !== null) message[key] = value[key];
  }
  return message;
}

/** How deep a server's message goes: the message, the list, a mark in it. */
const deepestField = 3;

/** Without what is `null` inside of its fields: where that passes, it counts as left out there, too. */
function withoutNulls(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null || depth === 0) return value;
  if (Array.isArray(value)) return value.map((entry) => withoutNulls(entry, depth - 1));
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null).map(([key, inner]) => [key, withoutNulls(inner, depth - 1)]));
}

function malformed(what: string, found: string, expected: string): TTSError {
  return new TTSError("PROTOCOL", `Reading ${what}: found ${found}; expected ${expected}.`);
}
