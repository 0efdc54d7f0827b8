import { sniffBytes } from "@parlando/core";
import { TTSError, type AudioFormat } from "@parlando/engine";
import { errorFromAnswer, errorFromResponse, readRequestId, readStart } from "./error-from-response.ts";
import type { HttpBody, HttpResponse } from "./http-types.ts";
import type { ErrorContext } from "./provider-errors.ts";
import { withStart } from "./with-start.ts";

/** What the body of an answer should be. */
export interface AudioBodyContext extends ErrorContext {
  /** What was asked for; it is named in errors. Whether the audio really is that is for core to find out. */
  encoding: AudioFormat["encoding"];
}

/** Printable bytes from the start that make a body text: audio that begins with so many is not to be expected (of noise, one in 10^26). */
const TEXT_BYTES = 64;
const ERROR_BYTES = 8 * 1024;

/**
 * The audio of an answer, once it is sure that it is audio: an error status, or JSON, HTML, an event or plain text in place of audio is
 * thrown. Waits for the first byte that no text has, which in audio is one of the first. The content type does not decide: services leave
 * it out or have it wrong.
 *
 * Bytes come as they were cut on the wire, so a sample may lie across two pieces: core puts them together.
 *
 * @throws TTSError what the status or the body says by the engine's table, else `PROTOCOL`; `NO_AUDIO` for an empty body; while it is
 * read, what `HttpBody` throws.
 */
export async function openAudioBody(response: HttpResponse, context: AudioBodyContext): Promise<HttpBody> {
  const { status, headers, body } = response;
  if (status < 200 || status >= 300) throw await errorFromResponse(response, context);
  const start: Uint8Array[] = [];
  const iterator = body[Symbol.asyncIterator]();
  let length = 0;
  while (length < TEXT_BYTES) {
    const step = await iterator.next();
    if (step.done === true) break;
    if (step.value.length === 0) continue;
    start.push(step.value);
    length += step.value.length;
    if (!isText(step.value)) return withStart(start, iterator, body);
  }
  if (length === 0) {
    throw new TTSError("NO_AUDIO", `${context.doing}: the answer has no audio in it, not one byte. Check that the text has something to speak in the voice's language.`, { engine: context.engine, requestId: readRequestId(headers) });
  }
  throw await textInPlaceOfAudio(start, body, response, context);
}

/** Printable ASCII and white space, and a byte order mark or letters of other scripts behind them. */
function isText(bytes: Uint8Array): boolean {
  const end = Math.min(bytes.length, TEXT_BYTES);
  for (let at = 0; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    const isPrintable = (byte >= 0x20 && byte <= 0x7e) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
    if (!isPrintable) return false;
  }
  return true;
}

async function textInPlaceOfAudio(start: readonly Uint8Array[], body: HttpBody, { status, headers }: HttpResponse, context: AudioBodyContext): Promise<TTSError> {
  const { text } = await readStart(body, ERROR_BYTES, start);
  const json = firstEvent(text);
  const kind = json === undefined ? sniffBytes(new TextEncoder().encode(text.slice(0, 32))) : "an event stream";
  const says = `the service answered with ${kind} where ${context.encoding} audio was expected`;
  return errorFromAnswer({ status, headers, text, json }, context, { code: "PROTOCOL", says });
}

/** The data of the first event, where a body looks like server-sent events. Line by line: a pattern for it all would try for ever on white space. */
function firstEvent(text: string): unknown {
  const first = text.split(/\r\n|\r|\n/, 50).find((line) => !/^(?:$|:|event:|id:|retry:)/.test(line));
  if (first?.startsWith("data:") !== true) return undefined;
  try {
    return JSON.parse(first.slice("data:".length)) as unknown;
  } catch {
    return {};
  }
}
