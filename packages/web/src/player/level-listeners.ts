import type { LevelMessage } from "./worklet-messages.ts";

/** How loud it is: linear, 0 to 1. */
export interface Level {
  readonly peak: number;
  /** Root mean square. */
  readonly mean: number;
}

interface LevelListener {
  readonly tell: (level: Level) => void;
  readonly everyMs: number;
  sinceMs: number;
  peak: number;
  energy: number;
  count: number;
}

/** More often than this is more than a screen shows. */
const leastEveryMs = 10;

/** Those who watch the level, each at its own pace. */
export class LevelListeners {
  readonly #listeners = new Set<LevelListener>();
  readonly #ask: (everyMs: number) => void;
  #askedMs = 0;

  /** `ask`: how often the level is wanted, in milliseconds; 0 when nobody listens. */
  constructor(ask: (everyMs: number) => void) {
    this.#ask = ask;
  }

  add(tell: (level: Level) => void, everyMs: number): () => void {
    const listener: LevelListener = { tell, everyMs: Math.max(leastEveryMs, everyMs), sinceMs: 0, peak: 0, energy: 0, count: 0 };
    this.#listeners.add(listener);
    this.#askAgain();
    return () => {
      if (this.#listeners.delete(listener)) this.#askAgain();
    };
  }

  tell({ peak, mean }: LevelMessage): void {
    for (const listener of this.#listeners) {
      listener.peak = Math.max(listener.peak, peak);
      listener.energy += mean * mean;
      listener.count += 1;
      listener.sinceMs += this.#askedMs;
      // Half a step early is nearer than half a step late.
      if (listener.sinceMs + this.#askedMs / 2 < listener.everyMs) continue;
      listener.tell({ peak: listener.peak, mean: Math.sqrt(listener.energy / listener.count) });
      Object.assign(listener, { sinceMs: 0, peak: 0, energy: 0, count: 0 });
    }
  }

  clear(): void {
    this.#listeners.clear();
    this.#askAgain();
  }

  #askAgain(): void {
    const everyMs = Math.min(...[...this.#listeners].map((listener) => listener.everyMs));
    const asked = Number.isFinite(everyMs) ? everyMs : 0;
    if (asked === this.#askedMs) return;
    this.#askedMs = asked;
    this.#ask(asked);
  }
}
