import { TTSError } from "@parlando/engine";

/** An error as data. */
export interface ShownError {
  /** "no TTSError" where it is none. */
  readonly code: string;
  readonly message: string;
}

/** What a test wants to know of an error. */
export function shownError(error: unknown): ShownError {
  return { code: TTSError.isInstance(error) ? error.code : "no TTSError", message: error instanceof Error ? error.message : "no Error" };
}
