import type { PlacedWord } from "./elevenlabs-words.ts";
import { wordsOf } from "./elevenlabs-words.ts";
import type { Alignment } from "./elevenlabs-wire.ts";

/** Tokens of the fed text in which a spoken word is looked for. */
const REACH = 5;

interface Stretch {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Finds the words of the text as it is spoken in the text that was fed, for alignments of which there is no other. Where a number became words, the
 * words before the next one that is found share the number's place.
 */
export class SpokenWordPlacer {
  #text = "";
  #at = 0;
  #partial: Stretch | undefined;
  /** Spoken words that were not found yet. */
  #strange: Stretch[] = [];

  /** More text was fed. */
  feed(text: string): void {
    this.#text += text;
  }

  /** Takes an alignment of the spoken text, and gives the words that are complete with it. */
  place({ characters, startsMs, endsMs }: Alignment, shiftMs: number): PlacedWord[] {
    const words: PlacedWord[] = [];
    for (const [index, character] of characters.entries()) {
      if (character.trim() === "") {
        words.push(...this.#closePartial());
        continue;
      }
      const startMs = (startsMs[index] ?? 0) + shiftMs;
      this.#partial = { text: (this.#partial?.text ?? "") + character, startMs: this.#partial?.startMs ?? startMs, endMs: Math.max(this.#partial?.endMs ?? 0, (endsMs[index] ?? 0) + shiftMs) };
    }
    return words;
  }

  /** The words of what is left. */
  finish(): PlacedWord[] {
    const words = this.#closePartial();
    const rest = this.#tokens(Infinity);
    this.#at = this.#text.length;
    return [...words, ...this.#share(rest)];
  }

  #closePartial(): PlacedWord[] {
    const spoken = this.#partial;
    this.#partial = undefined;
    if (spoken === undefined) return [];
    const tokens = this.#tokens(REACH);
    const found = tokens.findIndex(({ text }) => plain(text) === plain(spoken.text));
    if (found < 0) {
      this.#strange.push(spoken);
      return [];
    }
    const between = this.#share(tokens.slice(0, found));
    const token = tokens[found];
    if (token === undefined) return between;
    this.#at = token.at + token.text.length;
    return [...between, ...place(token, spoken)];
  }

  /** Tokens that were not found by their letters get the time of what was spoken in their place. */
  #share(tokens: readonly Token[]): PlacedWord[] {
    const [first, last] = [this.#strange[0], this.#strange.at(-1)];
    this.#strange = [];
    if (first === undefined || last === undefined) return [];
    const eachMs = (last.endMs - first.startMs) / Math.max(1, tokens.length);
    return tokens.flatMap((token, index) => place(token, { startMs: first.startMs + index * eachMs, endMs: first.startMs + (index + 1) * eachMs }));
  }

  #tokens(count: number): Token[] {
    const tokens: Token[] = [];
    const pattern = /\S+/gu;
    pattern.lastIndex = this.#at;
    for (let match = pattern.exec(this.#text); match !== null && tokens.length < count; match = pattern.exec(this.#text)) tokens.push({ text: match[0], at: match.index });
    return tokens;
  }
}

interface Token {
  readonly text: string;
  readonly at: number;
}

function place({ text, at }: Token, { startMs, endMs }: Pick<Stretch, "startMs" | "endMs">): PlacedWord[] {
  return wordsOf(text, at).map(([textStart, textEnd]) => {
    const share = (offset: number): number => startMs + ((endMs - startMs) * (offset - at)) / text.length;
    return { textStart, textEnd, startMs: share(textStart), endMs: share(textEnd) };
  });
}

/** Letters and digits alone, without case. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}\p{M}]/gu, "");
}
