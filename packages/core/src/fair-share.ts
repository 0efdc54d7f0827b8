import { afterThisTurn, type Clock } from "./clock.ts";
import { DueLine } from "./due-line.ts";

/** Work goes on for so long in one turn of the event loop before what is not urgent is put off, in milliseconds. */
const LONGEST_MS = 2;

/** Where turns are long by what others do in them, what was put off has a quarter of the time, and so much of it in a turn. */
const LONGEST_SERVED_MS = 5;

/** So many urgent pieces of one are done in a turn that is late before they wait, too: what an engine says first, and its first audio. */
const MOST_URGENT = 2;

/** Whoever has waited does so many pieces at once, for no longer than so many milliseconds: what has gathered meanwhile costs less together. */
const OWN_PIECES = 8;
const OWN_MS = 10;

/** A turn is forgotten when it has gone on for so long, or lies in the future: the end of it was lost, with timers that somebody has replaced. */
const LONGEST_TURN_MS = 1_000;

/** Whoever can wait for longer goes behind those who cannot, but not for longer than this: who writes a file is served, too, where a core is full. */
const LONGEST_SLACK_MS = 1_000;

/** Places of those who have had their turn are kept up to so many. */
const MOST_PAST = 1_024;

const atOnce = Promise.resolve();

/** Who waits, in order. */
class Line {
  readonly #waiting: (() => void)[] = [];
  /** Those before it have had their turn. */
  #past = 0;

  get isEmpty(): boolean {
    return this.#waiting.length === this.#past;
  }

  push(callback: () => void): void {
    this.#waiting.push(callback);
  }

  shift(): (() => void) | undefined {
    const next = this.#waiting[this.#past];
    if (next === undefined) return undefined;
    this.#past += 1;
    if (this.#past === MOST_PAST || this.isEmpty) {
      this.#waiting.splice(0, this.#past);
      this.#past = 0;
    }
    return next;
  }
}

/** The turns of the event loop, and who waits for one, of all who work by one clock. */
class Turns {
  readonly #clock: Clock;
  readonly #urgent = new Line();
  readonly #others = new DueLine();
  /** When somebody first worked in this turn of the event loop. */
  #beganMs = 0;
  #isOpen = false;
  #number = 0;
  /** The turn that was asked for to serve those who wait: its number, when, and of whom. */
  #asked = 0;
  #askedMs = 0;
  #askedOf: unknown;
  #isAsking = false;
  #servedMs = 0;
  #shareMs = LONGEST_MS;
  #isServingUrgent = false;
  #untilMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether others have been at work for too long, or wait already. */
  isLate(nowMs: number): boolean {
    return this.#ageMs(nowMs) >= LONGEST_MS || !this.#others.isEmpty;
  }

  /** Changes with every turn in which anybody works. */
  get number(): number {
    return this.#number;
  }

  /** Resolves in one of the next turns: urgent ones first in the order of asking, then those who are due first. */
  free(isUrgent: boolean, dueMs: number, nowMs: number): Promise<void> {
    return new Promise((resolve) => {
      if (isUrgent) this.#urgent.push(resolve);
      else this.#others.push(dueMs, resolve);
      if (!this.#isAsking || this.#askedOf !== globalThis.setImmediate || isLost(this.#askedMs, nowMs)) this.#ask(nowMs);
    });
  }

  #ageMs(nowMs: number): number {
    if (this.#isOpen && !isLost(this.#beganMs, nowMs)) return nowMs - this.#beganMs;
    this.#isOpen = true;
    this.#beganMs = nowMs;
    this.#number += 1;
    afterThisTurn(this.#end);
    return 0;
  }

  readonly #end = (): void => {
    this.#isOpen = false;
  };

  #ask(nowMs: number): void {
    const asked = (this.#asked += 1);
    this.#isAsking = true;
    this.#askedMs = nowMs;
    // Timers may have been replaced, and those that were asked forgotten.
    this.#askedOf = globalThis.setImmediate;
    afterThisTurn(() => {
      if (asked === this.#asked) this.#serve();
    });
  }

  #serve(): void {
    const nowMs = this.#clock.now();
    this.#shareMs = Math.max(LONGEST_MS, Math.min(LONGEST_SERVED_MS, (nowMs - this.#servedMs) / 4));
    this.#servedMs = nowMs;
    this.#untilMs = nowMs + this.#shareMs;
    this.#isServingUrgent = true;
    this.#serveNext();
  }

  readonly #serveNext = (): void => {
    const nowMs = this.#clock.now();
    const next = this.#next(nowMs);
    if (next !== undefined) {
      next();
      // What it does follows in promises: the next is let go behind the first of them, so that the time they take is seen.
      void atOnce.then(this.#serveNext);
    } else if (this.#urgent.isEmpty && this.#others.isEmpty) {
      this.#isAsking = false;
    } else {
      this.#ask(nowMs);
    }
  };

  /** Whose turn it is; the others have as long a share as the urgent ones, so that none of them starves. */
  #next(nowMs: number): (() => void) | undefined {
    if (this.#isServingUrgent) {
      const urgent = nowMs < this.#untilMs ? this.#urgent.shift() : undefined;
      if (urgent !== undefined) return urgent;
      this.#isServingUrgent = false;
      this.#untilMs = nowMs + this.#shareMs;
    }
    return nowMs < this.#untilMs ? this.#others.shift() : undefined;
  }
}

function isLost(sinceMs: number, nowMs: number): boolean {
  return nowMs < sinceMs || nowMs >= sinceMs + LONGEST_TURN_MS;
}

const known = new WeakMap<Clock, Turns>();

function turnsOf(clock: Clock): Turns {
  const found = known.get(clock) ?? new Turns(clock);
  known.set(clock, found);
  return found;
}

/**
 * The share that one of many has in the turns of the event loop: an engine's events, a taker's chunks. To be asked before each piece of work. Promises alone do not let timers and
 * sockets have their turn, and a thousand streams whose blocks are due would make one that begins wait for all of them.
 *
 * After 2 ms of a turn, whoever worked in it, work is put off, and done in the order in which it is needed, 2 ms of it in each turn, more where turns are long. What is urgent is put
 * off when two pieces of it were done in the turn, and goes before the other then.
 */
export class FairShare {
  readonly #clock: Clock;
  readonly #turns: Turns;
  /** Pieces that it may do because it was its turn, and until when of the clock. */
  #ownPieces = 0;
  #ownUntilMs = 0;
  /** Urgent pieces that it has done in a turn. */
  #urgentPieces = 0;
  #urgentTurn = 0;
  /** How many waits it has at the moment, and until when the last of them can. */
  #waiting = 0;
  #dueMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#turns = turnsOf(clock);
  }

  /** Whether this turn has gone on for long: what comes later in it may as well come together. */
  get isLate(): boolean {
    return this.#turns.isLate(this.#clock.now());
  }

  /** Whether {@link free} is to be waited for before the next piece. `isUrgent`: somebody who has heard nothing yet waits for it. */
  mustWait(isUrgent: boolean): boolean {
    const nowMs = this.#clock.now();
    if (this.#ownPieces > 0) {
      this.#ownPieces -= 1;
      if (nowMs < this.#ownUntilMs) return false;
    }
    return this.#turns.isLate(nowMs) && !(isUrgent && this.#isAmongFirst());
  }

  #isAmongFirst(): boolean {
    const { number } = this.#turns;
    this.#urgentPieces = number === this.#urgentTurn ? this.#urgentPieces + 1 : 1;
    this.#urgentTurn = number;
    return this.#urgentPieces <= MOST_URGENT;
  }

  /** Resolves when it is this one's turn. `slackMs`: how long who listens can do without; others who can for less time go before. */
  async free(isUrgent: boolean, slackMs = 0): Promise<void> {
    const nowMs = this.#clock.now();
    const dueMs = nowMs + Math.min(slackMs, LONGEST_SLACK_MS);
    // Who waits twice has his turns in the order in which he asked.
    this.#dueMs = this.#waiting === 0 ? dueMs : Math.max(this.#dueMs, dueMs);
    this.#waiting += 1;
    await this.#turns.free(isUrgent, this.#dueMs, nowMs);
    this.#waiting -= 1;
    this.#ownPieces = OWN_PIECES;
    this.#ownUntilMs = this.#clock.now() + OWN_MS;
  }
}
