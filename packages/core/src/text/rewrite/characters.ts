const WORD = /[\p{L}\p{N}\p{M}]/u;
const SPACE = /\s/u;
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** A letter, a digit or a sign on one; "" is none. */
export function isWordCharacter(character: string): boolean {
  const code = character.charCodeAt(0);
  if (code < 0x80) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
  return WORD.test(character);
}

/** White space of any kind; "" is none. */
export function isSpace(character: string): boolean {
  return SPACE.test(character);
}

/** One of 0 to 9. */
export function isDigit(character: string): boolean {
  const code = character.charCodeAt(0);
  return code >= 48 && code <= 57;
}

/** A letter of a script that puts no spaces between words. */
export function isUnspaced(character: string): boolean {
  return character.charCodeAt(0) > 0xe00 && WIDE.test(character);
}

/** A punctuation mark of ASCII: what Markdown lets a backslash stand before. */
export function isAsciiPunctuation(character: string): boolean {
  return /^[!-/:-@[-`{-~]$/u.test(character);
}

/** The first half of a character that takes two units. */
export function isHighSurrogate(unit: string): boolean {
  const code = unit.charCodeAt(0);
  return code >= 0xd800 && code < 0xdc00;
}
