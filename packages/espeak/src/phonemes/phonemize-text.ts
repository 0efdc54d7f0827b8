import type { PhonemizeJob } from "../espeak-wire.ts";

/** How plain text becomes phonemes: joined by `_`, words by a space, clauses by ` | `. */
export interface Speakers {
  /** BCP-47, of the voice behind `main`. */
  language: string;
  main(text: string): string;
  /** For Latin letters in a language that is written in others. */
  latin(text: string): string;
}

/**
 * The punctuation that is kept: that of Python's `phonemizer` (its `Punctuation.default_marks`), and the full stops and
 * commas of Chinese, Japanese and Hindi. Arabic marks are not among them, so that what models were trained on comes out.
 */
const marks = String.raw`;:,.!?¡¿—…"«»“”(){}\[\]。，、！？；：।`;
/** One of `.`, `,` or `:` inside a number or an abbreviation belongs to it. */
const punctuation = new RegExp(String.raw`(?:(?![.,:](?<=[\p{L}\p{N}].)(?=[\p{L}\p{N}]))[${marks}]\s*)+`, "gu");
const latinRun = /\p{sc=Latin}(?:[\p{sc=Latin}\p{M}\p{Nd}'’ -]*[\p{sc=Latin}\p{M}\p{Nd}])?/gu;

/**
 * IPA of a text, with its punctuation in place. What stands between two marks of punctuation is phonemized for itself, as
 * `phonemizer` does.
 *
 * @param job - The text and what is wanted.
 * @param speakers - The library.
 */
export function phonemizeText(job: PhonemizeJob, speakers: Speakers): string {
  const say = speakWith(job, speakers);
  if (job.punctuation === "none") return collapse(say(job.text.replace(punctuation, " ")));
  const parts: string[] = [];
  let from = 0;
  for (const match of job.text.matchAll(punctuation)) {
    parts.push(...phrase(job, say, job.text.slice(from, match.index)), mark(job, match[0]));
    from = match.index + match[0].length;
  }
  parts.push(...phrase(job, say, job.text.slice(from)));
  return collapse(parts.join(""));
}

/** In the text's own spacing the space before a mark is kept; else each part is given spaces of its own. */
function phrase(job: PhonemizeJob, say: (text: string) => string, text: string): string[] {
  const spoken = collapse(say(text));
  if (spoken === "") return [" "];
  return job.punctuation === "spaced" ? [` ${spoken} `] : [/^\s/u.test(text) ? " " : "", spoken, /\s$/u.test(text) ? " " : ""];
}

function mark(job: PhonemizeJob, text: string): string {
  return job.punctuation === "spaced" ? ` ${text} ` : text;
}

function speakWith(job: PhonemizeJob, { language, main, latin }: Speakers): (text: string) => string {
  const clean = (phonemes: string): string => {
    let cleaned = phonemes.replaceAll(" | ", " ").replaceAll("_", "");
    if (!job.languageSwitches) cleaned = cleaned.replace(/\([a-z][a-z0-9-]*\)/gu, " ");
    return job.stress ? cleaned : cleaned.replace(/[ˈˌ]/gu, "");
  };
  const divide = job.latinLanguage !== undefined && !isWrittenInLatin(language);
  return (text) => {
    const safe = text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/gu, " ");
    if (safe.trim() === "") return "";
    if (!divide) return clean(main(safe));
    const parts: string[] = [];
    let from = 0;
    for (const run of safe.matchAll(latinRun)) {
      parts.push(sayUnlessEmpty(main, safe.slice(from, run.index)), latin(run[0]));
      from = run.index + run[0].length;
    }
    parts.push(sayUnlessEmpty(main, safe.slice(from)));
    return clean(parts.join(" "));
  };
}

function sayUnlessEmpty(say: (text: string) => string, text: string): string {
  return text.trim() === "" ? "" : say(text);
}

function isWrittenInLatin(language: string): boolean {
  try {
    return (new Intl.Locale(language).maximize().script ?? "Latn") === "Latn";
  } catch {
    return true;
  }
}

function collapse(text: string): string {
  return text.replace(/\s+/gu, " ").trim();
}
