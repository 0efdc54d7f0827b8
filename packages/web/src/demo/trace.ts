/** One look at a stream: when, and how much of its audio had come, was handed to the player and was heard. All in milliseconds. */
export interface TracePoint {
  readonly timeMs: number;
  readonly madeMs: number;
  readonly handedMs: number;
  readonly heardMs: number;
}

/** More are thinned out. */
const mostPoints = 2_400;

/** What became of one stream over time. Bounded: a long one is remembered in less detail. */
export class Trace {
  #points: TracePoint[] = [];
  #startedMs = 0;

  /** In order of time. */
  get points(): readonly TracePoint[] {
    return this.#points;
  }

  /** The last of them. */
  get last(): TracePoint {
    return this.#points.at(-1) ?? { timeMs: 0, madeMs: 0, handedMs: 0, heardMs: 0 };
  }

  /** A new stream begins. */
  restart(nowMs: number): void {
    this.#points = [];
    this.#startedMs = nowMs;
  }

  /** Looks. */
  add(nowMs: number, look: Omit<TracePoint, "timeMs">): void {
    this.#points.push({ timeMs: nowMs - this.#startedMs, ...look });
    if (this.#points.length > mostPoints) this.#points = this.#points.filter((_, index) => index % 2 === 0);
  }
}

/** Where the listener waited in the middle of the speech: longer than a breath, and not before its beginning or after its end. */
export function silencesOf(points: readonly TracePoint[], leastMs = 150): readonly { readonly fromMs: number; readonly toMs: number }[] {
  const silences: { fromMs: number; toMs: number }[] = [];
  const endMs = points.at(-1)?.heardMs ?? 0;
  let first: TracePoint | undefined;
  let last: TracePoint | undefined;
  for (const point of points) {
    if (first !== undefined && last !== undefined && point.heardMs > first.heardMs + 1) {
      if (first.heardMs > 0 && first.heardMs < endMs - 1 && last.timeMs - first.timeMs >= leastMs) silences.push({ fromMs: first.timeMs, toMs: last.timeMs });
      first = undefined;
    }
    first ??= point;
    last = point;
  }
  return silences;
}
