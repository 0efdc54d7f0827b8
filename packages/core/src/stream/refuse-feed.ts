import { BufferError, StreamError, TTSError } from "@parlando/engine";
import type { StreamState } from "./stream-state.ts";

/** What decides whether text is taken. */
export interface FeedFacts {
  readonly state: StreamState;
  /** Why the stream has failed, or is about to, once what was made is handed out. */
  readonly error: TTSError | undefined;
  /** Characters that wait to be sent. */
  readonly waiting: number;
  readonly maxCharacters: number;
}

/** Why `feed(text)` takes nothing; undefined when it takes the text. */
export function refuseFeed(text: unknown, facts: FeedFacts): TTSError | undefined {
  const { state, error, waiting, maxCharacters } = facts;
  if (typeof text !== "string") return new TTSError("INVALID_INPUT", `feed() was given ${text === null ? "null" : `a ${typeof text}`}; it takes a string.`);
  if ((state === "failed" || state === "open") && error !== undefined) return error;
  if (state !== "open") {
    const reason = state === "ending" ? "ending: done() was called" : state;
    return new StreamError("STREAM_CLOSED", `feed() was called on a stream that is ${reason}; its text was not taken. Make a new stream for it.`);
  }
  if (waiting + text.length <= maxCharacters) return undefined;
  if (text.length > maxCharacters) return new BufferError(`feed() was given ${text.length} characters at once; the limit is ${maxCharacters}. None was taken: feed it in parts, waiting for the promise of each, or raise maxCharacters.`, { retryable: false });
  return new BufferError(`feed() was given ${text.length} characters while ${waiting} wait to be sent; the limit is ${maxCharacters}. None was taken: wait for the promise of feed(), or raise maxCharacters.`);
}
