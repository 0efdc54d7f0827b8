/**
 * IPA to visemes. The values are the 22 ids that Azure Speech documents ("Get facial position with viseme", table "Map
 * phonemes to visemes"), "0" to "21", so that one face works with the embedded voice and with the cloud.
 */
const groups: Readonly<Record<string, string>> = {
  "1": "æ ə ʌ ɐ a ᵻ",
  "2": "ɑ ɒ",
  "3": "ɔ",
  "4": "ɛ ʊ e œ ø ɘ ɤ ɵ",
  "5": "ɝ ɜ ɚ ɞ",
  "6": "j i ɪ ɨ y ʏ ɥ ʲ",
  "7": "w u ʉ ɯ ʍ ɰ",
  "8": "o",
  "9": "aʊ æʊ au",
  "10": "ɔɪ ɔø ɔy ɔi",
  "11": "aɪ ai",
  "12": "h ɦ ħ ʕ ʔ",
  "13": "ɹ r ɾ ʀ ʁ ɻ ɽ",
  "14": "l ɫ ɭ ʎ ʟ ɬ ɮ",
  "15": "s z ɕ ʑ ts dz",
  "16": "ʃ ʒ tʃ dʒ tɕ dʑ ʂ ʐ ç ʝ",
  "17": "ð",
  "18": "f v ʋ ɸ β ɱ ⱱ",
  "19": "t d n θ ɗ ʈ ɖ ɳ ɲ",
  "20": "k ɡ g ŋ x ɣ q χ ɢ ɴ c ɟ ɠ ʛ",
  "21": "p b m ɓ ʙ",
};

const visemes: ReadonlyMap<string, string> = new Map(
  Object.entries(groups).flatMap(([id, symbols]) => symbols.split(" ").map((symbol): [string, string] => [symbol, id])),
);

/** The viseme of silence. */
export const silentViseme = "0";

/**
 * The viseme of one phoneme of the library: the longest beginning of it that the table knows, without stress and
 * diacritics; what is unknown is silence.
 *
 * @param phoneme - IPA, such as `ˈoʊ`.
 */
export function visemeOf(phoneme: string): string {
  const letters = [...phoneme.normalize("NFD").replace(/[\p{M}ˈˌːˑ.\d-]/gu, "")];
  for (let length = Math.min(2, letters.length); length > 0; length -= 1) {
    const viseme = visemes.get(letters.slice(0, length).join(""));
    if (viseme !== undefined) return viseme;
  }
  return silentViseme;
}
