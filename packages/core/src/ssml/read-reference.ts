const ENTITIES: ReadonlyMap<string, string> = new Map([["amp", "&"], ["lt", "<"], ["gt", ">"], ["quot", '"'], ["apos", "'"]]);

/** The longest name between `&` and `;` that is read. */
export const LONGEST_REFERENCE = 10;

/** The character of a reference, by what stands between `&` and `;`; undefined where it is none of XML's own five, nor a number of a character. */
export function readReference(name: string): string | undefined {
  const entity = ENTITIES.get(name);
  if (entity !== undefined) return entity;
  const found = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/iu.exec(name);
  if (found === null) return undefined;
  const point = found[1] === undefined ? Number(found[2]) : Number.parseInt(found[1], 16);
  return isCharacter(point) ? String.fromCodePoint(point) : undefined;
}

/** The characters that a document may hold: https://www.w3.org/TR/xml/#charsets */
function isCharacter(point: number): boolean {
  if (point < 0x20) return point === 0x09 || point === 0x0a || point === 0x0d;
  return point <= 0xd7ff || (point >= 0xe000 && point <= 0xfffd) || (point >= 0x10000 && point <= 0x10ffff);
}
