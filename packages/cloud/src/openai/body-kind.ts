import type { HttpBody } from "../transport/http-types.ts";
import { withStart } from "../transport/with-start.ts";
import { joinBytes } from "./join-bytes.ts";

/** Bytes that tell events from audio. */
const LOOKED_AT = 16;

/** A body that was looked into, whole again. */
export interface SeenBody {
  readonly isEvents: boolean;
  readonly body: HttpBody;
}

/**
 * Looks whether a body is a stream of events: by its first bytes, since servers answer with events or with bytes whatever was asked for, and
 * have the content type wrong. Audio is given on with its first piece, unless that is shorter than {@link LOOKED_AT} bytes.
 */
export async function lookIntoBody(body: HttpBody): Promise<SeenBody> {
  const iterator = body[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let first: Uint8Array = new Uint8Array(0);
  let isEvents: boolean | undefined;
  while (isEvents === undefined) {
    const step = await iterator.next();
    if (step.done !== true) {
      seen.push(step.value);
      first = joinBytes(first, step.value);
    }
    isEvents = looksLikeEvents(first, step.done === true);
  }
  return { isEvents, body: withStart(seen, iterator, body) };
}

function looksLikeEvents(bytes: Uint8Array, isEnded: boolean): boolean | undefined {
  const start = bytes.subarray(0, LOOKED_AT);
  if (start.some(isNoText)) return false;
  if (start.length < LOOKED_AT && !isEnded) return undefined;
  return /^(?:\xef\xbb\xbf)?[\r\n]*(?:(?:data|event|id|retry)(?:[:\r\n]|$)|:)/.test(String.fromCharCode(...start));
}

/** A byte that UTF-8 text has nowhere. In audio one of the first is of that kind. */
function isNoText(byte: number): boolean {
  return (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || byte === 0x7f || byte === 0xc0 || byte === 0xc1 || byte >= 0xf5;
}
