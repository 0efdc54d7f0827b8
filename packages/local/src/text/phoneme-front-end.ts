import { TTSError } from "@parlando/engine";
import { cleanText, hasWords } from "./clean-text.ts";
import { splitTags } from "./expression-tags.ts";
import type { Phonemize } from "./phonemize.ts";
import { splitScripts, type ScriptRun } from "./script-runs.ts";
import type { TextFrontEnd } from "./text-front-end.ts";

/** What a front end with phonemes is made of. */
export interface PhonemeFrontEndOptions {
  /** Gives the phonemizer, when it is first needed. */
  readonly phonemizer: () => Promise<Phonemize>;
  /** What the model acts out, without brackets. */
  readonly expressions: readonly string[];
  /** The id of the engine, for errors. */
  readonly engine: string;
}

/** Arabic punctuation in the form that phonemizers keep: so it stays a boundary that the model hears. Upstream drops it. */
const punctuation: Readonly<Record<string, string>> = { "،": ",", "؛": ";", "؟": "?", "۔": "." };

/**
 * Makes a front end for models that were trained on IPA. Text is cut into runs of Arabic and other letters, as upstream does, and each run is
 * phonemized by itself; white space is collapsed, and runs are joined by one space. Expression tags are kept where they stand.
 *
 * The language of a request says how its own script is read: `en-GB` for Latin letters, for example. Arabic is read as `ar`, all else as `en-us`
 * where nothing is said.
 */
export function createPhonemeFrontEnd({ phonemizer, expressions, engine }: PhonemeFrontEndOptions): TextFrontEnd {
  return {
    async prepare(text, { language, signal }) {
      const clean = cleanText(text);
      const { parts, warnings } = splitTags(clean.text, expressions);
      const phonemize = await phonemizer();
      const spoken: string[] = [];
      for (const part of parts) {
        if (part.kind === "tag") spoken.push(part.text);
        else for (const run of splitScripts(withPunctuation(part.text), isArabic(language) ? "arabic" : "latin")) spoken.push(await phonemesOf({ run, language, signal, phonemize, engine }));
      }
      return { text: spoken.join(" ").replaceAll(/\s+/gu, " ").trim(), warnings: [...clean.warnings, ...warnings] };
    },
  };
}

interface RunToRead {
  readonly run: ScriptRun;
  readonly language: string | undefined;
  readonly signal: AbortSignal;
  readonly phonemize: Phonemize;
  readonly engine: string;
}

async function phonemesOf({ run, language, signal, phonemize, engine }: RunToRead): Promise<string> {
  // Punctuation alone needs nobody to read it.
  if (!hasWords(run.text)) return run.text;
  signal.throwIfAborted();
  try {
    return await phonemize(run.text, languageOf(run.script, language), { stress: true, punctuation: "spaced", latinLanguage: false, signal });
  } catch (error) {
    if (TTSError.isInstance(error) || signal.aborted) throw error;
    // No cause: a foreign error may quote the text.
    throw new TTSError("SERVICE", `Making phonemes with the phonemizer that was handed in: it failed with ${error instanceof Error ? error.name : typeof error}, expected IPA. Try it by itself with the same language.`, { engine, retryable: false });
  }
}

function languageOf(script: ScriptRun["script"], language: string | undefined): string {
  if (script === "arabic") return "ar";
  return language === undefined || isArabic(language) || /^en$/i.test(language) ? "en-us" : language.toLowerCase();
}

function isArabic(language: string | undefined): boolean {
  return language !== undefined && /^ar(?:-|$)/i.test(language);
}

function withPunctuation(text: string): string {
  return text.replaceAll(/[،؛؟۔]/gu, (sign) => punctuation[sign] ?? sign);
}
