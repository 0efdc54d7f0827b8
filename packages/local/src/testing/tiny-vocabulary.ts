import type { TinyVocabulary } from "./tiny-weights.ts";

/** What a vocabulary is made of. */
export interface TinyVocabularyOptions {
  /** Default 512; NeuCodec has 65,536. */
  readonly codes?: number | undefined;
  /** Tokens before the first code, filled up with ones that no text becomes. Default: as few as there are; Audar has 151,671. */
  readonly textTokens?: number | undefined;
  /** The token that the files call the end of text. Default `<|im_end|>`, as in Audar. */
  readonly endOfText?: string | undefined;
}

/** Control tokens of a prompt, as in Audar. */
export const promptMarks: readonly string[] = [
  "<|im_end|>",
  "<|REF_SPEECH_START|>",
  "<|REF_SPEECH_END|>",
  "<|TARGET_TEXT_START|>",
  "<|TARGET_TEXT_END|>",
  "<|TARGET_CODES_START|>",
  "<|TARGET_CODES_END|>",
  "<|REF_TEXT_START|>",
  "<|REF_TEXT_END|>",
];

/** The token that ends speech. */
export const stopToken = "<|TARGET_CODES_END|>";

/** Pairs that become one token, most important first; `Ġ` is how byte-level BPE writes a space, `Ċ` a line end. */
const merges: readonly string[] = ["h e", "l l", "he ll", "hell o", "Ġ w", "o r", "Ġw or", "t o", "u s", "us e", "use r", "Ġ t", "Ġt he", "Ø §", "Ù Ħ", "Ø§ ÙĦ", "É Ļ", "Ë Ī"];

/** Makes the names of a model's tokens: the 256 bytes, merged pairs, the prompt's marks, and last the codes. */
export function createTinyVocabulary(options: TinyVocabularyOptions = {}): TinyVocabulary {
  const { codes = 512, endOfText = "<|im_end|>" } = options;
  const tokens = [...byteNames(), ...merges.map((pair) => pair.replace(" ", ""))];
  const textTokens = options.textTokens ?? tokens.length + promptMarks.length;
  if (textTokens < tokens.length + promptMarks.length) throw new RangeError(`A vocabulary has at least ${String(tokens.length + promptMarks.length)} tokens before the codes.`);
  for (let filler = 0; tokens.length < textTokens - promptMarks.length; filler += 1) tokens.push(`unused_${String(filler)}`);
  const firstControl = tokens.length;
  tokens.push(...promptMarks);
  for (let code = 0; code < codes; code += 1) tokens.push(`<|speech_${String(code)}|>`);
  return { tokens, isControl: (id) => id >= firstControl, merges, codes, endOfText };
}

/** The vocabulary without its codes: a model of another kind. */
export function withoutCodes(vocabulary: TinyVocabulary): TinyVocabulary {
  const tokens = vocabulary.tokens.map((token) => token.replace("<|speech_", "<|other_"));
  return { ...vocabulary, tokens };
}

/** How byte-level BPE writes each byte: printable ones as themselves, the others as characters from U+0100 on. */
function byteNames(): string[] {
  const names: string[] = [];
  let next = 256;
  for (let byte = 0; byte < 256; byte += 1) {
    const printable = (byte >= 33 && byte < 127) || (byte >= 161 && byte < 173) || byte >= 174;
    names.push(String.fromCharCode(printable ? byte : next++));
  }
  return names;
}
