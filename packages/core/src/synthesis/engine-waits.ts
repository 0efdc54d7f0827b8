import { callAfter, type Clock } from "../clock.ts";

/** How long an engine may take to stop before its slot is given to others. */
const STOP_LIMIT_MS = 1_000;

/** A held stream may stand still for ever, so only the signal ends this wait. */
export async function untilAllowed(held: Promise<void>, signal: AbortSignal): Promise<void> {
  let leave = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    leave = resolve;
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) resolve();
  });
  await Promise.race([held, aborted]);
  signal.removeEventListener("abort", leave);
  signal.throwIfAborted();
}

/** What {@link stopWithin} goes by. */
export interface StopOptions {
  /** Nobody waits for the end of it: the process may end before. Default false. */
  readonly isQuiet?: boolean | undefined;
}

/** Asks an engine to stop in all these ways at once, and waits for their end, at most a second. What they throw is of no use any more. */
export async function stopWithin(clock: Clock, ways: readonly ((() => Promise<unknown>) | undefined)[], { isQuiet = false }: StopOptions = {}): Promise<void> {
  const stopped = Promise.allSettled(ways.map(async (way) => await way?.()));
  let callOff = (): void => undefined;
  const enough = new Promise<void>((resolve) => {
    callOff = isQuiet && clock.afterQuietly !== undefined ? clock.afterQuietly(STOP_LIMIT_MS, resolve) : callAfter(clock, STOP_LIMIT_MS, resolve);
  });
  await Promise.race([stopped, enough]);
  callOff();
}

/**
 * Keeps the process alive while somebody waits for the slot of an engine that is being stopped quietly. Returns the way to end it. One that begins
 * to stop while somebody waits is not stopped quietly.
 */
export function outlastStop(clock: Clock): () => void {
  return clock.afterQuietly === undefined ? () => undefined : callAfter(clock, STOP_LIMIT_MS, () => undefined);
}
