import { createElement, createFragment, invalid, markupOf, type SsmlContent, type SsmlFragment } from "./fragment.ts";
import {
  languageValue, pitchValue, rateValue, strengthValue, textValue, timeValue, urlValue, volumeValue,
  type SsmlPitch, type SsmlRate, type SsmlStrength, type SsmlTime, type SsmlVolume,
} from "./values.ts";

/** Builds SSML. Every string is text and is escaped, in templates too; only what these functions return is markup. */
export interface SsmlBuilder {
  /** A piece of text with pieces of markup in it. What is written in the template is text: tags come from the functions. */
  (strings: TemplateStringsArray, ...values: readonly SsmlContent[]): SsmlFragment;
  /** A whole document, as a string. `language` is BCP 47. */
  speak(content: SsmlContent, options?: { readonly language?: string | undefined }): string;
  /** Text as it stands, escaped. */
  say(text: string): SsmlFragment;
  /** A pause: milliseconds, a time such as `"500ms"`, or a strength. */
  break(length?: number | SsmlTime | { readonly strength: SsmlStrength }): SsmlFragment;
  /** Words that are stressed, or less so; without a level as the engine does by itself. */
  emphasis(content: SsmlContent, level?: "strong" | "moderate" | "reduced" | "none"): SsmlFragment;
  /** Numbers in the units of the stream's options: a factor, semitones, a linear factor. */
  prosody(content: SsmlContent, options: { readonly rate?: SsmlRate | undefined; readonly pitch?: SsmlPitch | undefined; readonly volume?: SsmlVolume | undefined }): SsmlFragment;
  /** How a text is read: `"characters"`, `"cardinal"`, `"date"`, `"telephone"`, ... What an engine knows is in its documentation. */
  sayAs(text: string | number, interpretAs: string, options?: { readonly format?: string | undefined; readonly detail?: string | undefined }): SsmlFragment;
  /** How a word is pronounced, in the International Phonetic Alphabet unless another is named. */
  phoneme(text: string, pronunciation: string, alphabet?: string): SsmlFragment;
  /** Another text that is said in place of what is written. */
  sub(text: string, alias: string): SsmlFragment;
  /** A place that a `bookmark` mark is told of. */
  mark(name: string): SsmlFragment;
  /** Another voice, by its name or by what it should be. */
  voice(content: SsmlContent, voice: string | { readonly language?: string | undefined; readonly gender?: "female" | "male" | "neutral" | undefined }): SsmlFragment;
  /** Another language (BCP 47). */
  lang(content: SsmlContent, language: string): SsmlFragment;
  /** A paragraph, behind which an engine pauses longer (`p`). */
  paragraph(content: SsmlContent): SsmlFragment;
  /** One sentence, where punctuation does not show it (`s`). */
  sentence(content: SsmlContent): SsmlFragment;
  /** A recording (http or https), and what is said where it cannot be played. Most engines know none. */
  audio(source: string, fallback?: SsmlContent): SsmlFragment;
  /** Any element, such as one of a vendor. */
  element(name: string, attributes: Readonly<Record<string, string | undefined>>, content?: SsmlContent): SsmlFragment;
}

const LEVELS: ReadonlySet<string> = new Set(["strong", "moderate", "reduced", "none"]);
const NAME = /^[a-z_][\w.-]{0,31}(?::[a-z_][\w.-]{0,31})?$/iu;

function piece(strings: TemplateStringsArray, ...values: readonly SsmlContent[]): SsmlFragment {
  const parts = strings.map((text, index) => markupOf(text ?? strings.raw[index] ?? "") + (index < values.length ? markupOf(values[index]) : ""));
  return createFragment(parts.join(""));
}

function pause(length?: number | SsmlTime | { readonly strength: SsmlStrength }): SsmlFragment {
  if (typeof length === "object") return createElement("break", { strength: strengthValue(length.strength) });
  return createElement("break", { time: length === undefined ? undefined : timeValue(length) });
}

function prosody(content: SsmlContent, { rate, pitch, volume }: { readonly rate?: SsmlRate | undefined; readonly pitch?: SsmlPitch | undefined; readonly volume?: SsmlVolume | undefined }): SsmlFragment {
  return createElement(
    "prosody",
    {
      rate: rate === undefined ? undefined : rateValue(rate),
      pitch: pitch === undefined ? undefined : pitchValue(pitch),
      volume: volume === undefined ? undefined : volumeValue(volume),
    },
    content,
  );
}

function element(name: string, attributes: Readonly<Record<string, string | undefined>>, content?: SsmlContent): SsmlFragment {
  if (![name, ...Object.keys(attributes)].every((part) => NAME.test(part))) throw invalid("name of an element or attribute", "letters, digits, \"-\", \"_\" and \".\", with a prefix at most,");
  return createElement(name, attributes, content);
}

/**
 * Builds SSML that is always well-formed: text is escaped, values are checked.
 *
 * Every function throws a TTSError INVALID_INPUT for a value that SSML does not know.
 *
 * @example
 * ```ts
 * const greeting = ssml`Hello ${name}, ${ssml.break("300ms")}it is ${ssml.prosody("urgent", { rate: 1.2, pitch: 2 })}.`;
 * await tts.speak(ssml.speak(greeting, { language: "en-US" }), { ssml: true });
 * ```
 */
export const ssml: SsmlBuilder = Object.assign(piece, {
  speak: (content: SsmlContent, { language }: { readonly language?: string | undefined } = {}): string => {
    const inside = markupOf(content);
    return `<speak${language === undefined ? "" : ` xml:lang="${languageValue(language)}"`}>${inside}</speak>`;
  },
  say: (text: string): SsmlFragment => createFragment(markupOf(text)),
  break: pause,
  emphasis: (content: SsmlContent, level: "strong" | "moderate" | "reduced" | "none" = "moderate"): SsmlFragment => {
    if (!LEVELS.has(level)) throw invalid("level of an emphasis", [...LEVELS].map((name) => `"${name}"`).join(", "));
    return createElement("emphasis", { level }, content);
  },
  prosody,
  sayAs: (text: string | number, interpretAs: string, { format, detail }: { readonly format?: string | undefined; readonly detail?: string | undefined } = {}): SsmlFragment =>
    createElement(
      "say-as",
      {
        "interpret-as": textValue(interpretAs, "kind of a say-as", 64),
        format: format === undefined ? undefined : textValue(format, "format of a say-as", 64),
        detail: detail === undefined ? undefined : textValue(detail, "detail of a say-as", 64),
      },
      text,
    ),
  phoneme: (text: string, pronunciation: string, alphabet = "ipa"): SsmlFragment =>
    createElement("phoneme", { alphabet: textValue(alphabet, "alphabet of a phoneme", 64), ph: textValue(pronunciation, "pronunciation of a phoneme") }, text),
  sub: (text: string, alias: string): SsmlFragment => createElement("sub", { alias: textValue(alias, "alias of a sub") }, text),
  mark: (name: string): SsmlFragment => createElement("mark", { name: textValue(name, "name of a mark", 256) }),
  voice: (content: SsmlContent, voice: string | { readonly language?: string | undefined; readonly gender?: "female" | "male" | "neutral" | undefined }): SsmlFragment =>
    typeof voice === "string"
      ? createElement("voice", { name: textValue(voice, "name of a voice", 256) }, content)
      : createElement("voice", { "xml:lang": voice.language === undefined ? undefined : languageValue(voice.language), gender: voice.gender === undefined ? undefined : textValue(voice.gender, "gender of a voice", 16) }, content),
  lang: (content: SsmlContent, language: string): SsmlFragment => createElement("lang", { "xml:lang": languageValue(language) }, content),
  paragraph: (content: SsmlContent): SsmlFragment => createElement("p", {}, content),
  sentence: (content: SsmlContent): SsmlFragment => createElement("s", {}, content),
  audio: (source: string, fallback?: SsmlContent): SsmlFragment => createElement("audio", { src: urlValue(source) }, fallback),
  element,
});
