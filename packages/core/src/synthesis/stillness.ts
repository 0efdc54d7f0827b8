import { callAfter, type Clock } from "../clock.ts";

/** Something that may be waited for only so long. */
export interface Watched {
  /** It is looked at so often, at least; never more than `limitMs()`. */
  readonly lookMs: number;
  limitMs(): number;
  /** How long it has been waited for by now; 0 while it is not. */
  waitedMs(): number;
  /** It was waited for as long as may be; told once. */
  expired(): void;
}

/** Looks at all that is waited for on one clock: one timer for any number of requests. */
class StillnessWatch {
  readonly #clock: Clock;
  readonly #watched = new Set<Watched>();
  #timer: { readonly callOff: () => void; readonly atMs: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(watched: Watched): () => void {
    this.#watched.add(watched);
    this.#lookIn(watched.lookMs);
    return () => {
      this.#watched.delete(watched);
      if (this.#watched.size === 0) this.#stop();
    };
  }

  #lookIn(ms: number): void {
    const atMs = this.#clock.now() + ms;
    if (this.#timer !== undefined && this.#timer.atMs <= atMs) return;
    this.#stop();
    const callOff = callAfter(this.#clock, ms, () => {
      this.#timer = undefined;
      this.#look();
    });
    this.#timer = { callOff, atMs };
  }

  #look(): void {
    let nextMs = Infinity;
    for (const watched of [...this.#watched]) {
      const leftMs = watched.limitMs() - watched.waitedMs();
      // A rest below a millisecond may be too small to move the clock at all.
      if (leftMs > 0) nextMs = Math.min(nextMs, Math.max(1, Math.min(leftMs, watched.lookMs)));
      else {
        this.#watched.delete(watched);
        watched.expired();
      }
    }
    if (nextMs < Infinity) this.#lookIn(nextMs);
  }

  #stop(): void {
    this.#timer?.callOff();
    this.#timer = undefined;
  }
}

const watches = new WeakMap<Clock, StillnessWatch>();

/** Watches something until it expires, or until the function returned is called. */
export function watchStillness(clock: Clock, watched: Watched): () => void {
  let watch = watches.get(clock);
  if (watch === undefined) {
    watch = new StillnessWatch(clock);
    watches.set(clock, watch);
  }
  return watch.add(watched);
}
