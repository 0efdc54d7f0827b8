import { TTSError } from "@parlando/engine";
import type { CodeTokens, Tokenizer } from "./code-generator.ts";

/**
 * Finds the speech codes in a model's vocabulary by their names. Looks at the first, the last and some between: they must follow each other, as
 * both backbones count on.
 *
 * @param tokenizer - The model's own.
 * @param options - `codes`: how many codes the codec has; `stop`: the name of the token that ends speech.
 * @throws TTSError `MODEL_NOT_FOUND` when names are missing or out of order: the file is a model, but not one for this preset.
 */
export function findCodeTokens(tokenizer: Tokenizer, { codes, stop }: { codes: number; stop: string }): CodeTokens {
  const firstCode = idOf(tokenizer, "<|speech_0|>");
  for (const code of [1, Math.floor(codes / 3), Math.floor(codes / 2), codes - 1]) {
    const id = idOf(tokenizer, `<|speech_${String(code)}|>`);
    if (id !== firstCode + code) {
      throw new TTSError(
        "MODEL_NOT_FOUND",
        `Reading the model's vocabulary: <|speech_${String(code)}|> is token ${String(id)}, expected ${String(firstCode + code)}, since <|speech_0|> is ${String(firstCode)}. This is no model for the preset; choose another preset or another file.`,
      );
    }
  }
  return { firstCode, codes, stop: idOf(tokenizer, stop) };
}

function idOf(tokenizer: Tokenizer, token: string): number {
  const id = tokenizer.idOf(token);
  if (id !== undefined) return id;
  throw new TTSError("MODEL_NOT_FOUND", `Reading the model's vocabulary: there is no token ${token} among its ${String(tokenizer.size)}. This is no model for the preset; choose another preset or another file.`);
}
