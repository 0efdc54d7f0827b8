import { calledOff, engineClosed, throwIfCalledOff } from "../transport/call-context.ts";
import { speaking } from "./edge-call.ts";

/** Work of an engine that is under way. */
export interface OpenCall {
  /** Aborted with the caller's signal, with the engine, and at the end. */
  readonly signal: AbortSignal;
  /** What a failure is to be told as: being called off comes before what it has led to. */
  failure(error: unknown): unknown;
  /** To be called once, however it ends. */
  end(): void;
}

/** All work of an engine that is under way. */
export interface OpenCalls {
  /** @throws TTSError `ABORTED` when the signal is aborted already, or the engine is closed. */
  begin(signal: AbortSignal): OpenCall;
  /** Ends all of it, and lets nothing begin any more. May be called twice. */
  close(): void;
}

/** Makes the record of one engine. */
export function createOpenCalls(): OpenCalls {
  const open = new Set<AbortController>();
  let isClosed = false;

  return {
    begin(signal) {
      throwIfCalledOff(speaking, signal);
      if (isClosed) throw engineClosed(speaking);
      const call = new AbortController();
      const abort = (): void => call.abort(signal.reason);
      open.add(call);
      signal.addEventListener("abort", abort, { once: true });
      return {
        signal: call.signal,
        failure(error) {
          if (signal.aborted) return calledOff(speaking, signal);
          return isClosed && call.signal.aborted ? engineClosed(speaking) : error;
        },
        end() {
          signal.removeEventListener("abort", abort);
          open.delete(call);
          call.abort();
        },
      };
    },
    close() {
      isClosed = true;
      for (const call of open) call.abort();
    },
  };
}
