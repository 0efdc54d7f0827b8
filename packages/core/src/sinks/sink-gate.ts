import { StreamError } from "@parlando/engine";

/** What every sink needs around its writing: order, pause, and an end that settles whatever is still waiting. */
export interface SinkGate {
  /** No more work is done: the sink was cleared or closed. */
  readonly isShut: boolean;
  /** Refuses, with `STREAM_CLOSED`, once the sink was ended, cleared or closed. */
  assertOpen(): void;
  /**
   * Runs work after what was queued before it, and not while paused. The promise settles with the work, or resolves as soon as
   * the gate is shut; work that has not begun by then is dropped.
   */
  enqueue(work: () => void | Promise<void>): Promise<void>;
  pause(): void;
  resume(): void;
  /** Takes no more writes; what is queued goes on. */
  end(): void;
  /** Drops what has not begun and settles every promise of `enqueue`. */
  shut(): void;
  /** Resolves when no work is under way. */
  idle(): Promise<void>;
}

/**
 * Makes a gate.
 *
 * @param name What the sink is, for messages: "the WAV file sink".
 */
export function createSinkGate(name: string): SinkGate {
  const waiting = new Set<() => void>();
  let state: "open" | "ended" | "shut" = "open";
  let tail: Promise<void> = Promise.resolve();
  let paused: { readonly over: Promise<void>; readonly resume: () => void } | undefined;

  const runInTurn = async (previous: Promise<void>, work: () => void | Promise<void>): Promise<void> => {
    await previous;
    while (paused !== undefined && state !== "shut") await paused.over;
    if (state !== "shut") await work();
  };
  const resume = (): void => {
    paused?.resume();
    paused = undefined;
  };

  return {
    get isShut() {
      return state === "shut";
    },
    assertOpen() {
      if (state === "open") return;
      const reason = state === "ended" ? "it was ended" : "it was cleared or closed";
      throw new StreamError("STREAM_CLOSED", `Writing audio to ${name}: ${reason}, so it takes no more. Make a new sink for a new stream.`);
    },
    enqueue(work) {
      if (state === "shut") return Promise.resolve();
      const turn = runInTurn(tail, work);
      tail = turn.catch(() => undefined);
      // Not a race against one promise of shutting: that promise would keep a callback of every write that ever was.
      return new Promise((resolve, reject) => {
        waiting.add(resolve);
        turn.then(resolve, reject).finally(() => waiting.delete(resolve));
      });
    },
    pause() {
      if (paused !== undefined || state === "shut") return;
      let release = (): void => undefined;
      const over = new Promise<void>((resolve) => {
        release = resolve;
      });
      paused = { over, resume: release };
    },
    resume,
    end() {
      if (state === "open") state = "ended";
    },
    shut() {
      state = "shut";
      resume();
      for (const settle of waiting) settle();
      waiting.clear();
    },
    idle: () => tail,
  };
}
