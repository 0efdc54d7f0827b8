import type { FakeSpeech } from "../shared/fake-speech.ts";
import type { PollyText } from "./polly-text.ts";

/** The kinds of speech marks. */
export type PollyMarkType = "sentence" | "word" | "viseme" | "ssml";

/** One speech mark: a line of the answer. `start` and `end` are bytes of UTF-8 in what was submitted, tags included. */
export interface PollyMark {
  time: number;
  type: PollyMarkType;
  start?: number | undefined;
  end?: number | undefined;
  value: string;
}

/** Names all kinds of marks, in the order in which marks of one time come. */
export const pollyMarkTypes: readonly PollyMarkType[] = ["ssml", "sentence", "word", "viseme"];

const sentences = /[^.!?…。！？]+(?:[.!?…。！？]+["'”’)\]]*|$)|[.!?…。！？]+/gu;
const edges = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;
/** A sign of Polly's viseme table for each letter: made up, but always the same. */
const visemes: ReadonlyMap<string, string> = new Map([..."abcdefghijklmnopqrstuvwxyz"].map((letter, index) => [letter, "apktEfkkiSktptopkrstufusis"[index] ?? "@"]));

/** The marks of a speech, in the order of their times (whole milliseconds). `stretch` moves them away from the audio. */
export function pollyMarks(text: PollyText, speech: FakeSpeech, options: { types: readonly PollyMarkType[]; stretch: number }): PollyMark[] {
  const { types, stretch } = options;
  const timeAt = (frame: number): number => Math.round((stretch * frame * 1000) / speech.sampleRate);
  const byteAt = byteOffsets(text.source);
  const place = (start: number, end: number): { start: number; end: number } => ({ start: byteAt(text.sourceAt(start)), end: byteAt(text.sourceEnd(end)) });
  const frameAt = (at: number): number => speech.words.find((word) => word.textEnd > at)?.startFrame ?? speech.frames;

  const marks: PollyMark[] = [];
  if (types.includes("ssml")) marks.push(...bookmarks(text, byteAt).map(({ at, ...mark }) => ({ time: timeAt(frameAt(at)), ...mark })));
  if (types.includes("sentence")) {
    for (const { value, start, end } of sentencesOf(text.text)) marks.push({ time: timeAt(frameAt(start)), type: "sentence", ...place(start, end), value });
  }
  for (const word of speech.words) {
    if (word.id === undefined) continue;
    const value = word.text.replaceAll(edges, "");
    const start = word.textStart + word.text.indexOf(value);
    if (types.includes("word")) marks.push({ time: timeAt(word.startFrame), type: "word", ...place(start, start + value.length), value });
    if (types.includes("viseme")) marks.push(...visemesOf(value, (part) => timeAt(word.startFrame + part * word.frames)));
  }
  const rank = (mark: PollyMark): number => pollyMarkTypes.indexOf(mark.type);
  return marks.sort((one, other) => one.time - other.time || rank(one) - rank(other));
}

function sentencesOf(text: string): { value: string; start: number; end: number }[] {
  return [...text.matchAll(sentences)].flatMap((match) => {
    const value = match[0].trim();
    const start = match.index + match[0].indexOf(value);
    return /[\p{L}\p{N}]/u.test(value) ? [{ value, start, end: start + value.length }] : [];
  });
}

function visemesOf(word: string, timeAt: (part: number) => number): PollyMark[] {
  const letters = [...word];
  const shown = letters.map((letter, index): PollyMark => ({ time: timeAt(index / (letters.length + 1)), type: "viseme", value: visemes.get(letter.toLowerCase()) ?? "@" }));
  return [...shown, { time: timeAt(letters.length / (letters.length + 1)), type: "viseme", value: "sil" }];
}

/** The places of `<mark>` tags in the source, with their names. */
function bookmarks(text: PollyText, byteAt: (unit: number) => number): { at: number; type: "ssml"; start: number; end: number; value: string }[] {
  const found = [...text.source.replaceAll(/<!--[\s\S]*?-->/gu, (comment) => " ".repeat(comment.length)).matchAll(/<mark\s[^>]*>/gu)];
  return text.marks.flatMap(({ name, at }, index) => {
    const tag = found[index];
    return tag === undefined ? [] : [{ at, type: "ssml" as const, start: byteAt(tag.index), end: byteAt(tag.index + tag[0].length), value: name }];
  });
}

/** Bytes of UTF-8 before each UTF-16 unit of a text. */
function byteOffsets(text: string): (unit: number) => number {
  const offsets = new Uint32Array(text.length + 1);
  let bytes = 0;
  let unit = 0;
  for (const character of text) {
    for (let part = 0; part < character.length; part += 1) offsets[unit + part] = bytes;
    unit += character.length;
    bytes += Buffer.byteLength(character, "utf8");
  }
  offsets[text.length] = bytes;
  return (at) => offsets[Math.max(0, Math.min(at, text.length))] ?? 0;
}
