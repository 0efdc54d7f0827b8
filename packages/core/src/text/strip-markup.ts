import type { MappedText } from "./mapped-text.ts";

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** Longer than any entity that is read here. */
const LONGEST_ENTITY = 10;

/** The words of an SSML document without its tags, with the way back: for engines that take plain text only. */
export function stripMarkup(document: string): MappedText {
  const sources: number[] = [];
  let text = "";
  const add = (letters: string, source: number): void => {
    for (let index = 0; index < letters.length; index += 1) sources.push(source);
    text += letters;
  };
  for (let index = 0; index < document.length;) {
    const letter = document[index] ?? "";
    const end = letter === "<" ? document.indexOf(">", index) : -1;
    const entity = letter === "&" ? readEntity(document, index) : undefined;
    if (end >= 0) {
      // A tag may stand between two words.
      if (text !== "" && !text.endsWith(" ")) add(" ", index);
      index = end + 1;
    } else if (entity !== undefined) {
      add(entity.letters, index);
      index = entity.end;
    } else {
      add(letter, index);
      index += 1;
    }
  }
  return { text, sourceAt: (index) => sources[index] ?? document.length };
}

/** The entity of XML that begins at `start`. */
export function readEntity(document: string, start: number): { letters: string; end: number } | undefined {
  const end = document.indexOf(";", start);
  if (end < 0 || end - start > LONGEST_ENTITY) return undefined;
  const name = document.slice(start + 1, end);
  const letters = ENTITIES[name] ?? readCharacterReference(name);
  return letters === undefined ? undefined : { letters, end: end + 1 };
}

function readCharacterReference(name: string): string | undefined {
  const found = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/iu.exec(name);
  if (found === null) return undefined;
  const point = found[1] === undefined ? Number(found[2]) : Number.parseInt(found[1], 16);
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
}
