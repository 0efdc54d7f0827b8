import type { QuietStretch } from "./quiet-stretches.ts";

/** A place in the text where a pause is likely: behind a word, `atMs` of speech into the text. */
export interface ExpectedPause {
  /** Index of the word before it. */
  readonly word: number;
  /** Speech before it at the pace of the audio, in frames, pauses not counted. */
  readonly speechFrames: number;
}

/** A pause of the text found in the audio. */
export interface MatchedPause {
  readonly word: number;
  readonly startFrame: number;
  readonly endFrame: number;
}

/** What {@link matchPauses} compares. */
export interface PauseMatching {
  readonly expected: readonly ExpectedPause[];
  readonly heard: readonly QuietStretch[];
  /** First frame with sound. */
  readonly soundStart: number;
  readonly sampleRate: number;
}

/** So many of each are compared with each other: more than a segment has. */
const MOST = 48;
/** How far a pause may be from where it is expected: a fixed part, and one that grows with the speech since the start. */
const TOLERANCE_MS = 500;
const TOLERANCE_SHARE = 0.2;
/** A pause counts by its length, up to this. */
const LONGEST_COUNTED_MS = 350;

/**
 * Finds the pauses of the text among those of the audio: in order, each at most once, so that long pauses close to where they are
 * expected are found first of all.
 */
export function matchPauses(matching: PauseMatching): MatchedPause[] {
  const expected = matching.expected.slice(0, MOST);
  const heard = matching.heard.slice(0, MOST);
  if (expected.length === 0 || heard.length === 0) return [];
  const scores = scoreTable(expected, heard, matching);
  return readBack(expected, heard, bestTable(scores), scores);
}

/** How well pause `row` of the text and stretch `column` of the audio go together; 0 when they do not. */
function scoreTable(expected: readonly ExpectedPause[], heard: readonly QuietStretch[], { soundStart, sampleRate }: PauseMatching): number[][] {
  const framesPerMs = sampleRate / 1000;
  let quiet = 0;
  const speechBefore = heard.map((stretch) => {
    const before = stretch.startFrame - soundStart - quiet;
    quiet += stretch.endFrame - stretch.startFrame;
    return before;
  });
  return expected.map(({ speechFrames }) =>
    heard.map((stretch, column) => {
      const tolerance = TOLERANCE_MS * framesPerMs + TOLERANCE_SHARE * speechFrames;
      const distance = Math.abs((speechBefore[column] ?? 0) - speechFrames) / tolerance;
      const weight = Math.min(stretch.endFrame - stretch.startFrame, LONGEST_COUNTED_MS * framesPerMs);
      return Math.max(0, weight * (1 - distance ** 2));
    }),
  );
}

/** Best sum of scores of the first rows and columns. */
function bestTable(scores: readonly (readonly number[])[]): number[][] {
  const best: number[][] = [new Array<number>((scores[0]?.length ?? 0) + 1).fill(0)];
  for (const row of scores) {
    const above = best.at(-1) ?? [];
    const next = [0];
    row.forEach((score, column) => {
      const paired = score > 0 ? (above[column] ?? 0) + score : 0;
      next.push(Math.max(above[column + 1] ?? 0, next[column] ?? 0, paired));
    });
    best.push(next);
  }
  return best;
}

function readBack(expected: readonly ExpectedPause[], heard: readonly QuietStretch[], best: readonly (readonly number[])[], scores: readonly (readonly number[])[]): MatchedPause[] {
  const matched: MatchedPause[] = [];
  let row = expected.length;
  let column = heard.length;
  while (row > 0 && column > 0) {
    const here = best[row]?.[column] ?? 0;
    if (here === (best[row - 1]?.[column] ?? 0)) row -= 1;
    else if (here === (best[row]?.[column - 1] ?? 0)) column -= 1;
    else {
      const pause = expected[row - 1];
      const stretch = heard[column - 1];
      if (pause !== undefined && stretch !== undefined && (scores[row - 1]?.[column - 1] ?? 0) > 0) matched.push({ word: pause.word, startFrame: stretch.startFrame, endFrame: stretch.endFrame });
      row -= 1;
      column -= 1;
    }
  }
  return matched.reverse();
}
