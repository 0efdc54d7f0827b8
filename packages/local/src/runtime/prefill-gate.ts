import type { PrefillControl } from "../backbone/code-generator.ts";
import { aborted } from "./failure.ts";

/** Lets the evaluation of a prompt go on by one piece at a time, when the scheduler says so. */
export interface PrefillGate<T> {
  /** Whether the work was started. */
  readonly begun: boolean;
  /** Lets one piece go on (the first call starts it all); resolves when that is done, `true` when everything is. */
  step(): Promise<boolean>;
  /** What came of it. Never rejects unhandled. */
  readonly result: Promise<T>;
}

/**
 * Wraps work that asks for a turn before each piece of a prompt.
 *
 * @param work - Starts it; called at the first step.
 * @param signal - Aborted: the piece that waits is refused its turn.
 */
export function createPrefillGate<T>(work: (control: PrefillControl) => Promise<T>, signal: AbortSignal): PrefillGate<T> {
  const bar = createBar(signal);
  let begun = false;
  let settled = false;
  let resolveResult: (value: T | PromiseLike<T>) => void = () => {};
  const result = new Promise<T>((resolve) => {
    resolveResult = resolve;
  });
  result.catch(() => {});

  function begin(): void {
    begun = true;
    const running = work({ signal, turn: bar.turn });
    resolveResult(running);
    const over = (): void => {
      settled = true;
      bar.reached();
    };
    running.then(over, over);
  }

  return {
    get begun() {
      return begun;
    },
    step: async () => {
      if (!begun) await bar.untilReached(begin);
      if (bar.isClosed()) await bar.untilReached(bar.open);
      return settled;
    },
    result,
  };
}

/** Where a piece stops until it may go on. */
interface Bar {
  readonly turn: (tokens: number) => Promise<void>;
  /** Whether a piece waits. */
  readonly isClosed: () => boolean;
  readonly open: () => void;
  readonly reached: () => void;
  /** Does something, and waits until the next piece waits or all is over. */
  untilReached(work: () => void): Promise<void>;
}

function createBar(signal: AbortSignal): Bar {
  let go: (() => void) | undefined;
  let reached: () => void = () => {};

  function turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = (): void => {
        go = undefined;
        reject(aborted("Evaluating a prompt"));
      };
      if (signal.aborted) return refuse();
      signal.addEventListener("abort", refuse, { once: true });
      go = () => {
        signal.removeEventListener("abort", refuse);
        go = undefined;
        resolve();
      };
      reached();
    });
  }
  return {
    turn,
    isClosed: () => go !== undefined,
    open: () => go?.(),
    reached: () => reached(),
    untilReached: (work) =>
      new Promise((resolve) => {
        reached = resolve;
        work();
      }),
  };
}
