import type { PreparedText } from "./text-front-end.ts";

/** What stands between these signs may be the name of a control token: whoever is spoken must not write prompts. */
const controlToken = /<\|[^\s|<>]{1,64}\|>/gu;
/** Control characters, halves of surrogate pairs, and white space of any kind and length. */
const blank = /[\p{Cc}\p{Cs}\s]+/gu;

/**
 * Takes names of control tokens out, with a warning. Before a text is cut into parts: half of a name would not be known for one.
 *
 * @param text - Any text.
 */
export function removeControlTokens(text: string): PreparedText {
  const spoken = text.replaceAll(controlToken, " ");
  if (spoken === text) return { text, warnings: [] };
  return { text: spoken, warnings: [{ code: "CONTROL_TOKENS_REMOVED", message: "The text has names of the model's control tokens in it (<|…|>); they are not spoken." }] };
}

/** Takes out what is no text: names of control tokens (with a warning), control characters, halves of pairs. White space becomes one space. */
export function cleanText(text: string): PreparedText {
  const { text: spoken, warnings } = removeControlTokens(text);
  return { text: spoken.replaceAll(blank, " ").trim(), warnings };
}

/** Whether there is something to say: a letter or a digit of any script. */
export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
