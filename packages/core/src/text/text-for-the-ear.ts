import { dropEmoji, speakEmoji, type SpeakEmojiOptions } from "./emoji/speak-emoji.ts";
import { primaryOf } from "./language.ts";
import { speakLinks, type SpeakLinksOptions } from "./links/speak-links.ts";
import type { TextStage } from "./mapped-text.ts";
import { speakMarkdown, type SpeakMarkdownOptions } from "./markdown/speak-markdown.ts";
import { speakNumbers, type SpeakNumbersOptions } from "./numbers/speak-numbers.ts";
import { pronounce } from "./pronunciation/pronounce.ts";
import type { Pronunciation } from "./pronunciation/pronunciation-table.ts";

/** Options of {@link textForTheEar}. */
export interface TextForTheEarOptions {
  /** The language that is spoken, as a BCP 47 tag. Default "en". */
  readonly language?: string | undefined;
  /** False: the text is no Markdown. */
  readonly markdown?: Omit<SpeakMarkdownOptions, "language"> | false | undefined;
  /** False: links and addresses stay as they are. */
  readonly links?: Omit<SpeakLinksOptions, "language"> | false | undefined;
  /** `"drop"` leaves them out, false leaves them as they are. Default: their names in English, and out in languages for which no `names` are given. */
  readonly emoji?: Omit<SpeakEmojiOptions, "language"> | "drop" | false | undefined;
  readonly pronunciations?: readonly Pronunciation[] | undefined;
  /** How numbers, dates, times and amounts are said. */
  readonly numbers?: SpeakNumbersOptions["say"] | undefined;
}

/**
 * The stages that turn what was written into what a person would read aloud, in the order in which they belong: Markdown, links, emoji, pronunciations, numbers.
 *
 * @example
 * ```ts
 * const stream = tts.createStream({ textStages: textForTheEar({ language: "en", pronunciations: [{ word: "SQL", say: "sequel" }] }) });
 * ```
 */
export function textForTheEar(options: TextForTheEarOptions = {}): (() => TextStage)[] {
  const { language = "en", markdown = {}, links = {}, pronunciations = [], numbers } = options;
  const stages: (() => TextStage)[] = [];
  if (markdown !== false) stages.push(speakMarkdown({ ...markdown, language }));
  if (links !== false) stages.push(speakLinks({ ...links, language }));
  stages.push(...emojiStages(language, options.emoji));
  if (pronunciations.length > 0) stages.push(pronounce({ language, words: pronunciations }));
  if (numbers !== undefined) stages.push(speakNumbers({ language, say: numbers }));
  return stages;
}

function emojiStages(language: string, emoji: TextForTheEarOptions["emoji"]): (() => TextStage)[] {
  if (emoji === false) return [];
  if (emoji === "drop") return [dropEmoji()];
  const hasNames = emoji?.names !== undefined || primaryOf(language) === "en";
  return [hasNames ? speakEmoji({ ...emoji, language }) : dropEmoji()];
}
