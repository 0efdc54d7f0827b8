import type { InputStream } from "./io.ts";
import { UsageError } from "./usage-error.ts";

/**
 * What is to be spoken: the words of the command line, or standard input as it arrives (`-`, or nothing when input is piped in).
 *
 * @throws UsageError when there is neither.
 */
export function textSource(words: readonly string[], stdin: InputStream): string | AsyncIterable<string> {
  if (words.length === 1 && words[0] === "-") return decodeText(stdin);
  if (words[0] === "-") throw new UsageError('"-" reads the text from standard input, so no text may stand beside it; to speak a text that begins with a hyphen, put it into one pair of quotes');
  if (words.length > 0) return words.join(" ");
  if (stdin.isTTY !== true) return decodeText(stdin);
  throw new UsageError('there is nothing to speak: give a text, as in `parlando speak "Hello"`, or pipe one in, as in `some-model | parlando speak -`');
}

/** Text out of UTF-8 bytes, which may be cut inside a character. What is no UTF-8 becomes U+FFFD. */
async function* decodeText(stdin: InputStream): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  for await (const piece of stdin) {
    const text = typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
    if (text !== "") yield text;
  }
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}

/** Passes text on and tells how much has passed. */
export async function* countText(text: string | AsyncIterable<string>, onText: (characters: number) => void): AsyncGenerator<string, void, undefined> {
  if (typeof text === "string") {
    onText(text.length);
    yield text;
    return;
  }
  for await (const piece of text) {
    onText(piece.length);
    yield piece;
  }
}
