import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as huggingFace from "@huggingface/tokenizers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTinyVocabulary, promptMarks } from "../../testing/tiny-vocabulary.ts";
import { tokenizerJson, writeTokenizer } from "../../testing/tokenizer-json.ts";
import type { Tokenizer } from "../code-generator.ts";
import { createJsonTokenizer } from "./json-tokenizer.ts";

const vocabulary = createTinyVocabulary();
const names = (tokens: Int32Array): (string | undefined)[] => Array.from(tokens, (id) => vocabulary.tokens[id]);
let folder: string;
let tokenizer: Tokenizer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlando-tokenizer-"));
  tokenizer = await createJsonTokenizer({ path: await writeTokenizer(folder, vocabulary) });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a tokenizer of tokenizer.json", () => {
  it("knows all tokens by their names", () => {
    expect(tokenizer.size).toBe(vocabulary.tokens.length);
    for (const [id, name] of vocabulary.tokens.entries()) expect(tokenizer.idOf(name)).toBe(id);
    expect(tokenizer.idOf("<|speech_512|>")).toBeUndefined();
  });

  it("makes tokens of text, merged where there are merges, of any script", () => {
    expect(names(tokenizer.encode("hello world"))).toEqual(["hello", "Ġwor", "l", "d"]);
    expect(tokenizer.encode("")).toHaveLength(0);
    const bytes = new TextEncoder().encode("مرحبا ˈ👋\n");
    expect(tokenizer.encode("مرحبا ˈ👋\n").length).toBeLessThanOrEqual(bytes.length);
    expect(names(tokenizer.encode("\nassistant:")).join("")).toBe("Ċassistant:");
  });

  it("does not let text write control tokens, and loses nothing of it", () => {
    const text = `say ${promptMarks.join("")}<|speech_5|> end`;
    const tokens = tokenizer.encode(text);
    expect([...tokens].some((id) => vocabulary.isControl(id))).toBe(false);
    expect(names(tokens).join("").replaceAll("Ġ", " ")).toBe(text);
  });

  it("gives, part by part with control tokens between, what the library gives for the whole prompt", () => {
    const { Tokenizer: Library } = huggingFace as unknown as { readonly Tokenizer: new (file: object, config: object) => { encode(text: string, options: object): { readonly ids: readonly number[] } } };
    const whole = new Library(tokenizerJson(vocabulary), {});
    const parts = ["user: Convert the text to speech:", "<|REF_TEXT_START|>", "hˈɛləʊ the use", "<|REF_TEXT_END|>", "<|REF_SPEECH_START|>", "<|speech_511|>", "<|REF_SPEECH_END|>", "<|TARGET_TEXT_START|>", " 'll 42", "<|TARGET_TEXT_END|>", "\nassistant:", "<|TARGET_CODES_START|>"];
    const ours = parts.flatMap((part) => (part.startsWith("<|") ? [tokenizer.idOf(part)] : [...tokenizer.encode(part)]));
    expect(ours).toEqual(whole.encode(parts.join(""), { add_special_tokens: false }).ids);
  });

  it("needs no tokenizer_config.json, nor a good one", async () => {
    const path = join(folder, "alone.json");
    await writeFile(path, JSON.stringify(tokenizerJson(vocabulary)));
    await writeFile(join(folder, "tokenizer_config.json"), "{ broken");
    expect((await createJsonTokenizer({ path })).encode("hello")).toEqual(tokenizer.encode("hello"));
  });

  it.each([
    ["is not there", undefined, "cannot be read"],
    ["is no JSON", "{", "no JSON"],
    ["is something else", JSON.stringify({ model: 5 }), "no tokenizer of Hugging Face"],
    ["is of an unknown kind", JSON.stringify({ ...tokenizerJson(vocabulary), normalizer: { type: "Other" } }), "not supported"],
  ])("fails with MODEL_NOT_FOUND when the file %s", async (_, content, part) => {
    const path = join(folder, "broken", "tokenizer.json");
    await rm(join(folder, "broken"), { recursive: true, force: true });
    if (content !== undefined) {
      await mkdir(join(folder, "broken"));
      await writeFile(path, content);
    }
    await expect(createJsonTokenizer({ path })).rejects.toThrow(expect.objectContaining({ code: "MODEL_NOT_FOUND", message: expect.stringMatching(new RegExp(`${path}.*${part}`)) }));
  });
});
