import type { Mark } from "@parlando/engine";
import type { TextSpan } from "../text/spoken-text.ts";
import type { WrittenWord } from "../text/word-list.ts";

/** Follows which written word is being said, and fills in the words that the library says nothing about. */
export interface WordTracker {
  /** The library began to say something at `offset` (of `length` UTF-16 units) of the text. */
  begin(offset: number, length: number, timeMs: number): void;
  /** Silence began; it ends the word unless more of it is said. */
  pause(timeMs: number): void;
  /** Sound again. */
  sound(): void;
  /** A clause is over: everything before `offset` was said. */
  endClause(offset: number, timeMs: number): void;
  /** Where the word being said stands. */
  current(): TextSpan | undefined;
  /** The time before which every word is known. */
  settledMs(): number;
}

/** What a tracker works on. */
export interface WordTrackerOptions {
  source: string;
  words: readonly WrittenWord[];
  sentences: readonly TextSpan[];
  add: (mark: Mark) => void;
}

interface StartedWord {
  index: number;
  timeMs: number;
}

/** A tracker over the words of one request. */
export function createWordTracker(options: WordTrackerOptions): WordTracker {
  const { words } = options;
  const publish = createWordPublisher(options);
  let current: StartedWord | undefined;
  let next = 0;
  let anchorMs = 0;
  let pauseMs: number | undefined;

  const settle = (until: number, timeMs: number): void => {
    const endMs = Math.min(timeMs, pauseMs ?? timeMs);
    const missing: number[] = [];
    for (; next < until; next += 1) if (words[next]?.certain === true) missing.push(next);
    publish(current, missing, { startMs: current?.timeMs ?? anchorMs, endMs: Math.max(endMs, current?.timeMs ?? anchorMs) });
    current = undefined;
    pauseMs = undefined;
    anchorMs = Math.max(anchorMs, timeMs);
  };

  return {
    begin(offset, length, timeMs) {
      const index = wordAt(options, offset, length);
      if (index === undefined || index < next) return;
      settle(index, timeMs);
      current = { index, timeMs: anchorMs };
      next = index + 1;
    },
    pause(timeMs) {
      pauseMs ??= timeMs;
    },
    sound() {
      pauseMs = undefined;
    },
    endClause(offset, timeMs) {
      settle(Math.max(next, firstAtOrAfter(words, offset)), timeMs);
    },
    current: () => (current === undefined ? undefined : words[current.index]),
    settledMs: () => current?.timeMs ?? anchorMs,
  };
}

type Publish = (current: StartedWord | undefined, missing: readonly number[], range: { startMs: number; endMs: number }) => void;

/** Publishes the word that was said and those that must have been said after it, dividing the time by their lengths. */
function createWordPublisher(options: WordTrackerOptions): Publish {
  const { words, sentences, source } = options;
  let sentence = 0;
  const add = (word: WrittenWord, startMs: number, endMs: number, origin: Mark["source"]): void => {
    const timeMs = Math.round(startMs);
    for (let span = sentences[sentence]; span !== undefined && span.start <= word.start; span = sentences[sentence]) {
      sentence += 1;
      if (word.start < span.end) options.add(mark("sentence", span, timeMs, source, origin));
    }
    options.add({ ...mark("word", word, timeMs, source, origin), durationMs: Math.max(0, Math.round(endMs) - timeMs) });
  };
  return (current, missing, { startMs, endMs }) => {
    const indices = current === undefined ? missing : [current.index, ...missing];
    const said = indices.flatMap((index) => words[index] ?? []);
    const total = said.reduce((sum, word) => sum + word.end - word.start, 0);
    let before = 0;
    for (const [position, word] of said.entries()) {
      const from = startMs + ((endMs - startMs) * before) / total;
      before += word.end - word.start;
      const to = startMs + ((endMs - startMs) * before) / total;
      add(word, from, to, current !== undefined && position === 0 ? "native" : "estimated");
    }
  };
}

function mark(kind: "word" | "sentence", span: TextSpan, timeMs: number, source: string, origin: Mark["source"]): Mark {
  return { kind, timeMs, textStart: span.start, textEnd: span.end, value: source.slice(span.start, span.end), source: origin };
}

/** The word that `offset` lies in, or the one that follows it without white space between. */
function wordAt({ words, source }: WordTrackerOptions, offset: number, length: number): number | undefined {
  const index = firstAtOrAfter(words, offset + 1) - 1;
  const word = words[index];
  if (word !== undefined && offset < word.end) return index;
  const following = words[index + 1];
  if (following === undefined) return undefined;
  const touches = following.start < offset + length || !/\s/u.test(source.slice(offset, following.start));
  return touches ? index + 1 : undefined;
}

function firstAtOrAfter(words: readonly WrittenWord[], offset: number): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const word = words[middle];
    if (word !== undefined && word.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
