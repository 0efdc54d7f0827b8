/** What is documented about an error code. */
export interface ErrorCodeEntry {
  /** What has happened. */
  readonly meaning: string;
  /** What the reader of the error can do. */
  readonly remedy: string;
  /** Whether trying the same again can help, where the error itself does not say otherwise. */
  readonly retryable: boolean;
}

/** Every code that an error of Parlando can have. Codes are stable; messages are not. {@link errorCodes} documents each. */
export type ErrorCode =
  | "AUTHENTICATION" | "PERMISSION" | "QUOTA_EXCEEDED" | "RATE_LIMITED" | "CONCURRENCY_LIMIT"
  | "INVALID_INPUT" | "INVALID_CONFIG" | "UNSUPPORTED" | "VOICE_NOT_FOUND" | "TEXT_TOO_LONG"
  | "CONNECTION" | "TIMEOUT" | "PROTOCOL" | "TRUNCATED" | "NO_AUDIO" | "BAD_AUDIO" | "SERVICE"
  | "ENGINE_NOT_FOUND" | "ENGINE_UNAVAILABLE" | "MODEL_NOT_FOUND" | "DEVICE_UNAVAILABLE" | "NO_AUDIO_DEVICE"
  | "STREAM_CLOSED" | "BUFFER_FULL" | "NO_CONSUMER" | "SECOND_CONSUMER" | "CONSUMER_FAILED" | "ABORTED" | "INTERNAL";

const entry = (meaning: string, remedy: string, retryable = false): ErrorCodeEntry => ({ meaning, remedy, retryable });

/**
 * Every error code, what it means and what to do about it: the one list that the docs print.
 *
 * @example
 * ```ts
 * if (TTSError.isInstance(error)) showHelp(errorCodes[error.code].remedy);
 * ```
 */
export const errorCodes: Readonly<Record<ErrorCode, ErrorCodeEntry>> = {
  AUTHENTICATION: entry("The provider does not accept the credentials.", "Check the key, its region and its expiry; `tts.checkCredentials()` tells which one is refused."),
  PERMISSION: entry("The credentials are known but may not do this.", "Give the account the permission that the message names, or choose another voice or model."),
  QUOTA_EXCEEDED: entry("The account's allowance is used up.", "Raise the plan or wait for the next period; trying again does not help before that."),
  RATE_LIMITED: entry("Too many requests in too short a time.", "Wait for `retryAfterMs`, where it is given; core already waits and tries again a bounded number of times.", true),
  CONCURRENCY_LIMIT: entry("Too many requests at once for the account.", "Lower the engine's concurrency limit, or wait until another stream is finished.", true),
  INVALID_INPUT: entry("A call was given something it cannot work with.", "Correct the argument that the message names."),
  INVALID_CONFIG: entry("The config has a wrong value, type or name.", "Correct the field that the message names; it tells what was given and what is allowed."),
  UNSUPPORTED: entry("This engine, voice, format or platform cannot do what was asked.", "Ask for something that its capabilities list, or choose another engine."),
  VOICE_NOT_FOUND: entry("The engine has no such voice.", "Choose one from `tts.voices()` or `parlando voices`."),
  TEXT_TOO_LONG: entry("One piece of text is longer than the engine takes, and cannot be cut.", "Feed shorter text; of SSML, with fewer tags open at once."),
  CONNECTION: entry("The connection could not be made, or broke.", "Check the network and the address in the message; core already tries again where nothing was lost.", true),
  TIMEOUT: entry("What was waited for did not come within the time allowed.", "Try again, or raise the time-out that the message names.", true),
  PROTOCOL: entry("The other side sent something that its protocol does not allow.", "Try again; if it stays, report it with the request id."),
  TRUNCATED: entry("The audio ended before it was complete.", "Try again; what was delivered so far is real.", true),
  NO_AUDIO: entry("The request ended well but without any audio.", "Check that the text has something to speak in the voice's language."),
  BAD_AUDIO: entry("The audio cannot be read: it is not what it was announced to be.", "Ask for another format, or report it with the request id."),
  SERVICE: entry("The provider failed on its side.", "Try again later, or name a second engine to fail over to.", true),
  ENGINE_NOT_FOUND: entry("No engine has that name.", "Choose one that `parlando engines` lists."),
  ENGINE_UNAVAILABLE: entry("The engine is known but cannot run here.", "Install the package or set what the message names."),
  MODEL_NOT_FOUND: entry("A model file that the engine needs is missing.", "Put the file where the message says, under the name that it gives."),
  DEVICE_UNAVAILABLE: entry("The computing device that was asked for is not there.", "Choose another device, or `auto`."),
  NO_AUDIO_DEVICE: entry("There is no sound device, or nothing that can play through it.", "Take the audio with `onChunk`, a sink or a file, or follow what `parlando doctor` says."),
  STREAM_CLOSED: entry("The stream has ended, so it takes no more text and hands out no more audio.", "Make a new stream with `createStream()`."),
  BUFFER_FULL: entry("More text was fed than the stream may hold; none of the refused text was taken.", "Wait for the promise of `feed()` before feeding more, or raise `maxCharacters`.", true),
  NO_CONSUMER: entry("Audio is ready, but nobody takes it.", "Give `onChunk` or a `sink`, iterate over the stream, or install `@parlando/speaker`."),
  SECOND_CONSUMER: entry("The stream already has a taker.", "Take the audio in one way only; `on(\"chunk\")` may watch beside it."),
  CONSUMER_FAILED: entry("The taker of the audio failed, which ended the stream.", "See the error's `cause`."),
  ABORTED: entry("The work was called off.", "Nothing: it was asked for."),
  INTERNAL: entry("Parlando has a defect.", "Report it with the message and the stack; neither contains what was spoken."),
};
