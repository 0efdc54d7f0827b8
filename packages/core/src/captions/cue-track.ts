import { widthOfLine, type CaptionPiece, type Cue } from "./caption-piece.ts";
import type { CaptionSettings } from "./caption-options.ts";
import { fitsLines } from "./wrap-lines.ts";

/** Cues further apart are not put together. */
const MOST_GAP_MS = 600;

/** Puts cues on the time line: in order, none over another, none too short to be read where there is time. The last is held back until the next is known. */
export class CueTrack {
  readonly #settings: CaptionSettings;
  #held: readonly CaptionPiece[] | undefined;
  #endMs = 0;

  constructor(settings: CaptionSettings) {
    this.#settings = settings;
  }

  /** Takes the pieces of the next cue; returns the one before it, when that is finished. */
  add(pieces: readonly CaptionPiece[]): Cue | undefined {
    const held = this.#held;
    const joined = held === undefined ? undefined : this.#joined(held, pieces);
    this.#held = joined ?? pieces;
    return held === undefined || joined !== undefined ? undefined : this.#place(held, pieces[0]?.startMs ?? Infinity);
  }

  /** The last cue. It ends at `endMs` at the latest. */
  flush(endMs: number): Cue | undefined {
    const held = this.#held;
    this.#held = undefined;
    return held === undefined ? undefined : this.#place(held, endMs);
  }

  /** Two cues as one, where the first is too short to stand alone and they fit. */
  #joined(held: readonly CaptionPiece[], next: readonly CaptionPiece[]): CaptionPiece[] | undefined {
    const startMs = held[0]?.startMs ?? 0;
    const heldEndMs = held.at(-1)?.endMs ?? 0;
    const nextStartMs = next[0]?.startMs ?? 0;
    if (nextStartMs - startMs >= this.#settings.minMs || nextStartMs - heldEndMs > MOST_GAP_MS) return undefined;
    const joined = [...held, ...next];
    if ((next.at(-1)?.endMs ?? 0) - startMs > this.#settings.maxMs) return undefined;
    return fitsLines(joined, this.#settings) ? joined : undefined;
  }

  #place(pieces: readonly CaptionPiece[], limitMs: number): Cue {
    const { minMs, maxMs, maxCharactersPerSecond } = this.#settings;
    const startMs = Math.max(this.#endMs, Math.round(pieces[0]?.startMs ?? 0));
    const readMs = Math.min(maxMs, Math.max(minMs, (widthOfLine(pieces) * 1000) / maxCharactersPerSecond));
    const endMs = Math.min(Math.max(pieces.at(-1)?.endMs ?? 0, startMs + readMs), limitMs);
    this.#endMs = Math.max(startMs + 1, Math.round(endMs));
    return { pieces, startMs, endMs: this.#endMs };
  }
}
