import type { TimedWord } from "../../words/word-audio.ts";
import type { FakeSpeech } from "./fake-speech.ts";
import type { SpeechMetadata } from "./speech-turn-messages.ts";
import type { SsmlMark } from "./ssml-text.ts";

/** Which entries of `audio.metadata` are wanted. */
export interface SpeechMarkOptions {
  words?: boolean | undefined;
  /** Entries of punctuation beside those of words. */
  punctuation?: boolean | undefined;
  sentences?: boolean | undefined;
  visemes?: boolean | undefined;
  /** The animation of each viseme comes in two entries, of which the last is marked. */
  animations?: boolean | undefined;
  bookmarks?: readonly SsmlMark[] | undefined;
  /** Texts are escaped as in XML. */
  escaped?: boolean | undefined;
  /** Where the speech begins in the turn. Default 0. */
  startMs?: number | undefined;
}

/** An entry and the place in the audio before which it is sent, from the beginning of its speech. */
export interface PlacedMark {
  atMs: number;
  entry: SpeechMetadata;
}

const sentenceEnd = /[.!?。！？]["'”’)\]]*$/u;
const wordCore = /[\p{L}\p{N}\p{M}](?:.*[\p{L}\p{N}\p{M}])?/su;
/** Azure has visemes 0 (silence) to 21. */
const visemeCount = 22;

/** The entries for the speech of a text, in the order of their times; on a tie sentences come first, then bookmarks, words, visemes. */
export function speechMarks(text: string, speech: FakeSpeech, options: SpeechMarkOptions): PlacedMark[] {
  const times = createTimes(speech.sampleRate, options.startMs ?? 0);
  const marks = [
    ...(options.sentences ? sentences(text, speech.words, times, options) : []),
    ...(options.bookmarks ?? []).map((mark) => bookmark(mark, speech, times)),
    ...speech.words.flatMap((word) => wordMarks(word, times, options)),
  ];
  return marks.sort((one, other) => one.atMs - other.atMs);
}

/** What comes after the last audio of a turn. */
export function sessionEnd(durationMs: number): SpeechMetadata {
  return { Type: "SessionEnd", Data: { Offset: Math.round(durationMs * 10_000) } };
}

interface Times {
  msAt(frame: number): number;
  ticksAt(frame: number): number;
}

function createTimes(sampleRate: number, startMs: number): Times {
  const msAt = (frame: number): number => (frame * 1000) / sampleRate;
  return { msAt, ticksAt: (frame) => Math.round((msAt(frame) + startMs) * 10_000) };
}

function wordMarks(word: TimedWord, times: Times, options: SpeechMarkOptions): PlacedMark[] {
  const core = wordCore.exec(word.text);
  const coreStart = core?.index ?? word.text.length;
  const coreEnd = coreStart + (core?.[0].length ?? 0);
  const frameAt = (unit: number): number => Math.round(word.startFrame + (word.frames * unit) / word.text.length);
  const boundary = (from: number, to: number, type: string): PlacedMark[] =>
    from === to ? [] : [{ atMs: times.msAt(frameAt(from)), entry: textBoundary("WordBoundary", type, word.text.slice(from, to), [frameAt(from), frameAt(to)], times, options) }];
  return [
    ...(options.punctuation ? boundary(0, coreStart, "PunctuationBoundary") : []),
    ...(options.words ? boundary(coreStart, coreEnd, "WordBoundary") : []),
    ...(options.visemes && core ? visemes(word, times, options) : []),
    ...(options.punctuation ? boundary(coreEnd, word.text.length, "PunctuationBoundary") : []),
  ];
}

function sentences(text: string, words: readonly TimedWord[], times: Times, options: SpeechMarkOptions): PlacedMark[] {
  const marks: PlacedMark[] = [];
  let first: TimedWord | undefined;
  words.forEach((word, index) => {
    first ??= word;
    if (!sentenceEnd.test(word.text) && index + 1 < words.length) return;
    const frames: [number, number] = [first.startFrame, word.startFrame + word.frames];
    marks.push({ atMs: times.msAt(first.startFrame), entry: textBoundary("SentenceBoundary", "SentenceBoundary", text.slice(first.textStart, word.textEnd), frames, times, options) });
    first = undefined;
  });
  return marks;
}

function textBoundary(type: string, boundaryType: string, text: string, [from, to]: [number, number], times: Times, { escaped }: SpeechMarkOptions): SpeechMetadata {
  const told = escaped ? escapeXml(text) : text;
  return { Type: type, Data: { Offset: times.ticksAt(from), Duration: times.ticksAt(to) - times.ticksAt(from), text: { Text: told, Length: told.length, BoundaryType: boundaryType } } };
}

function visemes(word: TimedWord, times: Times, { animations }: SpeechMarkOptions): PlacedMark[] {
  const atMs = times.msAt(word.startFrame);
  const data = { Offset: times.ticksAt(word.startFrame), VisemeId: 1 + ((word.id ?? 0) % (visemeCount - 1)) };
  if (!animations) return [{ atMs, entry: { Type: "Viseme", Data: { ...data, IsLastAnimation: true, AnimationChunk: "" } } }];
  const animation = JSON.stringify({ FrameIndex: Math.round(atMs * 0.06), BlendShapes: [[0, 0.5, 1]] });
  const middle = animation.length >> 1;
  return [
    { atMs, entry: { Type: "Viseme", Data: { ...data, IsLastAnimation: false, AnimationChunk: animation.slice(0, middle) } } },
    { atMs, entry: { Type: "Viseme", Data: { ...data, IsLastAnimation: true, AnimationChunk: animation.slice(middle) } } },
  ];
}

function bookmark({ name, at }: SsmlMark, speech: FakeSpeech, times: Times): PlacedMark {
  const frame = speech.words.find((word) => word.textStart >= at)?.startFrame ?? speech.frames;
  return { atMs: times.msAt(frame), entry: { Type: "Bookmark", Data: { Offset: times.ticksAt(frame), Bookmark: name } } };
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&apos;");
}
