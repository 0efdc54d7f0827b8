import { widthOfLine, type CaptionPiece } from "./caption-piece.ts";
import type { CaptionSettings } from "./caption-options.ts";
import { fitsLines } from "./wrap-lines.ts";

/** What a cue costs: one more of them, one that ends in mid-clause, one that is much emptier than it could be. */
const COST = { cue: 1, midClause: 0.6, empty: 0.8 } as const;
/** Pieces that a cue can hold, whatever its limits. */
const MOST_PIECES = 120;

interface Ending {
  readonly cost: number;
  readonly start: number;
}

/** Parts the pieces of a sentence into cues that fit: as few as need be, as even as can be, rather at the end of a clause. */
export function splitCues(pieces: readonly CaptionPiece[], settings: CaptionSettings): CaptionPiece[][] {
  const best: Ending[] = [{ cost: 0, start: 0 }];
  for (let end = 1; end <= pieces.length; end += 1) best.push(bestEnding(pieces, end, best, settings));
  const cues: CaptionPiece[][] = [];
  for (let end = pieces.length; end > 0; end = best[end]?.start ?? 0) cues.unshift(pieces.slice(best[end]?.start ?? 0, end));
  return cues;
}

function bestEnding(pieces: readonly CaptionPiece[], end: number, best: readonly Ending[], settings: CaptionSettings): Ending {
  let found: Ending = { cost: Infinity, start: end - 1 };
  for (let start = end - 1; start >= 0 && end - start <= MOST_PIECES; start -= 1) {
    const cue = pieces.slice(start, end);
    if (!isAllowed(cue, settings)) break;
    const cost = (best[start]?.cost ?? Infinity) + costOf(cue, end === pieces.length, settings);
    if (cost < found.cost) found = { cost, start };
  }
  return found;
}

/** One piece is always allowed: a word is not parted. */
function isAllowed(cue: readonly CaptionPiece[], settings: CaptionSettings): boolean {
  if (cue.length === 1) return true;
  if ((cue.at(-1)?.endMs ?? 0) - (cue[0]?.startMs ?? 0) > settings.maxMs) return false;
  return fitsLines(cue, settings);
}

function costOf(cue: readonly CaptionPiece[], isLast: boolean, { maxLines, maxLineCharacters }: CaptionSettings): number {
  const room = 1 - Math.min(1, widthOfLine(cue) / (maxLines * maxLineCharacters));
  return COST.cue + COST.empty * room ** 2 + (isLast || cue.at(-1)?.ends !== "word" ? 0 : COST.midClause);
}
