/**
 * Text for the ear: stages for `textStages` that turn what was written into what a person would read aloud.
 *
 * @packageDocumentation
 */

export { dropEmoji, loadEmojiNames, pronounce, speakEmoji, speakLinks, speakMarkdown, speakNumbers, textForTheEar } from "@parlando/core/text";
export type {
  CurrencyToken,
  DateToken,
  EmailSpeech,
  EmojiNames,
  MappedText,
  NumberParts,
  NumberToken,
  PhonemeSpan,
  PlainNumberToken,
  PronounceOptions,
  Pronunciation,
  SourceRange,
  SpeakEmojiOptions,
  SpeakLinksOptions,
  SpeakMarkdownOptions,
  SpeakNumbersOptions,
  TextForTheEarOptions,
  TextStage,
  TimeToken,
  UrlSpeech,
} from "@parlando/core/text";
