import { TTSError } from "@parlando/engine";

/** What a component shows of whatever went wrong. */
export function toSpeechError(error: unknown): TTSError {
  return TTSError.isInstance(error) ? error : new TTSError("INTERNAL", "Speaking in the page failed with an error that is not Parlando's; see its cause.", { cause: error });
}
