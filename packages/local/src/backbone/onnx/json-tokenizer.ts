import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as huggingFace from "@huggingface/tokenizers";
import { TTSError } from "@parlando/engine";
import { array, boolean, integer, looseObject, minValue, number, optional, pipe, safeParse, string, type InferOutput } from "valibot";
import type { Tokenizer } from "../code-generator.ts";

/** What is used of the library. Its own types cannot be read by Node's rules: their imports lack extensions (0.2.0). */
interface LibraryTokenizer {
  encode(text: string, options: { readonly add_special_tokens: boolean }): { readonly ids: readonly (number | undefined)[] };
  token_to_id(token: string): number | undefined;
  get_vocab(): ReadonlyMap<string, number>;
}
const { Tokenizer: OpenTokenizer } = huggingFace as unknown as { readonly Tokenizer: new (file: object, config: object) => LibraryTokenizer };

const addedTokens = optional(array(looseObject({ id: pipe(number(), integer(), minValue(0)), content: string(), special: optional(boolean(), false) })), []);
const tokenizerFile = looseObject({ added_tokens: addedTokens, model: looseObject({ type: optional(string()) }) });

/**
 * Reads a tokenizer in the form of Hugging Face: `tokenizer.json`, and `tokenizer_config.json` beside it where there is one.
 *
 * Control tokens are known by their names only. The library would find them in any text, so it is not told of them, and text that has such a name in it
 * becomes the tokens of its letters.
 *
 * @throws TTSError `MODEL_NOT_FOUND` when the file is missing or no tokenizer.
 */
export async function createJsonTokenizer({ path }: { path: string }): Promise<Tokenizer> {
  const file = await readTokenizerFile(path);
  const control = new Map(file.added_tokens.filter(isControl).map(({ content, id }) => [content, id]));
  const library = openLibrary({ ...file, added_tokens: file.added_tokens.filter((token) => !isControl(token)) }, await readConfig(path), path);
  let size = 0;
  for (const ids of [library.get_vocab().values(), control.values()]) {
    for (const id of ids) size = Math.max(size, id + 1);
  }
  return {
    size,
    idOf: (token) => control.get(token) ?? library.token_to_id(token),
    encode(text) {
      return Int32Array.from(library.encode(text, { add_special_tokens: false }).ids, (id) => id ?? fail(path, "it has no token for a letter of a text, and none for unknown ones"));
    },
  };
}

function isControl({ content, special }: InferOutput<typeof addedTokens>[number]): boolean {
  return special || /^<\|.*\|>$/s.test(content);
}

async function readTokenizerFile(path: string): Promise<InferOutput<typeof tokenizerFile>> {
  const found = safeParse(tokenizerFile, await readJson(path).catch((error: unknown) => fail(path, error instanceof SyntaxError ? "it is no JSON" : "it cannot be read", error)));
  if (!found.success) fail(path, `it is no tokenizer of Hugging Face (${found.issues[0].message})`);
  return found.output;
}

async function readConfig(path: string): Promise<object> {
  const config: unknown = await readJson(join(dirname(path), "tokenizer_config.json")).catch(() => undefined);
  return typeof config === "object" && config !== null ? config : {};
}

function openLibrary(file: object, config: object, path: string): LibraryTokenizer {
  try {
    return new OpenTokenizer(file, config);
  } catch (error) {
    return fail(path, `its kind is not supported (${error instanceof Error ? error.message.slice(0, 200) : String(error)})`, error);
  }
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, "utf8"));
}

function fail(path: string, problem: string, cause?: unknown): never {
  throw new TTSError("MODEL_NOT_FOUND", `Reading the tokenizer ${path}: ${problem}. Put the model's own tokenizer.json there.`, { cause });
}
