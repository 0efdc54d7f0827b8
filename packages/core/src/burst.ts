/** Other work of the event loop waits for no longer than this, in milliseconds. */
const LONGEST_MS = 4;
/** What was waited for so long came in another turn of the event loop. */
const TURN_MS = 1;

/**
 * Tells when work has gone on for too long that finds everything there and never waits for the event loop: an engine that has all of its audio at once, a taker that
 * takes at once. To be asked between two pieces of it; promises alone do not let timers and sockets have their turn.
 *
 * Who waits for a piece for a millisecond is taken to have waited for the event loop. One piece of work that takes longer by itself, in an engine or a taker, holds it all the same: only
 * whoever does that work can part it.
 */
export class Burst {
  #beganMs = Number.NEGATIVE_INFINITY;

  /** Whether the event loop is to go on before the next piece. `waitedMs`: how long this piece was waited for. */
  isTooLong(nowMs: number, waitedMs: number): boolean {
    if (waitedMs < TURN_MS && nowMs - this.#beganMs < LONGEST_MS) return false;
    const isFirst = waitedMs >= TURN_MS || this.#beganMs === Number.NEGATIVE_INFINITY;
    this.#beganMs = isFirst ? nowMs : Number.NEGATIVE_INFINITY;
    return !isFirst;
  }
}
