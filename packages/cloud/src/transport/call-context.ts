import { TTSError } from "@parlando/engine";

/** Who is doing what: the beginning of every message of an error. */
export interface CallContext {
  /** The id of the engine. */
  readonly engine: string;
  /** What is being done, without a full stop: "Asking Acme for audio". Holds no text to be spoken and no secret. */
  readonly doing: string;
}

/** The error of work whose signal is aborted. */
export function calledOff({ engine, doing }: CallContext, signal: AbortSignal): TTSError {
  return new TTSError("ABORTED", `${doing}: it was called off.`, { engine, cause: signal.reason });
}

/** Throws `ABORTED` when the signal is aborted already. */
export function throwIfCalledOff(context: CallContext, signal: AbortSignal): void {
  if (signal.aborted) throw calledOff(context, signal);
}

/** The error of work that was under way when its engine was closed. */
export function engineClosed({ engine, doing }: CallContext): TTSError {
  return new TTSError("ABORTED", `${doing}: the engine "${engine}" was closed. Make a new one to go on.`, { engine });
}
