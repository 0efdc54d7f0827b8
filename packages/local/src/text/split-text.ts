/** Ends of sentences, in Latin, Arabic and full-width letters; the space behind belongs to none of the parts. */
// A match begins only where white space begins, and looks back at few signs: else thousands of spaces or quotes would take a second.
const sentenceEnd = /(?=\s)(?<!\s)(?:(?<=[.!?…؟۔。！？]["'»”’)\]]{0,8})\s+|\s*\n\s*)/u;
const clauseEnd = /(?<=[,;:،؛、—])\s+/u;
const wordEnd = /\s+/u;

/**
 * Cuts a text into parts that a model takes at once: at ends of sentences, where these are too long at ends of clauses, then between words, and in a
 * word only where nothing else is left. Arabic punctuation counts like any other (upstream's own rule knows only `.!?` and `,;:`).
 *
 * @param text - Any text.
 * @param longest - UTF-16 units of a part, at least 2.
 * @returns Parts of at most that length, each as long as can be, that hold everything but the white space between them; none for a blank text.
 */
export function splitText(text: string, longest: number): readonly string[] {
  const whole = text.trim();
  if (whole === "") return [];
  return whole.length <= longest ? [whole] : pack(pieces(whole, longest, [sentenceEnd, clauseEnd, wordEnd]), longest);
}

function pieces(text: string, longest: number, [end, ...finer]: readonly RegExp[]): readonly string[] {
  if (text.length <= longest) return [text];
  if (end === undefined) return cutAnywhere(text, longest);
  // A finer cut is packed by itself first: its parts then follow the borders of the coarser one.
  return text.split(end).filter((part) => part !== "").flatMap((part) => (part.length <= longest ? [part] : pack(pieces(part, longest, finer), longest)));
}

/** Joins neighbours by a space while they are short enough together. */
function pack(parts: readonly string[], longest: number): readonly string[] {
  const packed: string[] = [];
  for (const part of parts) {
    const last = packed.at(-1);
    if (last !== undefined && last.length + 1 + part.length <= longest) packed[packed.length - 1] = `${last} ${part}`;
    else packed.push(part);
  }
  return packed;
}

function cutAnywhere(text: string, longest: number): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (const character of text) {
    if (part.length + character.length > longest) {
      parts.push(part);
      part = "";
    }
    part += character;
  }
  return [...parts, part];
}
