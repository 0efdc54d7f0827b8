/**
 * Text for the ear: stages that stand before the segmenter and turn what was written into what a person would read aloud.
 *
 * @packageDocumentation
 */

export { loadEmojiNames, type EmojiNames } from "./text/emoji/emoji-names.ts";
export { dropEmoji, speakEmoji, type SpeakEmojiOptions } from "./text/emoji/speak-emoji.ts";
export type { EmailSpeech, UrlSpeech } from "./text/links/speak-address.ts";
export { speakLinks, type SpeakLinksOptions } from "./text/links/speak-links.ts";
export type { MappedText, PhonemeSpan, SourceRange, TextStage } from "./text/mapped-text.ts";
export { speakMarkdown, type SpeakMarkdownOptions } from "./text/markdown/speak-markdown.ts";
export type { CurrencyToken, DateToken, NumberParts, NumberToken, PlainNumberToken, TimeToken } from "./text/numbers/number-token.ts";
export { speakNumbers, type SpeakNumbersOptions } from "./text/numbers/speak-numbers.ts";
export { pronounce, type PronounceOptions } from "./text/pronunciation/pronounce.ts";
export type { Pronunciation } from "./text/pronunciation/pronunciation-table.ts";
export { textForTheEar, type TextForTheEarOptions } from "./text/text-for-the-ear.ts";
