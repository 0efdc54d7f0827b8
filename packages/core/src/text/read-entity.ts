const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** Longer than any entity that is read here. */
const LONGEST_ENTITY = 10;

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
