// How speech through the whole stream of core compares with what the fakes spoke.

import { decodeWords, expectedSamples, expectedWords, spokenWords } from "@parlando/testkit";

/** How the audio of a fake is to be read. */
export interface SpeechEncoding {
  readonly sampleRate: number;
  /** "tones" where a lossy codec is in between. */
  readonly encoding: "tones" | "exact";
  readonly msPerCharacter: number;
}

/** What was heard of a text. */
export interface SpeechFound {
  /** Words heard whole, of the text's, in order and once. */
  readonly words: number;
  /** Words that broke off, because the engine did, and were then said from their beginning. */
  readonly begunAgain: number;
  /** Words said whole twice. */
  readonly repeated: number;
  /** Words left out, the speech going on behind them. */
  readonly leftOut: number;
  /** Ends before the text does. */
  readonly endsEarly: boolean;
  /** What cannot be explained by any of these. */
  readonly wrong: string | undefined;
}

/** Fades of 5 ms, with the rounding of frames. */
const FADE_MS = 5.1;
const ROUNDING = 1.5 / 32_768;
/** So many samples in a row are no accident. */
const PROOF_FRAMES = 200;

/** Compares what was heard with the audio of `text`, sample by sample where the encoding allows it. */
export function compareSpeech(heard: Float32Array, text: string, speech: SpeechEncoding): SpeechFound {
  return speech.encoding === "exact" ? compareSamples(heard, text, speech) : compareWords(heard, text, speech);
}

/** The audio of a text, and where its words begin in it. */
interface Score {
  readonly samples: Float32Array;
  /** The last one is the end. */
  readonly borders: readonly number[];
  readonly fadeFrames: number;
}

function compareSamples(heard: Float32Array, text: string, { sampleRate, msPerCharacter }: SpeechEncoding): SpeechFound {
  const borders = [0];
  for (const word of spokenWords(text)) borders.push((borders.at(-1) ?? 0) + expectedSamples(word.text, { encoding: "exact", sampleRate, msPerCharacter }).length);
  const score: Score = { samples: expectedSamples(text, { encoding: "exact", sampleRate, msPerCharacter }), borders, fadeFrames: Math.ceil((FADE_MS * sampleRate) / 1000) };
  const found = { words: 0, begunAgain: 0, repeated: 0, leftOut: 0 };
  let at = 0;
  /** Where in the text's audio the sample at hand is. */
  let place = 0;
  for (;;) {
    const matched = matchingFrames(heard, score, at, place);
    at += matched;
    place += matched;
    if (at >= heard.length) break;
    const jump = findJump(heard, score, at);
    // What is left is a fade, or rings out.
    if (jump === undefined && heard.length - at <= 2 * score.fadeFrames) break;
    if (jump === undefined) return { ...found, words: wordAt(score, place), endsEarly: true, wrong: `sample ${at} of ${heard.length} is none that was spoken there` };
    const brokeOffAt = place + jump.at - at;
    const word = wordAt(score, brokeOffAt);
    const next = score.borders.indexOf(jump.to);
    note(found, { word, next, isBegun: brokeOffAt > (score.borders[word] ?? 0) + score.fadeFrames });
    at = jump.at;
    place = jump.to;
  }
  const isWhole = place >= score.samples.length - score.fadeFrames;
  return { ...found, words: isWhole ? borders.length - 1 : wordAt(score, place), endsEarly: !isWhole, wrong: undefined };
}

/** The word at a frame. */
function wordAt({ borders }: Score, frame: number): number {
  return Math.max(0, borders.findLastIndex((border) => border <= frame));
}

/** How many samples are those of the text, or fainter where a fade may be. */
function matchingFrames(heard: Float32Array, score: Score, at: number, place: number): number {
  let frames = 0;
  for (; at + frames < heard.length && place + frames < score.samples.length; frames += 1) {
    const sample = heard[at + frames] ?? 0;
    const want = score.samples[place + frames] ?? 0;
    if (Math.abs(sample - want) <= ROUNDING) continue;
    const isEdge = heard.length - at - frames <= score.fadeFrames || score.borders.some((border) => Math.abs(place + frames - border) <= score.fadeFrames);
    if (!isEdge || Math.abs(sample) > Math.abs(want) + ROUNDING) break;
  }
  return frames;
}

/** What a jump from inside `word`, or from its beginning, to the beginning of the word `next` means. */
function note(found: { begunAgain: number; repeated: number; leftOut: number }, { word, next, isBegun }: { word: number; next: number; isBegun: boolean }): void {
  found.leftOut += Math.max(0, next - word);
  found.repeated += Math.max(0, word - next);
  if (next <= word && isBegun) found.begunAgain += 1;
}

/** Where speech that has left the text's audio goes on in it: at a word's beginning. Between lie a fade out and, at most, as much again that rings out. */
function findJump(heard: Float32Array, score: Score, at: number): { at: number; to: number } | undefined {
  const { fadeFrames, borders } = score;
  // A fade may have hidden the first samples of what differs.
  for (let gap = -fadeFrames; gap <= 2 * fadeFrames; gap += 1) {
    for (const to of borders) if (isProof(heard, score, at + gap + fadeFrames, to + fadeFrames)) return { at: at + gap, to };
  }
  return undefined;
}

function isProof(heard: Float32Array, { samples }: Score, at: number, place: number): boolean {
  if (at + PROOF_FRAMES > heard.length || place + PROOF_FRAMES > samples.length) return false;
  for (let frame = 0; frame < PROOF_FRAMES; frame += 1) if (Math.abs((heard[at + frame] ?? 0) - (samples[place + frame] ?? 0)) > ROUNDING) return false;
  return true;
}

function compareWords(heard: Float32Array, text: string, { sampleRate }: SpeechEncoding): SpeechFound {
  const expected = expectedWords(text);
  const found = { words: 0, begunAgain: 0, repeated: 0, leftOut: 0 };
  let next = 0;
  for (const { id, complete } of decodeWords(heard, sampleRate)) {
    if (!complete) {
      found.begunAgain += 1;
      continue;
    }
    const index = id === undefined ? -1 : expected.indexOf(id);
    if (index === -1) return { ...found, words: next, endsEarly: true, wrong: `word ${id ?? "unreadable"} behind word ${next - 1} was never spoken` };
    if (index < next) found.repeated += next - index;
    else found.leftOut += index - next;
    next = index + 1;
  }
  const endsEarly = next < expected.length;
  // The last one that broke off was not begun again.
  return { ...found, begunAgain: endsEarly ? Math.max(0, found.begunAgain - 1) : found.begunAgain, words: next, endsEarly, wrong: undefined };
}
