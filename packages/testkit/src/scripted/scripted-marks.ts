import type { Mark, MarkKind } from "@parlando/engine";
import type { TimedWord } from "../words/word-audio.ts";

/** What marks are made from. Offsets and frames count from the start of `text`. */
export interface MarkSource {
  text: string;
  words: readonly TimedWord[];
  sampleRate: number;
  kinds: readonly MarkKind[];
  /** Named places in the text, for bookmarks. */
  bookmarks: readonly { at: number; name: string }[];
}

/** All marks of a text in the order of their times; at the same time the larger kinds come first. */
export function scriptedMarks(source: MarkSource): Mark[] {
  const spoken = source.words.filter((word) => word.id !== undefined);
  const makers: Record<MarkKind, () => Mark[]> = {
    sentence: () => sentenceMarks(source, spoken),
    bookmark: () => bookmarkMarks(source),
    word: () => spoken.map((word) => wordMark(source, word)),
    character: () => spoken.flatMap((word) => letterMarks(source, word, "character")),
    phoneme: () => spoken.flatMap((word) => letterMarks(source, word, "phoneme")),
    viseme: () => spoken.flatMap((word) => letterMarks(source, word, "viseme")),
  };
  const order = Object.keys(makers) as MarkKind[];
  return order
    .filter((kind) => source.kinds.includes(kind))
    .flatMap((kind) => makers[kind]())
    .sort((left, right) => left.timeMs - right.timeMs || order.indexOf(left.kind) - order.indexOf(right.kind));
}

const milliseconds = (frames: number, sampleRate: number): number => (frames * 1000) / sampleRate;

/** Without the punctuation around the word. */
function wordMark({ text, sampleRate }: MarkSource, word: TimedWord): Mark {
  const before = /^[^\p{L}\p{N}]*/u.exec(word.text)?.[0].length ?? 0;
  const after = /[^\p{L}\p{N}\p{M}]*$/u.exec(word.text)?.[0].length ?? 0;
  const textStart = word.textStart + before;
  const textEnd = word.textEnd - after;
  return {
    kind: "word",
    timeMs: milliseconds(word.startFrame, sampleRate),
    durationMs: milliseconds(word.frames, sampleRate),
    textStart,
    textEnd,
    value: text.slice(textStart, textEnd),
    source: "native",
  };
}

function sentenceMarks({ text, sampleRate }: MarkSource, words: readonly TimedWord[]): Mark[] {
  const marks: Mark[] = [];
  let first: TimedWord | undefined;
  words.forEach((word, index) => {
    first ??= word;
    if (index + 1 < words.length && !/[.!?。！？؟]["'”’)\]]*$/u.test(word.text)) return;
    const { textStart, startFrame } = first;
    const { textEnd } = word;
    const durationMs = milliseconds(word.startFrame + word.frames - startFrame, sampleRate);
    marks.push({ kind: "sentence", timeMs: milliseconds(startFrame, sampleRate), durationMs, textStart, textEnd, value: text.slice(textStart, textEnd), source: "native" });
    first = undefined;
  });
  return marks;
}

function letterMarks({ sampleRate }: MarkSource, word: TimedWord, kind: "character" | "phoneme" | "viseme"): Mark[] {
  const letters = [...word.text];
  const durationMs = milliseconds(word.frames, sampleRate) / letters.length;
  let textStart = word.textStart;
  return letters.map((letter, index) => {
    const timeMs = milliseconds(word.startFrame, sampleRate) + index * durationMs;
    const value = kind === "viseme" ? String((letter.codePointAt(0) ?? 0) % 22) : letter;
    const mark: Mark = { kind, timeMs, durationMs, textStart, textEnd: textStart + letter.length, value, source: "native" };
    textStart += letter.length;
    return mark;
  });
}

function bookmarkMarks({ words, sampleRate, bookmarks }: MarkSource): Mark[] {
  const last = words.at(-1);
  return bookmarks.map(({ at, name }) => {
    const next = words.find((word) => word.textStart >= at);
    const frame = next?.startFrame ?? (last === undefined ? 0 : last.startFrame + last.frames);
    return { kind: "bookmark", timeMs: milliseconds(frame, sampleRate), textStart: at, textEnd: at, value: name, source: "native" };
  });
}
