import { rest, RESTED, type Clock } from "../clock.ts";

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

/** Asks an engine to stop in all these ways at once, and waits for their end, at most a second. What they throw is of no use any more. */
export async function stopWithin(clock: Clock, ways: readonly ((() => Promise<unknown>) | undefined)[]): Promise<void> {
  const enough = new AbortController();
  const stopped = Promise.allSettled(ways.map(async (way) => await way?.()));
  await Promise.race([stopped, rest(clock, STOP_LIMIT_MS, enough.signal)]);
  enough.abort(RESTED);
}
