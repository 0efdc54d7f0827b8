/**
 * Words by which a sentence that quotes goes on behind the quotation (`“为什么？”这个念头`), told by their first two characters. Without
 * a condition for the second, the first is enough.
 */
export interface Continuation {
  /** Each of these may be the first character; no other entry has it. */
  readonly first: string;
  /** The second is one of these. */
  readonly second?: string | undefined;
  /** The second is none of these: with it, the word begins a new sentence. */
  readonly unless?: string | undefined;
  /** The second is a quote or a bracket that opens. */
  readonly isBeforeQuote?: boolean | undefined;
  /** Only where the quotation is a question or an exclamation and begins the sentence, or stands behind a comma: else these begin the next sentence. */
  readonly isAfterMark?: boolean | undefined;
}

/**
 * Data of Chinese. Other languages have theirs in {@link LanguageData}, chosen by the tag of the text; this holds wherever Han is
 * written, since such text is met in every language and its characters alone tell it. Each string is a set of characters, where it is
 * not said to hold words.
 */
export interface ChineseData {
  /** What is written after a quotation to say who spoke. */
  readonly saying: string;
  /** Verbs of speech of two characters, as newspapers use them; words, separated by spaces. */
  readonly reporting: string;
  /** A verb of speech only behind another one or a pronoun: else it is a road, or part of 知道. */
  readonly sayingBehind: { readonly verb: string; readonly before: string };
  /** Stand behind a verb of speech. */
  readonly aspects: string;
  /** Who did not speak is no speaker. */
  readonly negations: string;
  /** Verbs of speech right before a quotation that has no colon. */
  readonly introducing: string;
  /** Say something of the quotation itself. */
  readonly linking: string;
  /** Words that need the quotation before them. */
  readonly continuations: readonly Continuation[];
  /** Characters that write the sounds of foreign names, in both scripts: those that a part of a name often ends with, and begins with. */
  readonly foreignNames: { readonly ends: string; readonly starts: string };
  /** Short words that lean on the word before; those of Japanese are known by their letters. */
  readonly leaning: string;
}

/** Data of Japanese, which holds wherever kana are written. Each string is a set of characters. */
export interface JapaneseData {
  /** After a closed quote, words that begin so go on with the sentence that quotes. */
  readonly quoting: string;
  /** What verbs and sentences end with. */
  readonly finiteEndings: string;
  /** Particles that end a sentence, also before dots. */
  readonly finishing: string;
  /** No sentence begins with it. */
  readonly objectParticle: string;
}
