import { TTSError, type TTSErrorOptions } from "./tts-error.ts";

/** The stream is not in a state for the call: `STREAM_CLOSED`, `NO_CONSUMER` or `SECOND_CONSUMER`. */
export class StreamError extends TTSError {
  override readonly name: string = "StreamError";

  constructor(code: "STREAM_CLOSED" | "NO_CONSUMER" | "SECOND_CONSUMER", message: string, options?: TTSErrorOptions) {
    super(code, message, options);
  }
}

/** More text than the stream may hold (`BUFFER_FULL`); none of the refused text was taken. */
export class BufferError extends TTSError {
  override readonly name: string = "BufferError";

  constructor(message: string, options?: TTSErrorOptions) {
    super("BUFFER_FULL", message, options);
  }
}
