import { protocolError } from "./edge-errors.ts";
import { cleanText, escapeAttribute, escapeText, unescapeText } from "./edge-text.ts";

/** A word as the service tells it: the times in milliseconds from the beginning of its request's audio. */
export interface Boundary {
  readonly text: string;
  readonly timeMs: number;
  readonly durationMs: number;
}

/** What a message of a request's answer says; undefined for what is not about it, or of no use. */
export type TurnMessage = { readonly kind: "audio"; readonly bytes: Uint8Array } | { readonly kind: "words"; readonly words: readonly Boundary[] } | { readonly kind: "end" } | undefined;

/** Reads the messages that answer one request. */
export interface TurnReader {
  /** @throws TTSError `PROTOCOL` for a message that cannot be read. */
  read(message: string | Uint8Array): TurnMessage;
}

/** How a text is to be spoken. */
export interface Speech {
  readonly text: string;
  readonly voice: string;
  readonly language: string;
  /** As SSML writes them: "+10%", "-2st". */
  readonly rate: string;
  readonly pitch: string;
  readonly volume: string;
}

/** The message that goes before the request: what is to come. */
export function configMessage({ bitrate, words }: { bitrate: 48 | 96; words: boolean }, nowMs: number): string {
  const metadataoptions = { sentenceBoundaryEnabled: "false", wordBoundaryEnabled: String(words) };
  const config = { context: { synthesis: { audio: { metadataoptions, outputFormat: `audio-24khz-${bitrate}kbitrate-mono-mp3` } } } };
  return `X-Timestamp:${timestamp(nowMs)}\r\nContent-Type:application/json; charset=utf-8\r\nPath:speech.config\r\n\r\n${JSON.stringify(config)}\r\n`;
}

/** The message that asks for speech. The `Z` behind the time is the browser's. */
export function speechMessage(requestId: string, speech: Speech, nowMs: number): string {
  return `X-RequestId:${requestId}\r\nContent-Type:application/ssml+xml\r\nX-Timestamp:${timestamp(nowMs)}Z\r\nPath:ssml\r\n\r\n${speechMarkup(speech)}`;
}

/** One voice and one prosody around plain text: the service takes nothing else. */
export function speechMarkup({ text, voice, language, rate, pitch, volume }: Speech): string {
  return (
    `<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='${escapeAttribute(language)}'><voice name='${escapeAttribute(voice)}'>` +
    `<prosody pitch='${pitch}' rate='${rate}' volume='${volume}'>${escapeText(cleanText(text))}</prosody></voice></speak>`
  );
}

/** A date as JavaScript writes it in UTC, whatever the machine's zone and language: `Fri Nov 20 2026 09:22:48 GMT+0000 (Coordinated Universal Time)`. */
export function timestamp(nowMs: number): string {
  const [weekday = "", day = "", month = "", year = "", time = ""] = new Date(nowMs).toUTCString().replace(",", "").split(" ");
  return `${weekday} ${month} ${day} ${year} ${time} GMT+0000 (Coordinated Universal Time)`;
}

/** Reads the messages that answer the request of an id. Other requests' messages, other streams' audio and kinds not known yet are passed over. */
export function createTurnReader(requestId: string): TurnReader {
  let streamId: string | undefined;
  let audioBlock = "";
  let audioHeaders: ReadonlyMap<string, string> = new Map();

  function isOurs(headers: ReadonlyMap<string, string>): boolean {
    const id = headers.get("x-requestid");
    return id === undefined || id.toLowerCase() === requestId;
  }

  function readText(message: string): TurnMessage {
    const end = message.indexOf("\r\n\r\n");
    if (end < 0) throw protocolError("a text message without headers came.");
    const headers = readHeaders(message.slice(0, end));
    const body = message.slice(end + 4);
    if (!isOurs(headers)) return undefined;
    switch (headers.get("path")?.toLowerCase()) {
      case "turn.end":
        return { kind: "end" };
      case "response":
        streamId = readStreamId(readJson(body));
        return undefined;
      case "audio.metadata":
        return { kind: "words", words: readWords(readJson(body)) };
      default:
        return undefined;
    }
  }

  /** Each piece of a turn's audio has the same. */
  function readAudioHeaders(block: string): ReadonlyMap<string, string> {
    if (block !== audioBlock) audioHeaders = readHeaders(block);
    audioBlock = block;
    return audioHeaders;
  }

  function readBinary(message: Uint8Array): TurnMessage {
    const start = 2 + (((message[0] ?? 0) << 8) | (message[1] ?? 0));
    if (message.length < 2 || start > message.length) throw protocolError("a binary message whose headers are longer than itself came.");
    const headers = readAudioHeaders(latin1(message, 2, start));
    const stream = headers.get("x-streamid");
    const isOther = streamId !== undefined && stream !== undefined && stream !== streamId;
    if (!isOurs(headers) || isOther || headers.get("path")?.toLowerCase() !== "audio" || start === message.length) return undefined;
    return { kind: "audio", bytes: message.subarray(start) };
  }

  return { read: (message) => (typeof message === "string" ? readText(message) : readBinary(message)) };
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(to - from, 4096)).toString("latin1");
}

/** `Name:value` lines, the names in lower case. */
function readHeaders(block: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of block.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw protocolError("a message whose JSON cannot be read came.");
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function readStreamId(body: unknown): string | undefined {
  const id = field(field(body, "audio"), "streamId");
  return typeof id === "string" ? id : undefined;
}

/** Ticks of 100 ns. */
const TICKS_PER_MS = 10_000;

/** The words among the entries; sentences and kinds not known yet are passed over. */
function readWords(body: unknown): readonly Boundary[] {
  const entries = field(body, "Metadata");
  if (!Array.isArray(entries)) throw protocolError("a message about marks without a list of them came.");
  return (entries as readonly unknown[]).filter((entry) => field(entry, "Type") === "WordBoundary").map(readWord);
}

function readWord(entry: unknown): Boundary {
  const data = field(entry, "Data");
  const offset = field(data, "Offset");
  const duration = field(data, "Duration") ?? 0;
  const text = field(field(data, "text"), "Text");
  if (!isTicks(offset) || !isTicks(duration) || typeof text !== "string") throw protocolError("a word without its text or time came.");
  return { text: unescapeText(text), timeMs: offset / TICKS_PER_MS, durationMs: duration / TICKS_PER_MS };
}

function isTicks(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
