import type { Mark, MarkKind } from "@parlando/engine";
import { CharacterPlacer } from "./elevenlabs-characters.ts";
import { SpokenWordPlacer } from "./elevenlabs-spoken-words.ts";
import type { Alignment, SpeechMessage } from "./elevenlabs-wire.ts";
import { WordBuilder, type PlacedWord } from "./elevenlabs-words.ts";

/** What times of alignments count from: the audio of their own message, or the beginning of all audio. */
export type AlignmentTime = "chunk" | "absolute";

/** How the marks of one text are read. */
export interface MarkReaderOptions {
  readonly kinds: readonly MarkKind[];
  /** Assumed while the times do not show it. */
  readonly time: AlignmentTime;
}

/** Before so much audio has come, both readings of a time are nearly the same, in milliseconds. */
const UNCLEAR_MS = 200;
/** Messages that must have shown the one reading until as many show the other. */
const MOST_VOTES = 3;

/**
 * Makes marks of the alignments of one text: monotonic, with offsets in UTF-16 units of the text as it was fed, and inside the audio that has come.
 * Alignments of the fed text are taken where there are any; where there are none, those of the spoken text.
 *
 * The provider's descriptions do not agree on what times count from, and nothing of it was verified against the service: an alignment whose first
 * time is far less than the audio before it counts from its own message, another from the beginning. Most of the last ones decide.
 */
export class MarkReader {
  readonly #kinds: readonly MarkKind[];
  readonly #characters = new CharacterPlacer();
  readonly #words = new WordBuilder();
  readonly #spoken = new SpokenWordPlacer();
  #text = "";
  readonly #time: AlignmentTime;
  /** More than 0: times count from their message's own audio; less: from the beginning. */
  #votes = 0;
  /** Text up to which words were told. */
  #toldWords = 0;
  readonly #latestMs = new Map<MarkKind, number>();
  #waiting: Mark[] = [];

  constructor({ kinds, time }: MarkReaderOptions) {
    this.#kinds = kinds;
    this.#time = time;
  }

  /** More text was fed. */
  feed(text: string): void {
    this.#text += text;
    this.#characters.feed(text);
    this.#words.feed(text);
    this.#spoken.feed(text);
  }

  /**
   * Takes the alignments of a message.
   *
   * @param beforeMs Audio of this text that came before the message's own.
   */
  read({ alignment, normalizedAlignment }: Pick<SpeechMessage, "alignment" | "normalizedAlignment">, beforeMs: number): void {
    const telling = normalizedAlignment ?? alignment;
    if (telling === undefined) return;
    const shiftMs = this.#shiftOf(telling, beforeMs);
    const spoken = normalizedAlignment === undefined ? [] : this.#spoken.place(normalizedAlignment, shiftMs);
    if (alignment === undefined) return this.#tellSpoken(spoken);
    for (const character of this.#characters.place(alignment, shiftMs)) {
      this.#tellWords(this.#words.add(character));
      this.#tell("character", { textStart: character.from, textEnd: character.to, ...character });
      // Nothing of it can follow: text is sent by whole words. Who fails before the end of the audio is told has said it.
      if (character.to >= this.#text.trimEnd().length) this.#tellWords(this.#words.finish());
    }
  }

  /** The marks that lie in the audio that has come. */
  take(audioMs: number): Mark[] {
    const count = this.#waiting.findIndex(({ timeMs, durationMs = 0 }) => timeMs + durationMs > audioMs);
    return count < 0 ? this.#waiting.splice(0) : this.#waiting.splice(0, count);
  }

  /** All that is left; what reaches beyond the audio is cut off at its end. */
  finish(audioMs: number): Mark[] {
    this.#tellWords(this.#words.finish());
    this.#tellSpoken(this.#spoken.finish());
    return this.#waiting.splice(0).map((mark) => {
      const timeMs = Math.min(mark.timeMs, audioMs);
      return { ...mark, timeMs, durationMs: Math.min(mark.durationMs ?? 0, audioMs - timeMs) };
    });
  }

  /** What an alignment's times are to be added to. */
  #shiftOf({ startsMs }: Alignment, beforeMs: number): number {
    const firstMs = startsMs[0] ?? 0;
    if (beforeMs >= UNCLEAR_MS) this.#votes = Math.max(-MOST_VOTES, Math.min(MOST_VOTES, this.#votes + (firstMs < beforeMs / 2 ? 1 : -1)));
    const isChunk = this.#votes === 0 ? this.#time === "chunk" : this.#votes > 0;
    return isChunk ? beforeMs : 0;
  }

  #tellSpoken(words: readonly PlacedWord[]): void {
    if (words.some(({ textStart }) => textStart >= this.#toldWords)) this.#tellWords(this.#words.leave());
    this.#tellWords(words);
  }

  #tellWords(words: readonly PlacedWord[]): void {
    for (const word of words) {
      if (word.textStart < this.#toldWords) continue;
      this.#toldWords = word.textEnd;
      this.#tell("word", word);
    }
  }

  #tell(kind: MarkKind, { textStart, textEnd, startMs, endMs }: PlacedWord): void {
    if (!this.#kinds.includes(kind)) return;
    const timeMs = Math.max(0, startMs, this.#latestMs.get(kind) ?? 0);
    this.#latestMs.set(kind, timeMs);
    this.#waiting.push({ kind, timeMs, durationMs: Math.max(0, endMs - timeMs), textStart, textEnd, value: this.#text.slice(textStart, textEnd), source: "native" });
  }
}
