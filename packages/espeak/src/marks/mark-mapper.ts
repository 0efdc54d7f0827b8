import type { Mark, MarkKind } from "@parlando/engine";
import type { NativeEvent } from "../library/espeak-module.ts";
import { findSentences } from "../text/sentence-list.ts";
import type { SpokenText } from "../text/spoken-text.ts";
import { findWords } from "../text/word-list.ts";
import { createBookmarkTracker, type BookmarkTracker } from "./bookmark-tracker.ts";
import { createMarkCollector, type MarkCollector } from "./mark-collector.ts";
import { createPhonemeTracker, type PhonemeTracker } from "./phoneme-tracker.ts";
import { createWordTracker, type WordTracker } from "./word-tracker.ts";

/** What the marks of one request are made from. */
export interface MarkMapperOptions {
  /** The request's text. */
  source: string;
  spoken: SpokenText;
  /** BCP-47. */
  language: string;
  kinds: readonly MarkKind[];
}

/** Turns the library's events into marks over the request's text. */
export interface MarkMapper {
  /** Takes events in order; returns the marks that are complete, in the order of their times. */
  push(events: readonly NativeEvent[]): Mark[];
  /** The rest, when `totalMs` of audio were made. */
  finish(totalMs: number): Mark[];
  /** No mark before this time will come any more. */
  settledMs(): number;
}

interface MapperParts {
  options: MarkMapperOptions;
  collector: MarkCollector;
  words: WordTracker;
  phonemes: PhonemeTracker;
  bookmarks: BookmarkTracker;
}

/**
 * A mapper for one request. A mark is complete when its length is known, which is when the next of its kind begins.
 *
 * @param options - The text and what is wanted.
 */
export function createMarkMapper(options: MarkMapperOptions): MarkMapper {
  const { source, spoken, language, kinds } = options;
  const collector = createMarkCollector(kinds);
  const words = createWordTracker({
    source,
    words: findWords(spoken.readable, spoken.spans, language),
    sentences: kinds.includes("sentence") ? findSentences(spoken.readable, { breaks: spoken.breaks, language }) : [],
    add: collector.add,
  });
  const parts: MapperParts = {
    options, collector, words,
    phonemes: createPhonemeTracker(collector.add),
    bookmarks: createBookmarkTracker({ tags: spoken.bookmarks, readable: spoken.readable, add: collector.add }),
  };
  const waitsForWords = kinds.includes("word") || kinds.includes("sentence");
  const waitsForPhonemes = kinds.includes("phoneme") || kinds.includes("viseme");
  const settledMs = (): number => Math.min(
    waitsForWords ? words.settledMs() : Number.POSITIVE_INFINITY,
    waitsForPhonemes ? parts.phonemes.settledMs() : Number.POSITIVE_INFINITY,
  );
  return {
    push(events) {
      for (const event of events) take(parts, event);
      return collector.takeUntil(settledMs());
    },
    finish(totalMs) {
      const endMs = Math.floor(totalMs);
      words.endClause(source.length, endMs);
      parts.phonemes.end(endMs);
      parts.bookmarks.pass(source.length, endMs);
      return collector.takeUntil(Number.POSITIVE_INFINITY);
    },
    settledMs,
  };
}

function take(parts: MapperParts, event: NativeEvent): void {
  const { words, phonemes, bookmarks } = parts;
  const timeMs = event.audio_position;
  const start = offsetOf(parts, event.text_position);
  if (event.type === "word") {
    bookmarks.pass(start, timeMs);
    words.begin(start, offsetOf(parts, event.text_position + event.word_length) - start, timeMs);
  } else if (event.type === "end") {
    words.endClause(start, timeMs);
    bookmarks.pass(start, timeMs);
  } else if (event.type === "mark") bookmarks.reach(String(event.id ?? ""), timeMs);
  else if (event.type === "phoneme") {
    const value = String(event.id ?? "");
    if (value === "") words.pause(timeMs);
    else words.sound();
    phonemes.begin(value, words.current() ?? { start, end: start }, timeMs);
  }
}

/** UTF-16 index in the request's text of a 1-based code point of what the library was given. */
function offsetOf({ options }: MapperParts, position: number): number {
  return options.spoken.sourceOffsets[Math.max(0, position - 1)] ?? options.source.length;
}
