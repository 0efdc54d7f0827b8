/**
 * What a UTF-16 unit is for the scanner. Numbers, because they are looked at once for every unit of the text.
 *
 * `mark` is everything that belongs to the unit before it: combining marks, joiners, variation selectors, direction
 * marks and the second half of a surrogate pair. `stop` ends a sentence in scripts whose full stop is used for nothing
 * else. `need` and `end` are no units: more text is needed to see what stands there, or the text is over.
 */
export const CLASS = {
  unknown: 0,
  space: 1,
  newline: 2,
  lower: 3,
  upper: 4,
  /** A letter of a script without capitals, written with spaces. */
  letter: 5,
  digit: 6,
  mark: 7,
  /** Han and kana: no spaces between words. */
  ideograph: 8,
  /** Thai, Lao, Khmer, Burmese: no spaces between words either. */
  unspaced: 9,
  dot: 10,
  ellipsis: 11,
  exclaim: 12,
  stop: 13,
  clause: 14,
  dash: 15,
  open: 16,
  close: 17,
  quote: 18,
  emoji: 19,
  symbol: 20,
  less: 21,
  backtick: 22,
  need: 30,
  end: 31,
} as const;

const unitsOf: readonly (readonly [number, string])[] = [
  [CLASS.newline, "\n\r\u000B\u000C\u0085\u2028\u2029"],
  [CLASS.dot, "."],
  [CLASS.ellipsis, "…⋯‥"],
  [CLASS.exclaim, "!?‼⁇⁈⁉‽⸮\u037E"],
  [CLASS.stop, "。｡．！？।॥؟۔።፧፨။។៕։᠃᠉꓿꘎꘏᭚᭛᭞᭟꧈꧉༎"],
  [CLASS.clause, ",;:،؛、，；：﹐､፣፤፥፦၊၌·՝"],
  [CLASS.dash, "-–—―‐‑‒﹘－"],
  [CLASS.open, "([{（［｛「『【〔〖《〈｢❨⟨༼〝﹁﹃"],
  [CLASS.close, ")]}）］｝」』】〕〗》〉｣❩⟩༽〞〟﹂﹄"],
  [CLASS.quote, "\"'‘’‚‛“”„‟«»‹›＂＇"],
  [CLASS.less, "<"],
  [CLASS.backtick, "`"],
];

/** Decided once for each unit, when it is first met. */
const known = new Uint8Array(0x1_0000);
let isPrepared = false;

function prepare(): void {
  for (const [kind, units] of unitsOf) for (const unit of units) known[unit.charCodeAt(0)] = kind;
  isPrepared = true;
}

function isIdeograph(unit: number): boolean {
  if (unit >= 0x3400 && unit <= 0x9fff) return true;
  if (unit >= 0x3040 && unit <= 0x30ff) return true;
  if (unit >= 0x31f0 && unit <= 0x31ff) return true;
  return (unit >= 0xf900 && unit <= 0xfaff) || (unit >= 0xff66 && unit <= 0xff9f) || unit === 0x3005 || unit === 0x3006 || unit === 0x3007;
}

function isUnspaced(unit: number): boolean {
  return (unit >= 0x0e00 && unit <= 0x0eff) || (unit >= 0x1000 && unit <= 0x109f) || (unit >= 0x1780 && unit <= 0x17ff);
}

/** A pair is known by its first half: CJK extensions, emoji, or letters. */
function classifySurrogate(unit: number): number {
  // Tags of flags and the rarer variation selectors belong to what stands before them as well.
  if (unit >= 0xdc00 || unit === 0xdb40) return CLASS.mark;
  if (unit >= 0xd840 && unit <= 0xd8bf) return CLASS.ideograph;
  return unit >= 0xd83c && unit <= 0xd83e ? CLASS.emoji : CLASS.letter;
}

/** Georgian has capitals in Unicode, but nobody begins a sentence or a name with one. */
function isGeorgian(unit: number): boolean {
  return (unit >= 0x10d0 && unit <= 0x10ff) || (unit >= 0x1c90 && unit <= 0x1cbf) || (unit >= 0x2d00 && unit <= 0x2d2f);
}

function isJoiner(unit: number): boolean {
  return unit === 0x00ad || (unit >= 0x200b && unit <= 0x200f) || (unit >= 0x202a && unit <= 0x202e) || (unit >= 0x2060 && unit <= 0x206f);
}

function classify(unit: number): number {
  if (unit >= 0xd800 && unit <= 0xdfff) return classifySurrogate(unit);
  if (isJoiner(unit)) return CLASS.mark;
  const text = String.fromCharCode(unit);
  if (/\s/.test(text)) return CLASS.space;
  if (/\p{M}/u.test(text)) return CLASS.mark;
  if (isIdeograph(unit)) return CLASS.ideograph;
  if (/\p{N}/u.test(text)) return CLASS.digit;
  if (isUnspaced(unit) && /\p{L}/u.test(text)) return CLASS.unspaced;
  if (isGeorgian(unit) && /\p{L}/u.test(text)) return CLASS.letter;
  if (/\p{Ll}/u.test(text)) return CLASS.lower;
  if (/[\p{Lu}\p{Lt}]/u.test(text)) return CLASS.upper;
  if (/\p{L}/u.test(text)) return CLASS.letter;
  return /\p{Extended_Pictographic}/u.test(text) ? CLASS.emoji : CLASS.symbol;
}

/** The {@link CLASS} of a UTF-16 unit. */
export function classOf(unit: number): number {
  const kind = known[unit];
  if (kind !== undefined && kind !== CLASS.unknown) return kind;
  if (!isPrepared) {
    prepare();
    return classOf(unit);
  }
  const found = classify(unit);
  known[unit] = found;
  return found;
}

/** Whether a unit is a letter, punctuation or a bracket of the scripts of East Asia, as wide as a square. */
export function isWide(unit: number): boolean {
  return (unit >= 0x2e80 && unit <= 0xa4cf) || (unit >= 0xf900 && unit <= 0xfaff) || (unit >= 0xfe30 && unit <= 0xfe4f) || (unit >= 0xff01 && unit <= 0xffef);
}

/** Whether a class can begin or continue a word. */
export function isWordClass(kind: number): boolean {
  return (kind >= CLASS.lower && kind <= CLASS.digit) || kind === CLASS.ideograph || kind === CLASS.unspaced;
}
