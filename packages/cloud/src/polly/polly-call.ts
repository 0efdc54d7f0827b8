import { TTSError } from "@parlando/engine";
import { calledOff, engineClosed, type CallContext } from "../transport/call-context.ts";
import { createInactivityWatch } from "../transport/inactivity.ts";

/** One thing asked of the service, from its start to its end, whichever that is. */
export interface PollyCall {
  readonly context: CallContext;
  /** Aborted when the call ends: what belongs to it stops. */
  readonly signal: AbortSignal;
  /** Why it ended before it was done; undefined while it has not. */
  readonly failure: TTSError | undefined;
  /** Ends it with an error. Only the first counts. */
  fail(error: TTSError): void;
  /** A wait begins that must be over in `limitMs`, else the call fails with `TIMEOUT`. */
  expect(limitMs: number, what: string): void;
  /** Nothing is waited for. */
  rest(): void;
  /** Waits for something, but not longer than the call lasts; then throws its failure. */
  wait<Value>(promise: Promise<Value>): Promise<Value>;
  /** Throws the failure, if there is one. */
  check(): void;
  /** Ends it: timers and listeners go, and what still runs is aborted. May be called twice. */
  end(): void;
}

/** What a call depends on. */
export interface PollyCallOptions {
  readonly context: CallContext;
  /** The caller's. */
  readonly signal: AbortSignal;
  /** Aborted when the engine is closed. Left out for a call within another. */
  readonly closing?: AbortSignal | undefined;
}

/** Begins a call. Nothing is left on the signals when it ends. */
export function createPollyCall({ context, signal, closing }: PollyCallOptions): PollyCall {
  const controller = new AbortController();
  const watch = createInactivityWatch();
  let failure: TTSError | undefined;
  const waiting = new Set<(error: unknown) => void>();
  const { engine, doing } = context;

  function end(): void {
    signal.removeEventListener("abort", onAbort);
    closing?.removeEventListener("abort", onClose);
    watch.close();
    if (!controller.signal.aborted) controller.abort();
  }
  function fail(error: TTSError): void {
    if (failure !== undefined || controller.signal.aborted) return;
    failure = error;
    end();
    for (const reject of waiting) reject(error);
    waiting.clear();
  }
  function onAbort(): void {
    fail(calledOff(context, signal));
  }
  function onClose(): void {
    fail(engineClosed(context));
  }
  signal.addEventListener("abort", onAbort, { once: true });
  closing?.addEventListener("abort", onClose, { once: true });
  if (signal.aborted) onAbort();
  else if (closing?.aborted === true) onClose();

  return {
    context,
    signal: controller.signal,
    get failure() {
      return failure;
    },
    fail,
    expect(limitMs, what) {
      watch.expect(limitMs, () => fail(new TTSError("TIMEOUT", `${doing}: ${what} did not come within ${limitMs} ms.`, { engine })));
    },
    rest: () => watch.rest(),
    wait: (promise) => (failure === undefined ? race(promise, waiting, () => failure) : fall(promise, failure)),
    check() {
      if (failure !== undefined) throw failure;
    },
    end,
  };
}

/** Settles with a promise, or earlier by its rejecter in `waiting`. */
function race<Value>(promise: Promise<Value>, waiting: Set<(error: unknown) => void>, failure: () => TTSError | undefined): Promise<Value> {
  return new Promise((resolve, reject) => {
    waiting.add(reject);
    promise.then(
      (value) => {
        waiting.delete(reject);
        resolve(value);
      },
      (error: unknown) => {
        waiting.delete(reject);
        reject(failure() ?? error);
      },
    );
  });
}

/** What nobody waits for any more fails unheard. */
function fall(promise: Promise<unknown>, failure: TTSError): Promise<never> {
  promise.catch(() => {});
  return Promise.reject(failure);
}
