import type { Mark } from "@parlando/engine";
import type { BookmarkTag } from "../text/spoken-text.ts";

/** Follows the SSML `mark` elements of one request: each becomes one bookmark, in the order of the document. */
export interface BookmarkTracker {
  /** The library came to a mark of this name. */
  reach(name: string, timeMs: number): void;
  /** The library is past `offset` of the text: marks before it that it did not tell of are here. */
  pass(offset: number, timeMs: number): void;
}

/** What a tracker works on. */
export interface BookmarkTrackerOptions {
  tags: readonly BookmarkTag[];
  /** The request's text with blanks in place of its markup. */
  readable: string;
  add: (mark: Mark) => void;
}

const nothingSaid = /^[\s\p{P}]*$/u;

/**
 * A tracker over the marks of one request. The library tells a mark's name and time, but not where it stands; its tag is found
 * by name, in order. It swallows marks that follow the end of a sentence, while it looks for that end: such a mark is put
 * where the next sentence begins, which is where the library puts one that follows a comma.
 */
export function createBookmarkTracker({ tags, readable, add }: BookmarkTrackerOptions): BookmarkTracker {
  let next = 0;
  let lastMs = 0;
  const take = (until: number, timeMs: number, source: (tag: BookmarkTag, index: number) => Mark["source"]): void => {
    lastMs = Math.max(lastMs, timeMs);
    for (; next < until; next += 1) {
      const tag = tags[next];
      if (tag !== undefined) add({ kind: "bookmark", timeMs: lastMs, textStart: tag.start, textEnd: tag.end, value: tag.name, source: source(tag, next) });
    }
  };
  return {
    reach(name, timeMs) {
      const found = tags.findIndex((tag, index) => index >= next && tag.name === name);
      if (found >= 0) take(found + 1, timeMs, (_tag, index) => (index === found ? "native" : "estimated"));
    },
    pass(offset, timeMs) {
      const following = tags.findIndex((tag, index) => index >= next && tag.end > offset);
      // Where nothing is said between the mark and the place, the time of the place is the mark's own.
      const source = (tag: BookmarkTag): Mark["source"] => (nothingSaid.test(readable.slice(tag.end, offset)) ? "native" : "estimated");
      take(following < 0 ? tags.length : following, timeMs, source);
    },
  };
}
