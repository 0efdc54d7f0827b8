import { Problem } from "../problem/problem.ts";

/** @throws Problem 400 `empty_text` for a text with nothing but white space in it, 413 for one that is longer than one request may bring, in UTF-16 units. */
export function assertText(text: string, mostCharacters: number, field: string): void {
  if (text.length > mostCharacters) throw new Problem(413, "text_too_long", `The text has ${text.length} characters; one request may bring ${mostCharacters}. Send it in parts, or over the WebSocket.`, { field });
  if (text.trim() === "") throw new Problem(400, "empty_text", `The field ${JSON.stringify(field)} holds nothing but white space. It has to have something to say.`, { field });
}
