import type { TTSError } from "@parlando/engine";
import type { SpeechStream } from "./speech-stream.ts";

const failures = new WeakMap<SpeechStream, (error: TTSError) => void>();

/** Remembers how a stream is ended from within the package: apps can close a stream, but not say why. */
export function rememberFailure(stream: SpeechStream, fail: (error: TTSError) => void): void {
  failures.set(stream, fail);
}

/** Ends a stream with an error that its takers see. */
export function failStream(stream: SpeechStream, error: TTSError): void {
  failures.get(stream)?.(error);
}
