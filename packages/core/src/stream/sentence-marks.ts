import type { Mark } from "@parlando/engine";
import type { FedSentence, SentenceFinder } from "./sentence-finder.ts";
import type { PublishedMark } from "./published-mark.ts";

/** The beginning of a word that was published. */
interface WordBegin {
  readonly textStart: number;
  readonly frame: number;
  readonly source: Mark["source"];
}

/** Makes the marks of sentences from the words that are published: each once, in order, as soon as its first word and its end are known. */
export class SentenceMarks {
  readonly #finder: SentenceFinder;
  readonly #sampleRate: number;
  readonly #sentences: FedSentence[] = [];
  /** Words that are not assigned yet: those of a sentence whose end is not known. */
  readonly #words: WordBegin[] = [];
  #toldUntil = 0;

  constructor(options: { finder: SentenceFinder; sampleRate: number }) {
    this.#finder = options.finder;
    this.#sampleRate = options.sampleRate;
  }

  /** A word was published. Returns the sentences to be told before it. */
  word({ mark, frame }: PublishedMark): PublishedMark[] {
    if (mark.textStart < this.#toldUntil) return [];
    this.#words.push({ textStart: mark.textStart, frame, source: mark.source });
    return this.#tell(mark.textStart);
  }

  /** The audio of the text up to `textUntil` is over at `frame`: sentences in it that have no word are told too, so that none is missing. */
  passed(textUntil: number, frame: number): PublishedMark[] {
    const told = this.#tell(textUntil);
    for (const sentence of this.#sentences.splice(0, this.#sentences.findLastIndex(({ end }) => end <= textUntil) + 1)) told.push(this.#mark(sentence, { textStart: 0, frame, source: "estimated" }));
    return told;
  }

  #tell(offset: number): PublishedMark[] {
    this.#sentences.push(...this.#finder.takeUntil(offset + 1));
    const told: PublishedMark[] = [];
    for (;;) {
      const sentence = this.#sentences[0];
      if (sentence === undefined) return told;
      while (this.#words[0] !== undefined && this.#words[0].textStart < sentence.start) this.#words.shift();
      const word = this.#words[0];
      if (word === undefined) return told;
      this.#sentences.shift();
      told.push(this.#mark(sentence, word));
      while (this.#words[0] !== undefined && this.#words[0].textStart < sentence.end) this.#words.shift();
    }
  }

  #mark({ start, end, text }: FedSentence, { frame, source }: WordBegin): PublishedMark {
    this.#toldUntil = end;
    return { mark: { kind: "sentence", timeMs: (frame * 1000) / this.#sampleRate, textStart: start, textEnd: end, value: text, source }, frame };
  }
}
