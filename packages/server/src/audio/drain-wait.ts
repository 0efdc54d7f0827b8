import { TTSError } from "@parlando/engine";
import { StalledError } from "./stalled-error.ts";

/** A writer that waits until its listener has taken what was written; one wait at a time, and none goes on for ever. */
export interface DrainWait {
  readonly isWaiting: boolean;
  /** Waits until `go`; again while it waits, it is the same wait. Rejects with `StalledError` after `stallMs`, and with what `stop` says. */
  begin(): Promise<void>;
  /** The listener has taken it. */
  go(): void;
  /** Counts `stallMs` anew, where something is waited for: from here on it is the listener's turn. */
  restart(): void;
  /** Nobody waits any more, now and later. `why` makes the error for whoever does or would: most listeners go when nothing is waited for, and an error costs a look at the stack. */
  stop(why: () => unknown): void;
}

/** Makes the wait of one writer. While `isHeld`, it is not the listener who is waited for, and nothing is counted until `restart`. */
export function createDrainWait(stallMs: number, isHeld: () => boolean = () => false): DrainWait {
  return new ListenerWait(stallMs, isHeld);
}

interface Waiting {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

class ListenerWait implements DrainWait {
  readonly #stallMs: number;
  readonly #isHeld: () => boolean;
  #waiting: Waiting | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #whyStopped: (() => unknown) | undefined;

  constructor(stallMs: number, isHeld: () => boolean) {
    this.#stallMs = stallMs;
    this.#isHeld = isHeld;
  }

  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  begin(): Promise<void> {
    if (this.#whyStopped !== undefined) return Promise.reject(this.#whyStopped());
    if (this.#waiting !== undefined) return this.#waiting.promise;
    let resolve = (): void => undefined;
    let reject = (_error: unknown): void => undefined;
    const promise = new Promise<void>((...settlers) => ([resolve, reject] = settlers));
    // Whoever wrote may have left meanwhile.
    promise.catch(() => undefined);
    this.#waiting = { promise, resolve, reject };
    if (!this.#isHeld()) this.restart();
    return promise;
  }

  go(): void {
    this.#settle()?.resolve();
  }

  restart(): void {
    clearTimeout(this.#timer);
    if (this.#waiting !== undefined) this.#timer = setTimeout(() => this.stop(() => new StalledError(this.#stallMs)), this.#stallMs);
  }

  stop(why: () => unknown): void {
    this.#whyStopped ??= why;
    const waiting = this.#settle();
    if (waiting !== undefined) waiting.reject(this.#whyStopped());
  }

  #settle(): Waiting | undefined {
    const settled = this.#waiting;
    this.#waiting = undefined;
    clearTimeout(this.#timer);
    return settled;
  }
}

const goneErrors = new WeakSet<object>();

/** Why writing ends for a listener who has left, where nothing says it better. */
export function listenerGone(signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const error = new TTSError("ABORTED", "Sending audio: the client closed the connection before the end.");
  goneErrors.add(error);
  return error;
}

/** Whether an error is one of {@link listenerGone}: a connection is destroyed a moment before it says so, and until then no signal is aborted. */
export function isListenerGone(error: unknown): boolean {
  return typeof error === "object" && error !== null && goneErrors.has(error);
}

/** The first answer of a writer, which its handler waits for. */
export interface FirstAnswer {
  readonly promise: Promise<Response>;
  resolve(response: Response): void;
  reject(error: unknown): void;
}

/** Makes a promise to be settled by the writer. Its rejection is never unhandled: a handler that failed before does not look at it. */
export function createFirstAnswer(): FirstAnswer {
  let resolve = (_response: Response): void => undefined;
  let reject = (_error: unknown): void => undefined;
  const promise = new Promise<Response>((...settlers) => ([resolve, reject] = settlers));
  promise.catch(() => undefined);
  return { promise, resolve: (response) => resolve(response), reject: (error) => reject(error) };
}
