import type { Tokenizer } from "../code-generator.ts";
import type { LlamaModel } from "./llama-module.ts";

/**
 * The tokenizer in a GGUF file.
 *
 * @param size - How many tokens it has, by the file's header.
 */
export function createGgufTokenizer(model: LlamaModel, size: number): Tokenizer {
  return {
    size,
    idOf(token) {
      const [id, ...others] = model.tokenize(token, true);
      return id !== undefined && others.length === 0 && model.detokenize([id], true) === token ? id : undefined;
    },
    encode(text) {
      const tokens: number[] = [];
      for (const part of apart(text)) tokens.push(...model.tokenize(part, false));
      return Int32Array.from(tokens);
    },
  };
}

/**
 * Cuts a text inside of each `<|`. llama.cpp takes "user-defined" tokens out of plain text too, and a converter may have made the speech codes such ones;
 * cut in two, a name is text.
 */
function apart(text: string): readonly string[] {
  return text.includes("<|") ? text.split(/(?<=<)(?=\|)/) : [text];
}
