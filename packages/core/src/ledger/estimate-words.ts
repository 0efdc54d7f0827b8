import { matchPauses, type MatchedPause } from "./pause-matching.ts";
import type { QuietStretches } from "./quiet-stretches.ts";
import type { SpokenWord } from "./spoken-words.ts";

/** Length of a clause / length expected of it at the pace of the whole, at most, or the other way round. */
const MOST_UNEVEN = 1.8;

/** A stretch of audio in which words are to be placed. */
export interface WordEstimate {
  readonly words: readonly SpokenWord[];
  /** Frames in which they are spoken: from the first to the last sound. */
  readonly startFrame: number;
  /** A guess while the audio is not complete. */
  readonly endFrame: number;
  /** Pauses of the audio, where it was listened to. */
  readonly quiet: QuietStretches | undefined;
  readonly sampleRate: number;
}

/** Where a word is, in frames. */
export interface EstimatedPlace {
  readonly startFrame: number;
  readonly endFrame: number;
}

/**
 * Spreads words over a stretch of audio by their estimated lengths. Pauses of the text that are found in the audio are taken from
 * there: between two of them the words share exactly the sound that is there.
 */
export function estimateWords(estimate: WordEstimate): EstimatedPlace[] {
  const { words, startFrame, endFrame } = estimate;
  const pauses = foundPauses(estimate);
  if (pauses.length === 0) return spread(words, startFrame, Math.max(startFrame, endFrame));
  const places: EstimatedPlace[] = [];
  let from = startFrame;
  let first = 0;
  for (const pause of pauses) {
    places.push(...spread(words.slice(first, pause.word + 1), from, pause.startFrame));
    from = pause.endFrame;
    first = pause.word + 1;
  }
  places.push(...spread(words.slice(first), from, Math.max(from, endFrame)));
  return places;
}

function foundPauses({ words, startFrame, endFrame, quiet, sampleRate }: WordEstimate): MatchedPause[] {
  if (quiet === undefined || quiet.pauses.length === 0) return [];
  const heard = quiet.pauses.filter((stretch) => stretch.startFrame > startFrame && stretch.endFrame < endFrame);
  if (heard.length === 0) return [];
  const quietFrames = heard.reduce((sum, stretch) => sum + stretch.endFrame - stretch.startFrame, 0);
  const speechMs = words.reduce((sum, word) => sum + word.lengthMs, 0);
  const framesPerMs = speechMs === 0 ? 0 : Math.max(0, endFrame - startFrame - quietFrames) / speechMs;
  let beforeMs = 0;
  const expected = words.flatMap((word, index) => {
    beforeMs += word.lengthMs;
    return word.pauseMs > 0 ? [{ word: index, speechFrames: beforeMs * framesPerMs }] : [];
  });
  return plausible(matchPauses({ expected, heard, soundStart: startFrame, sampleRate }), words, startFrame, framesPerMs);
}

/** Nobody speaks one clause so much faster or slower than the next: such a pause is the closure of a consonant. */
function plausible(pauses: readonly MatchedPause[], words: readonly SpokenWord[], startFrame: number, framesPerMs: number): MatchedPause[] {
  let from = startFrame;
  let first = 0;
  return pauses.filter((pause) => {
    const expectedFrames = words.slice(first, pause.word + 1).reduce((sum, word) => sum + word.lengthMs, 0) * framesPerMs;
    const ratio = (pause.startFrame - from) / expectedFrames;
    if (ratio < 1 / MOST_UNEVEN || ratio > MOST_UNEVEN) return false;
    from = pause.endFrame;
    first = pause.word + 1;
    return true;
  });
}

function spread(words: readonly SpokenWord[], startFrame: number, endFrame: number): EstimatedPlace[] {
  const totalMs = words.reduce((sum, word, index) => sum + word.lengthMs + (index + 1 < words.length ? word.pauseMs : 0), 0);
  const framesPerMs = totalMs === 0 ? 0 : (endFrame - startFrame) / totalMs;
  let atMs = 0;
  return words.map(({ lengthMs, pauseMs }) => {
    const place = { startFrame: Math.round(startFrame + atMs * framesPerMs), endFrame: Math.round(startFrame + (atMs + lengthMs) * framesPerMs) };
    atMs += lengthMs + pauseMs;
    return place;
  });
}
