import { matchPauses, type ExpectedPause, type MatchedPause } from "./pause-matching.ts";
import type { QuietStretches } from "./quiet-stretches.ts";
import type { SpokenWords } from "./spoken-words.ts";

/** Length of a clause / length expected of it at the pace of the whole, at most, or the other way round. */
const MOST_UNEVEN = 1.8;
const NONE: readonly MatchedPause[] = [];

/** A stretch of audio in which words are to be placed. */
export interface WordEstimate {
  readonly words: SpokenWords;
  /** Place of the first word that is to be placed: 0 by default. */
  readonly firstWord?: number | undefined;
  /** Frames in which they are spoken: from the first to the last sound. */
  readonly startFrame: number;
  /** A guess while the audio is not complete. */
  readonly endFrame: number;
  /** Pauses of the audio, where it was listened to. */
  readonly quiet: QuietStretches | undefined;
  readonly sampleRate: number;
}

/** Where words are, in frames: a place in each list for each word. */
export interface EstimatedPlaces {
  readonly startFrames: number[];
  readonly endFrames: number[];
}

/**
 * Spreads words over a stretch of audio by their estimated lengths. Pauses of the text that are found in the audio are taken from
 * there: between two of them the words share exactly the sound that is there.
 */
export function estimateWords(estimate: WordEstimate): EstimatedPlaces {
  const { words, firstWord = 0, startFrame, endFrame } = estimate;
  const places: EstimatedPlaces = { startFrames: [], endFrames: [] };
  let from = startFrame;
  let first = firstWord;
  for (const pause of foundPauses(estimate)) {
    spread(places, words, { first, end: pause.word + 1, startFrame: from, endFrame: pause.startFrame });
    from = pause.endFrame;
    first = pause.word + 1;
  }
  spread(places, words, { first, end: words.count, startFrame: from, endFrame: Math.max(from, endFrame) });
  return places;
}

function foundPauses({ words, firstWord = 0, startFrame, endFrame, quiet, sampleRate }: WordEstimate): readonly MatchedPause[] {
  if (quiet === undefined || quiet.pauses.length === 0) return NONE;
  const heard = quiet.pauses.filter((stretch) => stretch.startFrame > startFrame && stretch.endFrame < endFrame);
  if (heard.length === 0) return NONE;
  const quietFrames = heard.reduce((sum, stretch) => sum + stretch.endFrame - stretch.startFrame, 0);
  const speechMs = words.speechMs(firstWord);
  const framesPerMs = speechMs === 0 ? 0 : Math.max(0, endFrame - startFrame - quietFrames) / speechMs;
  let beforeMs = 0;
  const expected: ExpectedPause[] = [];
  for (let word = firstWord; word < words.count; word += 1) {
    beforeMs += words.lengthsMs[word] ?? 0;
    if ((words.pausesMs[word] ?? 0) > 0) expected.push({ word, speechFrames: beforeMs * framesPerMs });
  }
  return plausible(matchPauses({ expected, heard, soundStart: startFrame, sampleRate }), { words, firstWord, startFrame, framesPerMs });
}

/** Nobody speaks one clause so much faster or slower than the next: such a pause is the closure of a consonant. */
function plausible(
  pauses: readonly MatchedPause[],
  { words, firstWord, startFrame, framesPerMs }: { readonly words: SpokenWords; readonly firstWord: number; readonly startFrame: number; readonly framesPerMs: number },
): MatchedPause[] {
  let from = startFrame;
  let first = firstWord;
  return pauses.filter((pause) => {
    const ratio = (pause.startFrame - from) / (words.speechMs(first, pause.word + 1) * framesPerMs);
    if (ratio < 1 / MOST_UNEVEN || ratio > MOST_UNEVEN) return false;
    from = pause.endFrame;
    first = pause.word + 1;
    return true;
  });
}

/** Words from `first` up to `end`, and the frames that they share. */
interface Stretch {
  readonly first: number;
  readonly end: number;
  readonly startFrame: number;
  readonly endFrame: number;
}

function spread({ startFrames, endFrames }: EstimatedPlaces, words: SpokenWords, { first, end, startFrame, endFrame }: Stretch): void {
  const totalMs = words.lengthMs(first, end);
  const framesPerMs = totalMs === 0 ? 0 : (endFrame - startFrame) / totalMs;
  let atMs = 0;
  for (let word = first; word < end; word += 1) {
    const lengthMs = words.lengthsMs[word] ?? 0;
    startFrames.push(Math.round(startFrame + atMs * framesPerMs));
    endFrames.push(Math.round(startFrame + (atMs + lengthMs) * framesPerMs));
    atMs += lengthMs + (words.pausesMs[word] ?? 0);
  }
}
