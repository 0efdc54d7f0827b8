import { Problem } from "../problem/problem.ts";

/** @throws Problem 413 for a text that is longer than one request may bring, in UTF-16 units. */
export function assertLength(text: string, mostCharacters: number, field: string): void {
  if (text.length <= mostCharacters) return;
  throw new Problem(413, "text_too_long", `The text has ${text.length} characters; one request may bring ${mostCharacters}. Send it in parts, or over the WebSocket.`, { field });
}
