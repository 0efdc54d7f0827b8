import { TTSError } from "@parlando/engine";
import type { ProcessFailure } from "./protocol.ts";

/** What is known about where an error came from. */
export interface FailureContext {
  /** What was being done, as the start of a sentence: "Loading the model". */
  readonly doing: string;
  /** Text that must not be told: an error of a runtime that repeats it is told without its message. */
  readonly spoken?: readonly string[] | undefined;
}

/**
 * Makes plain data of an error, to send it to the app. Errors of Parlando stay what they are; all others become `SERVICE` with the runtime's own words,
 * unless these repeat what was to be spoken.
 */
export function toFailure(error: unknown, { doing, spoken = [] }: FailureContext): ProcessFailure {
  if (TTSError.isInstance(error)) {
    return { code: error.code, message: error.message, retryable: error.retryable, retryAfterMs: error.retryAfterMs, broken: false };
  }
  const words = firstLine(error);
  const repeats = spoken.some((text) => isQuoted(text, words));
  const found = repeats ? "an error whose words are left out, since they repeat the text" : words;
  return { code: "SERVICE", message: `${doing}: the runtime failed with ${found}.`, retryable: undefined, retryAfterMs: undefined, broken: false };
}

/** So many characters that are the same are no chance. */
const quotedCharacters = 12;

/** Whether a message has a text in it, or a piece of one: messages are cut, and runtimes quote what they like of a text. */
function isQuoted(text: string, words: string): boolean {
  if (text.length <= quotedCharacters) return text !== "" && words.includes(text);
  for (let start = 0; start + quotedCharacters <= text.length; start++) if (words.includes(text.slice(start, start + quotedCharacters))) return true;
  return false;
}

/** The error that the app throws for a failure in the model process. */
export function fromFailure({ code, message, retryable, retryAfterMs }: ProcessFailure): TTSError {
  return new TTSError(code, message, { retryable, retryAfterMs });
}

/** The error for work that was called off. */
export function aborted(doing: string): TTSError {
  return new TTSError("ABORTED", `${doing}: it was called off.`);
}

/** The first line of an error's message, in one line of at most 300 characters: what a runtime says before its stack. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const line = text.split(/\r?\n/u).find((part) => part.trim() !== "") ?? "an error without a message";
  return line.length > 300 ? `${line.slice(0, 300)}…` : line.trim();
}
