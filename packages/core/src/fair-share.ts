import { afterThisTurn, type Clock } from "./clock.ts";

/** Work that finds everything there, and then work that was put off, goes on for so long in one turn of the event loop, in milliseconds. */
const LONGEST_MS = 2;

/** A turn is forgotten when it has gone on for so long, or lies in the future: the end of it was lost, with timers that somebody has replaced. */
const LONGEST_TURN_MS = 1_000;

/** Whoever has waited goes on for so long, in milliseconds: what has gathered meanwhile costs less together. */
const OWN_MS = 1;

/** Urgent pieces that one may do in a turn: what an engine says before its first audio, and silence before the first sound. */
const MOST_URGENT = 4;

/** Places of those who have had their turn are kept up to so many. */
const MOST_PAST = 1_024;

const atOnce = Promise.resolve();

/** The turns of the event loop, and who waits for one, of all who work by one clock. */
class Turns {
  readonly #clock: Clock;
  /** When somebody first worked in this turn of the event loop. */
  #beganMs = 0;
  #isOpen = false;
  #number = 0;
  /** Who waits, in order; those before `#past` have had their turn. */
  #waiting: (() => void)[] = [];
  #past = 0;
  #askedMs = 0;
  #untilMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Changes with every turn in which anybody works. */
  get number(): number {
    return this.#number;
  }

  /** Whether others have been at work for too long, or wait already. */
  isLate(nowMs: number): boolean {
    if (!this.#isOpen || isLost(this.#beganMs, nowMs)) this.#begin(nowMs);
    return this.#waiting.length > this.#past || nowMs - this.#beganMs >= LONGEST_MS;
  }

  /** Resolves in one of the next turns, in the order of asking. */
  free(): Promise<void> {
    return new Promise((resolve) => {
      const nowMs = this.#clock.now();
      if (this.#waiting.push(resolve) === 1 || isLost(this.#askedMs, nowMs)) this.#ask(nowMs);
    });
  }

  #begin(nowMs: number): void {
    this.#isOpen = true;
    this.#beganMs = nowMs;
    this.#number += 1;
    afterThisTurn(this.#end);
  }

  readonly #end = (): void => {
    this.#isOpen = false;
  };

  #ask(nowMs: number): void {
    this.#askedMs = nowMs;
    afterThisTurn(this.#serve);
  }

  readonly #serve = (): void => {
    this.#untilMs = this.#clock.now() + LONGEST_MS;
    this.#serveNext();
  };

  readonly #serveNext = (): void => {
    const next = this.#waiting[this.#past];
    if (next === undefined) {
      this.#waiting = [];
      this.#past = 0;
      return;
    }
    this.#past += 1;
    if (this.#past === MOST_PAST) {
      this.#waiting.splice(0, MOST_PAST);
      this.#past = 0;
    }
    next();
    // What it does follows in promises: the next is let go behind the first of them, so that the time they take is seen.
    const nowMs = this.#clock.now();
    if (nowMs < this.#untilMs) void atOnce.then(this.#serveNext);
    else this.#ask(nowMs);
  };
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
 * After 2 ms of a turn, whoever worked in it, work is put off, and done in the order in which it came, 2 ms of it in each turn: that is how long whatever is urgent waits. What is
 * urgent goes first, a few pieces of it in a turn, so that nothing else starves.
 */
export class FairShare {
  readonly #clock: Clock;
  readonly #turns: Turns;
  #turn = 0;
  /** Asked for in this turn. */
  #pieces = 0;
  /** Until when, of the clock, it may work because it was its turn. */
  #ownUntilMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#turns = turnsOf(clock);
  }

  /** Whether {@link free} is to be waited for before the next piece. `isUrgent`: somebody who has heard nothing yet waits for it. */
  mustWait(isUrgent: boolean): boolean {
    const nowMs = this.#clock.now();
    const isLate = this.#turns.isLate(nowMs);
    if (this.#turns.number !== this.#turn) {
      this.#turn = this.#turns.number;
      this.#pieces = 0;
    }
    this.#pieces += 1;
    return isLate && nowMs >= this.#ownUntilMs && !(isUrgent && this.#pieces <= MOST_URGENT);
  }

  /** Resolves when it is this one's turn. */
  async free(): Promise<void> {
    await this.#turns.free();
    this.#ownUntilMs = this.#clock.now() + OWN_MS;
  }
}
