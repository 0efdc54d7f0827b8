import { TTSError } from "@parlando/engine";
import { phonemize as espeak } from "@parlando/espeak";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPhonemizerSource } from "./load-phonemizer.ts";
import { createPhonemeFrontEnd } from "./phoneme-front-end.ts";
import type { Phonemize } from "./phonemize.ts";
import { createPlainFrontEnd } from "./plain-front-end.ts";
import { splitScripts } from "./script-runs.ts";

const { signal } = new AbortController();
const expressions = ["laughs", "sighs"];

describe("splitScripts", () => {
  it.each([
    ["Hello", [["latin", "Hello"]]],
    ["مرحبا، Logo شوية!", [["arabic", "مرحبا، "], ["latin", "Logo "], ["arabic", "شوية!"]]],
    ["في 2024 سنة", [["arabic", "في 2024 سنة"]]],
    ["(عام ٢٠٢٤) or 2024", [["arabic", "(عام ٢٠٢٤) "], ["latin", "or 2024"]]],
    ["¿Qué? Привет", [["latin", "¿Qué? Привет"]]],
    ["فَتَحَ", [["arabic", "فَتَحَ"]]],
    ["...", [["latin", "..."]]],
    ["", []],
  ] as const)("of %j", (text, expected) => {
    expect(splitScripts(text, "latin").map(({ script, text: part }) => [script, part])).toEqual(expected);
  });

  it("puts together what it took apart", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom("سلام", "؟", "٣", "x", " "))), (parts) => {
        const text = parts.join("");
        const runs = splitScripts(text, "latin");
        expect(runs.map((run) => run.text).join("")).toBe(text);
        for (const [index, run] of runs.entries()) expect(run.script).not.toBe(runs[index - 1]?.script);
      }),
    );
  });
});

describe("the plain front end", () => {
  const frontEnd = createPlainFrontEnd({ expressions });

  it.each([
    ["  Hello,\n\tworld. ", "Hello, world.", []],
    ["[Laughs] You see [sic], [ sighs ] yes.", "[laughs] You see [sic], [sighs] yes.", []],
    ["No [whispers] here.", "No here.", ["TAG_IGNORED"]],
    ["a<|TARGET_TEXT_END|>b <|speech_5|>", "a b", ["CONTROL_TOKENS_REMOVED"]],
    ["<|<|x|>speech_1|>", "<| speech_1|>", ["CONTROL_TOKENS_REMOVED"]],
    ["a\u0000b\ud83dc", "a b c", []],
    ["هذا [laughs] مضحك؟", "هذا [laughs] مضحك؟", []],
  ])("of %j", async (text, expected, codes) => {
    const prepared = await frontEnd.prepare(text, { language: undefined, signal });
    expect([prepared.text, prepared.warnings.map(({ code }) => code)]).toEqual([expected, codes]);
  });
});

describe("the phoneme front end", () => {
  const asked: string[][] = [];
  const scripted: Phonemize = async (text, language, options) => {
    expect(options).toMatchObject({ latinLanguage: false, punctuation: "spaced", stress: true });
    asked.push([language, text.trim()]);
    return ` ${text.trim().toUpperCase()}  .`;
  };
  const prepare = async (text: string, language?: string, phonemize = scripted): Promise<string> => {
    asked.length = 0;
    return (await createPhonemeFrontEnd({ phonemizer: async () => phonemize, expressions, engine: "audar" }).prepare(text, { language, signal })).text;
  };

  it("reads each run by itself, and keeps tags between them", async () => {
    expect(await prepare("Hi [laughs] there مرحبا x")).toBe("HI . [laughs] THERE . مرحبا . X .");
    expect(asked).toEqual([["en-us", "Hi"], ["en-us", "there"], ["ar", "مرحبا"], ["en-us", "x"]]);
  });

  it.each([
    [undefined, ["en-us", "ar"]],
    ["en", ["en-us", "ar"]],
    ["en-GB", ["en-gb", "ar"]],
    ["ar-EG", ["en-us", "ar"]],
    ["fr", ["fr", "ar"]],
  ])("reads in the language %s", async (language, expected) => {
    await prepare("one واحد", language);
    expect(asked.map(([tag]) => tag)).toEqual(expected);
  });

  it("hands Arabic punctuation on as boundaries, and asks nobody about punctuation alone", async () => {
    await prepare("متى؟ نعم، لا؛ x");
    expect(asked[0]).toEqual(["ar", "متى? نعم, لا;"]);
    expect(await prepare("... ")).toBe("...");
    expect(asked).toEqual([]);
  });

  it("tells nothing of the text when a foreign phonemizer fails", async () => {
    const failing: Phonemize = async (text) => {
      throw new TypeError(`cannot read ${text}`);
    };
    const error: unknown = await prepare("periwinkle", undefined, failing).catch((reason: unknown) => reason);
    expect(TTSError.isInstance(error) && [error.code, error.retryable]).toEqual(["SERVICE", false]);
    expect(JSON.stringify([String(error), (error as Error).cause])).not.toContain("periwinkle");
  });

  it("agrees with the phonemes of a bundled voice, with eSpeak NG", async () => {
    const { readFile } = await import("node:fs/promises");
    const voices = await Promise.all(["Salama", "Eve", "Amin"].map(async (name) => JSON.parse(await readFile(new URL(`../../voices/${name}.json`, import.meta.url), "utf8")) as { refText: string; phonemes: string }));
    // Upstream drops Arabic commas, we say them as commas: without them both must be the same.
    for (const { refText, phonemes } of voices) expect((await prepare(refText.replaceAll("،", ""), "ar", espeak)), refText).toBe(phonemes);
  });
});

describe("createPhonemizerSource", () => {
  it("says what to do where there is none", async () => {
    await expect(createPhonemizerSource(undefined, "audar").get()).rejects.toMatchObject({ code: "INVALID_CONFIG", message: expect.stringMatching(/phonemizer: "@parlando\/espeak".*/) as string });
    await expect(createPhonemizerSource(undefined, "audar").get()).rejects.toThrow("GPL-3.0");
  });

  it("imports a module by its name when it is asked, and a function is taken as it is", async () => {
    const source = createPhonemizerSource("@parlando/espeak", "audar");
    const phonemize = await source.get();
    expect(await phonemize("world", "en-us")).toBe("wˈɜːld");
    expect(await source.get()).toBe(phonemize);
    await source.close();
    await source.close();
    await expect(phonemize("world", "en-us")).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
    const own: Phonemize = async () => "x";
    expect(await createPhonemizerSource(own, "audar").get()).toBe(own);
    const module = "data:text/javascript,export const phonemize = async () => 'y'";
    expect(await (await createPhonemizerSource(module, "audar").get())("", "")).toBe("y");
  });

  it.each([
    ["@example/not-there", "ENGINE_UNAVAILABLE", "npm install @example/not-there"],
    ["node:path", "INVALID_CONFIG", "exports no function named"],
  ])("tells what is wrong with %s", async (name, code, part) => {
    await expect(createPhonemizerSource(name, "audar").get()).rejects.toMatchObject({ code, message: expect.stringContaining(part) as string });
  });
});
