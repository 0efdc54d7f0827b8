import { widthOfLine, type CaptionPiece } from "./caption-piece.ts";

/** How wide and how many lines may be. */
export interface LineLimits {
  readonly maxLineCharacters: number;
  readonly maxLines: number;
}

/** A line that does not end at a clause counts as so much wider. */
const MID_CLAUSE_COLUMNS = 10;

/** Whether pieces fit into the lines of one cue. A piece that is wider than a line stands alone. */
export function fitsLines(pieces: readonly CaptionPiece[], limits: LineLimits): boolean {
  return countLines(pieces, limits.maxLineCharacters) <= limits.maxLines;
}

/** Parts pieces into as few lines as they need, as even as they can be, rather at a clause. */
export function wrapLines(pieces: readonly CaptionPiece[], { maxLineCharacters }: LineLimits): CaptionPiece[][] {
  const count = countLines(pieces, maxLineCharacters);
  let ends: Wrapping[] = pieces.map((_, index) => ({ widest: lineWidth(pieces.slice(0, index + 1), maxLineCharacters), penalty: 0, breaks: [] }));
  for (let line = 2; line <= count; line += 1) ends = pieces.map((_, index) => bestBreak(pieces, index + 1, ends, maxLineCharacters));
  const breaks = [...(ends.at(-1)?.breaks ?? []), pieces.length];
  return breaks.map((end, index) => pieces.slice(breaks[index - 1] ?? 0, end));
}

/** A way to part the first pieces: the widest line that it has, what its breaks in mid-clause cost, and where they are. */
interface Wrapping {
  readonly widest: number;
  readonly penalty: number;
  readonly breaks: readonly number[];
}

function bestBreak(pieces: readonly CaptionPiece[], end: number, before: readonly Wrapping[], most: number): Wrapping {
  let best: Wrapping = { widest: Infinity, penalty: 0, breaks: [] };
  for (let start = 1; start < end; start += 1) {
    const head = before[start - 1];
    if (head === undefined) continue;
    const penalty = head.penalty + (pieces[start - 1]?.ends === "word" ? MID_CLAUSE_COLUMNS : 0);
    const widest = Math.max(head.widest, lineWidth(pieces.slice(start, end), most));
    if (widest + penalty <= best.widest + best.penalty) best = { widest, penalty, breaks: [...head.breaks, start] };
  }
  return best;
}

/** Infinite for a line that is too long; a lone piece may be as long as it is. */
function lineWidth(line: readonly CaptionPiece[], most: number): number {
  const width = widthOfLine(line);
  return width <= most ? width : line.length === 1 ? most : Infinity;
}

function countLines(pieces: readonly CaptionPiece[], most: number): number {
  let count = 0;
  let room = -1;
  for (const { width, text } of pieces) {
    if (width > room) {
      count += 1;
      room = most;
    }
    room -= width + (text.endsWith(" ") ? 1 : 0);
  }
  return count;
}
