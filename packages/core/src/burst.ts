import { afterThisTurn, type Clock } from "./clock.ts";

/** Other work of the event loop waits for no longer than this, in milliseconds. */
const LONGEST_MS = 4;

/** A turn is forgotten when it has gone on for so long, or lies in the future: the end of it was lost, with timers that somebody has replaced. */
const LONGEST_TURN_MS = 1_000;

/** A turn of the event loop, from when somebody first worked in it. */
interface Turn {
  readonly beganMs: number;
}

/** Knows in which turn of the event loop all who work by one clock are. */
class TurnWatch {
  #turn: Turn | undefined;
  readonly #isOver = (): void => {
    this.#turn = undefined;
  };

  at(nowMs: number): Turn {
    const turn = this.#turn;
    if (turn !== undefined && nowMs >= turn.beganMs && nowMs < turn.beganMs + LONGEST_TURN_MS) return turn;
    afterThisTurn(this.#isOver);
    return (this.#turn = { beganMs: nowMs });
  }
}

const watches = new WeakMap<Clock, TurnWatch>();

function watchOf(clock: Clock): TurnWatch {
  const known = watches.get(clock);
  if (known !== undefined) return known;
  const watch = new TurnWatch();
  watches.set(clock, watch);
  return watch;
}

/**
 * Tells when work has gone on for too long that finds everything there and never waits for the event loop: an engine that has all of its audio at once, a taker that
 * takes at once. To be asked between two pieces of it; promises alone do not let timers and sockets have their turn.
 *
 * How long a turn has gone on counts for all streams together: each of a thousand that work for a millisecond has to know of the others. Who has done one piece of work in a turn may
 * always go on to the next turn with it, so nobody starves.
 */
export class Burst {
  readonly #clock: Clock;
  readonly #watch: TurnWatch;
  #last: Turn | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#watch = watchOf(clock);
  }

  /** Whether the event loop is to go on before the next piece. */
  isTooLong(): boolean {
    const nowMs = this.#clock.now();
    const turn = this.#watch.at(nowMs);
    const isSame = turn === this.#last;
    this.#last = turn;
    return isSame && nowMs - turn.beganMs >= LONGEST_MS;
  }
}
