import type { Mark } from "@parlando/engine";
import { settleCaptions, type CaptionOptions, type CaptionSettings } from "./caption-options.ts";
import type { Cue } from "./caption-piece.ts";
import { CueTrack } from "./cue-track.ts";
import { sentencePieces } from "./sentence-pieces.ts";
import { splitCues } from "./split-cues.ts";
import { captionHeader, writeCue } from "./write-cue.ts";

/** Captions in the making. What its methods return, one after the other, is the file. */
export interface Captions {
  /** Takes a mark of a stream, in the order in which they are told; returns the cues that are finished by it, often none (""). */
  add(mark: Mark): string;
  /** The rest. After it the object is used up. */
  flush(end?: CaptionEnd): string;
}

/** How the audio of captions has ended. */
export interface CaptionEnd {
  /** Length of the audio: what begins behind it was not delivered and is left out, and no cue goes on beyond it. */
  readonly endMs?: number | undefined;
  /** The stream did not come to its end: the last sentence is cut behind its last word. */
  readonly interrupted?: boolean | undefined;
}

/** Words without their sentence are waited for no longer than this: no sentence is longer. */
const LONGEST_SENTENCE_UNITS = 5000;
/** ... and where no sentence ever came, because none was asked for, than this many lines. */
const LOOSE_CUES = 4;

/**
 * Makes captions from the marks of a stream: words give the times, sentences the text with its punctuation. Without marks of
 * sentences, cues hold the bare words.
 *
 * A cue holds whole words; a sentence that does not fit is parted at clauses where it has any, then at words. Cues never overlap.
 * A cue is finished when the sentence behind it has begun.
 *
 * @example
 * ```ts
 * const captions = createCaptions({ format: "webvtt" });
 * const stream = tts.createStream({ onMark: (mark) => file.write(captions.add(mark)), onDone: ({ audioMs, interrupted }) => file.end(captions.flush({ endMs: audioMs, interrupted })) });
 * ```
 * @throws TTSError INVALID_INPUT for an option that is out of range.
 */
export function createCaptions(options: CaptionOptions): Captions {
  return new CaptionBuilder(settleCaptions(options));
}

class CaptionBuilder implements Captions {
  readonly #settings: CaptionSettings;
  readonly #track: CueTrack;
  /** Not yet in a cue, in the order of the text. */
  readonly #words: Mark[] = [];
  readonly #sentences: Mark[] = [];
  #hasSentences = false;
  #written = 0;
  #hasHeader = false;

  constructor(settings: CaptionSettings) {
    this.#settings = settings;
    this.#track = new CueTrack(settings);
  }

  add(mark: Mark): string {
    if (mark.kind === "word") insert(this.#words, mark);
    else if (mark.kind === "sentence") {
      this.#hasSentences = true;
      insert(this.#sentences, mark);
    } else return "";
    return this.#write(this.#finishedCues());
  }

  flush({ endMs = Infinity, interrupted = false }: CaptionEnd = {}): string {
    const delivered = this.#words.filter((word) => word.timeMs < endMs);
    this.#words.splice(0, this.#words.length, ...delivered);
    const cues: (Cue | undefined)[] = [];
    while (this.#words.length > 0) cues.push(...this.#takeSentence(this.#groupEnd() ?? Infinity, interrupted));
    cues.push(this.#track.flush(endMs));
    return this.#header() + this.#write(cues);
  }

  #finishedCues(): (Cue | undefined)[] {
    const cues: (Cue | undefined)[] = [];
    for (;;) {
      const end = this.#groupEnd();
      const last = this.#words.at(-1);
      if (end === undefined || last === undefined || last.textStart < end) return cues;
      cues.push(...this.#takeSentence(end));
    }
  }

  /** End of the text that the first word belongs to; undefined while that is not known. */
  #groupEnd(): number | undefined {
    const first = this.#words[0];
    if (first === undefined) return undefined;
    while (this.#sentences[0] !== undefined && this.#sentences[0].textEnd <= first.textStart) this.#sentences.shift();
    const sentence = this.#sentences[0];
    if (sentence !== undefined) return sentence.textStart <= first.textStart ? sentence.textEnd : sentence.textStart;
    const patience = this.#hasSentences ? LONGEST_SENTENCE_UNITS : LOOSE_CUES * this.#settings.maxLines * this.#settings.maxLineCharacters;
    return (this.#words.at(-1)?.textStart ?? 0) - first.textStart > patience ? first.textStart + patience : undefined;
  }

  #takeSentence(end: number, isInterrupted = false): (Cue | undefined)[] {
    const following = this.#words.findIndex((word) => word.textStart >= end);
    const words = this.#words.splice(0, following < 0 ? this.#words.length : following);
    const first = words[0];
    const sentence = this.#sentences.find(({ textStart, textEnd }) => first !== undefined && textStart <= first.textStart && first.textStart < textEnd);
    const next = this.#words[0];
    const pieces = sentencePieces({ words, sentence, next, isBroken: isInterrupted && next === undefined });
    return splitCues(pieces, this.#settings).map((cue) => this.#track.add(cue));
  }

  #write(cues: readonly (Cue | undefined)[]): string {
    let text = "";
    for (const cue of cues) {
      if (cue === undefined) continue;
      this.#written += 1;
      text += this.#header() + writeCue(cue, this.#written, this.#settings);
    }
    return text;
  }

  #header(): string {
    if (this.#hasHeader) return "";
    this.#hasHeader = true;
    return captionHeader(this.#settings.format);
  }
}

/** Marks come in the order of the text but for those that became known late. */
function insert(marks: Mark[], mark: Mark): void {
  const place = marks.findLastIndex((other) => other.textStart <= mark.textStart);
  marks.splice(place + 1, 0, mark);
}
