import { check } from "../../fail.ts";

/**
 * The messages of Microsoft's speech services. Text: `Name:value` headers, each ended by CRLF, an empty line, a body.
 * Binary: the length of the headers in two bytes (big end first), the headers with their last CRLF, the audio.
 */
export interface SpeechMessage {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly path: string;
  /** Empty where the message carries none. */
  readonly requestId: string;
  readonly body: string;
}

/** What goes before a body; the names as the service writes them. */
export interface SpeechHeaders {
  requestId: string;
  path: string;
  contentType?: string | undefined;
  streamId?: string | undefined;
}

const jsonType = "application/json; charset=utf-8";

/** Reads a text message of a client. Headers may have a space after the colon, and come in any order. */
export function parseSpeechMessage(message: string): SpeechMessage {
  const end = message.indexOf("\r\n\r\n");
  check(end >= 0, "A client of a fake speech service sent a text message without an empty line after its headers; expected `Name:value` lines, each ended by CRLF, an empty line, the body.");
  const headers = new Map<string, string>();
  for (const line of message.slice(0, end).split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, path: (headers.get("path") ?? "").toLowerCase(), requestId: headers.get("x-requestid") ?? "", body: message.slice(end + 4) };
}

/** A text message of the service; `body` as it is. */
export function formatSpeechText(headers: SpeechHeaders, body: string): string {
  return `${headerLines({ contentType: jsonType, ...headers })}\r\n${body}`;
}

/** A binary message of the service. */
export function formatSpeechAudio(headers: SpeechHeaders, audio: Uint8Array): Buffer {
  const lines = Buffer.from(headerLines(headers), "latin1");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(lines.length);
  return Buffer.concat([length, lines, audio]);
}

function headerLines({ requestId, contentType, streamId, path }: SpeechHeaders): string {
  const type = contentType === undefined ? "" : `Content-Type:${contentType}\r\n`;
  const stream = streamId === undefined ? "" : `X-StreamId:${streamId}\r\n`;
  return `X-RequestId:${requestId}\r\n${type}${stream}Path:${path}\r\n`;
}
