import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TinyVocabulary } from "./tiny-weights.ts";

/** How Qwen2 cuts text before it looks for pairs. */
const cuts = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/** Writes `tokenizer.json` and `tokenizer_config.json` into a folder, with the same tokens as the GGUF of the same vocabulary. Gives the path of the first. */
export async function writeTokenizer(folder: string, vocabulary: TinyVocabulary): Promise<string> {
  const path = join(folder, "tokenizer.json");
  await writeFile(path, JSON.stringify(tokenizerJson(vocabulary)));
  await writeFile(join(folder, "tokenizer_config.json"), JSON.stringify(tokenizerConfig(vocabulary)));
  return path;
}

/** What stands in `tokenizer.json`: byte-level BPE, control tokens added. */
export function tokenizerJson(vocabulary: TinyVocabulary): Readonly<Record<string, unknown>> {
  const ids = vocabulary.tokens.map((token, id) => ({ token, id }));
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: false };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: ids.filter(({ id }) => vocabulary.isControl(id)).map(({ token, id }) => ({ id, content: token, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
    normalizer: { type: "NFC" },
    pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "Split", pattern: { Regex: cuts }, behavior: "Isolated", invert: false }, byteLevel] },
    post_processor: byteLevel,
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(ids.filter(({ id }) => !vocabulary.isControl(id)).map(({ token, id }) => [token, id])),
      merges: vocabulary.merges,
    },
  };
}

/** What stands in `tokenizer_config.json`. */
export function tokenizerConfig({ endOfText }: TinyVocabulary): Readonly<Record<string, unknown>> {
  return { add_bos_token: false, add_prefix_space: false, bos_token: null, clean_up_tokenization_spaces: false, eos_token: endOfText, pad_token: endOfText, unk_token: null, tokenizer_class: "Qwen2Tokenizer", model_max_length: 32_768 };
}
