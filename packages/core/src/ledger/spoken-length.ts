import { numberMs } from "./number-length.ts";

/**
 * How long letters are in speech at a common pace, in milliseconds. Only their proportions matter: what comes out is spread over the
 * audio that there is. Fitted by least squares to the native word times of an embedded synthesiser in eight languages
 * (`bench/word-marks.bench.mjs` measures what it is worth), then rounded and checked against what phonetics says of each script.
 */
const MS = {
  word: 15,
  vowel: 70,
  nextVowel: 40,
  consonant: 58,
  doubled: 10,
  letterName: 165,
  shortened: 360,
  han: 230,
  kana: 120,
  hangul: 190,
  syllabic: 150,
  arabic: 88,
  arabicMark: 10,
  hebrew: 95,
  aksharaConsonant: 105,
  aksharaVowel: 20,
  aksharaStop: -45,
  aksharaOpen: 75,
  aksharaNasal: 32,
  aksharaWord: 40,
  unspaced: 85,
  letter: 80,
  emoji: 600,
  symbol: 380,
  joint: 220,
} as const;

const VOWELS = new Set("aeiouyœæøıəαεηιουωаеёиоуыэюяіїєўაეიოუաեէըիոօ");
const SILENT = new Set("ьъʼ'’");
const SPOKEN_SYMBOLS = new Set("%$€£¥₹&@+=#°©®™×÷§±");
const NAMED_JOINTS = new Set("./:\\_@");
const SMALL_KANA = new Set("ぁぃぅぇぉゃゅょゎァィゥェォャュョヮ");
const MOST_CAPITALS = 5;

/** What surrounds a word and changes how it is read. */
export interface SpokenWordContext {
  /** The text around it has small letters too, so that a word in capitals is an abbreviation. */
  readonly mixedCase: boolean;
}

/** Words that were measured, and those in capitals apart. A text says most of its words more than once; full, both begin anew. */
const measured = { mixedCase: new Map<string, number>(), capitals: new Map<string, number>() };
const MOST_MEASURED = 4_096;
/** Longer ones come again seldom, and as a part of a text they would keep all of it. */
const LONGEST_MEASURED = 12;

/** How long a word is in speech at a common pace, in milliseconds; above zero. */
export function spokenMs(word: string, context: SpokenWordContext): number {
  if (word.length > LONGEST_MEASURED) return measure(word, context);
  const known = context.mixedCase ? measured.mixedCase : measured.capitals;
  let ms = known.get(word);
  if (ms === undefined) {
    ms = measure(word, context);
    if (known.size >= MOST_MEASURED) known.clear();
    known.set(word, ms);
  }
  return ms;
}

function measure(word: string, context: SpokenWordContext): number {
  const spelled = context.mixedCase && isSpelled(word);
  let total: number = MS.word;
  let rest = word.replaceAll(/\p{Nd}(?:[\p{Nd}.,\u066b\u066c]*\p{Nd})?/gu, (number) => {
    total += numberMs(number);
    return " ";
  });
  if (spelled) {
    total += MS.letterName * (rest.match(/\p{Lu}/gu)?.length ?? 0);
    rest = rest.replaceAll(/\p{Lu}/gu, "");
  }
  // "Mr", "Dr", "km": read as the word that they stand for.
  if (/^[\p{Script=Latin}\p{Script=Cyrillic}]{2,4}$/u.test(rest) && !spelled && ![...rest].some((letter) => isVowel(letter.toLowerCase()))) return MS.shortened;
  let before = "";
  const letters = [...rest.normalize("NFC")];
  letters.forEach((letter, index) => {
    total += letterMs(letter, before, letters[index + 1]);
    before = letter;
  });
  return Math.max(MS.word, total);
}

/** Capitals are read letter by letter when there are few of them, or when they have no vowel. */
function isSpelled(word: string): boolean {
  const capitals = word.replaceAll(/[^\p{L}]/gu, "");
  if (!/^\p{Lu}{2,}s?$/u.test(capitals)) return false;
  const hasVowel = [...capitals.toLowerCase()].some((letter) => isVowel(letter));
  return capitals.length <= 3 || (!hasVowel && capitals.length <= MOST_CAPITALS + 1);
}

function letterMs(letter: string, before: string, after: string | undefined): number {
  const point = letter.codePointAt(0) ?? 0;
  if (point < 0x0590) return alphabetMs(letter.toLowerCase(), before.toLowerCase(), after);
  if (point < 0x0600) return /\p{L}/u.test(letter) ? MS.hebrew : MS.arabicMark;
  if (point < 0x0900 || (point >= 0xfb50 && point <= 0xfeff)) return arabicMs(letter);
  if (point < 0x0e00) return aksharaMs((point - 0x0900) % 0x80, after);
  if (isHan(point)) return MS.han;
  if (point >= 0x3040 && point <= 0x30ff) return SMALL_KANA.has(letter) ? MS.nextVowel : MS.kana;
  if (point >= 0xac00 && point <= 0xd7a3) return MS.hangul;
  if (/\p{Extended_Pictographic}/u.test(letter)) return before === "\u200d" ? 0 : MS.emoji;
  if (/\p{M}/u.test(letter)) return point < 0x1100 || (point >= 0x1780 && point < 0x1800) ? MS.nextVowel : 0;
  if (point < 0x1100 || (point >= 0x1780 && point < 0x1800)) return isGeorgian(point) ? alphabetMs(letter.toLowerCase(), before, after) : MS.unspaced;
  if (point >= 0x1200 && point < 0x1400) return MS.syllabic;
  if (!/\p{L}/u.test(letter)) return SPOKEN_SYMBOLS.has(letter) || /\p{Sc}/u.test(letter) ? MS.symbol : 0;
  return point < 0x2e00 ? alphabetMs(letter.toLowerCase(), before, after) : MS.letter;
}

function alphabetMs(letter: string, before: string, after: string | undefined): number {
  if (SILENT.has(letter)) return 0;
  if (isVowel(letter)) return isVowel(before) ? MS.nextVowel : MS.vowel;
  if (/\p{L}/u.test(letter)) return letter === before ? MS.doubled : MS.consonant;
  if (SPOKEN_SYMBOLS.has(letter)) return MS.symbol;
  // A full stop inside a name of a file or a site is read, one at the end of an abbreviation is not.
  return NAMED_JOINTS.has(letter) && after !== undefined && /[\p{L} ]/u.test(after) && before !== "" ? MS.joint : 0;
}

function isVowel(letter: string): boolean {
  if (VOWELS.has(letter)) return true;
  return letter !== "" && letter.charCodeAt(0) > 0x7f && VOWELS.has((letter.normalize("NFD")[0] ?? "").toLowerCase());
}

function arabicMs(letter: string): number {
  return /\p{M}/u.test(letter) ? MS.arabicMark : /\p{L}/u.test(letter) ? MS.arabic : 0;
}

/** The scripts of India share one layout. A consonant has a vowel of its own, which is dropped at the end of a word. */
function aksharaMs(place: number, after: string | undefined): number {
  if (place >= 0x15 && place <= 0x39) return MS.aksharaConsonant + (after === undefined ? MS.aksharaStop : 0);
  if (place === 0x4d) return MS.aksharaStop;
  if (place >= 0x3e && place <= 0x4c) return MS.aksharaVowel;
  if (place >= 0x04 && place <= 0x14) return MS.aksharaOpen;
  if (place <= 0x03) return MS.aksharaNasal;
  return place >= 0x58 && place <= 0x61 ? MS.aksharaConsonant : 0;
}

function isGeorgian(point: number): boolean {
  return point >= 0x10a0 && point < 0x1100;
}

/** Han, also beyond the basic plane. */
function isHan(point: number): boolean {
  return (point >= 0x3400 && point <= 0x9fff) || (point >= 0xf900 && point <= 0xfaff) || (point >= 0x20000 && point <= 0x3ffff) || point === 0x3005 || point === 0x3007;
}
