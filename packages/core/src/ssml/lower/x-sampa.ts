/**
 * Symbols of the International Phonetic Alphabet in X-SAMPA (https://www.phon.ucl.ac.uk/home/sampa/x-sampa.htm). Each stands for
 * one sound in both, so that both ways are safe.
 */
const PAIRS: readonly (readonly [ipa: string, xSampa: string])[] = [
  ["a", "a"], ["b", "b"], ["ɓ", "b_<"], ["c", "c"], ["d", "d"], ["ɖ", "d`"], ["ɗ", "d_<"], ["e", "e"], ["f", "f"], ["ɡ", "g"], ["ɠ", "g_<"], ["h", "h"], ["ɦ", "h\\"],
  ["i", "i"], ["j", "j"], ["ʝ", "j\\"], ["k", "k"], ["l", "l"], ["ɭ", "l`"], ["ɺ", "l\\"], ["m", "m"], ["n", "n"], ["ɳ", "n`"], ["o", "o"], ["p", "p"], ["ɸ", "p\\"], ["q", "q"],
  ["r", "r"], ["ɽ", "r`"], ["ɹ", "r\\"], ["ɻ", "r\\`"], ["s", "s"], ["ʂ", "s`"], ["ɕ", "s\\"], ["t", "t"], ["ʈ", "t`"], ["u", "u"], ["v", "v"], ["ʋ", "v\\"], ["w", "w"],
  ["x", "x"], ["ɧ", "x\\"], ["y", "y"], ["z", "z"], ["ʐ", "z`"], ["ʑ", "z\\"], ["ɑ", "A"], ["β", "B"], ["ʙ", "B\\"], ["ç", "C"], ["ð", "D"], ["ɛ", "E"], ["ɱ", "F"], ["ɣ", "G"],
  ["ɢ", "G\\"], ["ʛ", "G\\_<"], ["ɥ", "H"], ["ʜ", "H\\"], ["ɪ", "I"], ["ᵻ", "I\\"], ["ɲ", "J"], ["ɟ", "J\\"], ["ʄ", "J\\_<"], ["ɬ", "K"], ["ɮ", "K\\"], ["ʎ", "L"], ["ʟ", "L\\"],
  ["ɯ", "M"], ["ɰ", "M\\"], ["ŋ", "N"], ["ɴ", "N\\"], ["ɔ", "O"], ["ʘ", "O\\"], ["ɒ", "Q"], ["ʁ", "R"], ["ʀ", "R\\"], ["ʃ", "S"], ["θ", "T"], ["ʊ", "U"], ["ᵿ", "U\\"], ["ʌ", "V"],
  ["ʍ", "W"], ["χ", "X"], ["ħ", "X\\"], ["ʏ", "Y"], ["ʒ", "Z"], ["ə", "@"], ["ɘ", "@\\"], ["ø", "2"], ["ɜ", "3"], ["ɞ", "3\\"], ["ɾ", "4"], ["ɫ", "5"], ["ɐ", "6"], ["ɤ", "7"],
  ["ɵ", "8"], ["œ", "9"], ["ɶ", "&"], ["æ", "{"], ["ʉ", "}"], ["ɨ", "1"], ["ʔ", "?"], ["ʕ", "?\\"], ["ʢ", "<\\"], ["ʡ", ">\\"], ["ɚ", "@`"], ["ɝ", "3`"],
  ["ˈ", "\""], ["ˌ", "%"], ["ː", ":"], ["ˑ", ":\\"], [".", "."], [" ", " "], ["ʰ", "_h"], ["ʷ", "_w"], ["ʲ", "_j"], ["ˠ", "_G"], ["ˤ", "_?\\"],
  ["\u0303", "~"], ["\u0325", "_0"], ["\u032c", "_v"], ["\u0329", "="], ["\u032a", "_d"],
];
const TO_X_SAMPA: ReadonlyMap<string, string> = new Map([...PAIRS, ["g", "g"] as const]);
const TO_IPA: ReadonlyMap<string, string> = new Map(PAIRS.map(([ipa, xSampa]) => [xSampa, ipa]));
const LONGEST_SYMBOL = 4;
/** Ties two symbols to one sound, which X-SAMPA writes without a sign. */
const TIES = /[\u035c\u0361]/gu;
/** Signs that change the symbol before them: one that is not known would change the sound. */
const CHANGES_SYMBOL = /^[_\\`]/u;

/** A pronunciation in X-SAMPA; undefined where one of its symbols has none. */
export function toXSampa(ipa: string): string | undefined {
  let written = "";
  for (const symbol of ipa.normalize("NFD").replaceAll("c\u0327", "ç").replaceAll(TIES, "")) {
    const found = TO_X_SAMPA.get(symbol);
    if (found === undefined) return undefined;
    written += found;
  }
  return written;
}

/** A pronunciation in the International Phonetic Alphabet; undefined where one of its symbols is not known. */
export function toIpa(xSampa: string): string | undefined {
  let written = "";
  for (let index = 0; index < xSampa.length;) {
    const symbol = longestSymbol(xSampa, index);
    if (symbol === undefined) return undefined;
    written += TO_IPA.get(symbol) ?? "";
    index += symbol.length;
    // A sign that belongs to the symbol but was not read with it.
    if (CHANGES_SYMBOL.test(xSampa.slice(index)) && longestSymbol(xSampa, index) === undefined) return undefined;
  }
  return written;
}

function longestSymbol(xSampa: string, index: number): string | undefined {
  for (let length = LONGEST_SYMBOL; length > 0; length -= 1) {
    const symbol = xSampa.slice(index, index + length);
    if (symbol.length === length && TO_IPA.has(symbol)) return symbol;
  }
  return undefined;
}
