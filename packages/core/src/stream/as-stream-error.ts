import { TTSError } from "@parlando/engine";

/** A failure inside the stream as a typed error: what has no type is a defect of ours. */
export function asStreamError(error: unknown): TTSError {
  if (TTSError.isInstance(error)) return error;
  const name = error instanceof Error ? error.name : typeof error;
  return new TTSError("INTERNAL", `The stream failed inside (${name}). See the error's cause, and please report it.`, { cause: error });
}
