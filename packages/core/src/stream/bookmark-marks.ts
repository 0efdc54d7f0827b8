import type { Mark } from "@parlando/engine";
import type { MarkupElement } from "../text/text-markup.ts";
import type { PublishedMark } from "./published-mark.ts";

/** The beginning of a word, or the end of a segment. */
interface Place {
  readonly frame: number;
  readonly source: Mark["source"];
}

/**
 * The bookmarks of SSML that was fed, each told once: by the engine, where it does, else when the word behind it begins. So a bookmark is never missing,
 * whatever the engine can do.
 */
export class BookmarkMarks {
  readonly #sampleRate: number;
  /** Not told yet, in the order of the text. */
  readonly #waiting: MarkupElement[] = [];

  constructor(options: { sampleRate: number }) {
    this.#sampleRate = options.sampleRate;
  }

  /** A `mark` was read in the fed text. */
  add(element: MarkupElement): void {
    if (element.attributes.has("name")) this.#waiting.push(element);
  }

  /** A bookmark that the engine tells, with the place of its tag; undefined when it was told before. Engines tell them in the order of the text. */
  told(published: PublishedMark): PublishedMark | undefined {
    const index = this.#waiting.findIndex(({ attributes }) => attributes.get("name") === published.mark.value);
    const [element] = index < 0 ? [] : this.#waiting.splice(index, 1);
    return element === undefined ? undefined : { ...published, mark: { ...published.mark, textStart: element.start, textEnd: element.end } };
  }

  /** Those before `textUntil` that were not told, placed where the text behind them begins. */
  passed(textUntil: number, place: Place): PublishedMark[] {
    const count = this.#waiting.findIndex(({ start }) => start >= textUntil);
    return this.#waiting.splice(0, count < 0 ? this.#waiting.length : count).map((element) => this.#mark(element, place));
  }

  #mark({ start, end, attributes }: MarkupElement, { frame, source }: Place): PublishedMark {
    return {
      mark: { kind: "bookmark", timeMs: (frame * 1000) / this.#sampleRate, textStart: start, textEnd: end, value: attributes.get("name") ?? "", source },
      frame,
    };
  }
}
