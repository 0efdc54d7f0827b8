import type { Clock } from "@parlando/core";
import type { Caller } from "../access/caller.ts";
import { Problem } from "../problem/problem.ts";
import type { Limits } from "../services.ts";
import type { Admission, SpeechSlot } from "./admission.ts";
import { createWaitingLine } from "./waiting-line.ts";

/** What {@link createAdmission} counts by. */
export interface AdmissionOptions {
  readonly limits: Pick<Limits, "concurrency" | "concurrencyPerCaller" | "waiting" | "waitMs">;
  readonly clock: Clock;
  /** Is told how long each utterance waited for its place, in milliseconds. */
  readonly onWaited?: ((ms: number) => void) | undefined;
}

/** When a client that was refused may try again; an utterance is over in seconds. */
const retryAfterMs = 1_000;

/** How many each caller has, running or waiting: else he could hold the line and the places. */
interface CallerCounts {
  of(caller: Caller): number;
  enter(caller: Caller): void;
  leave(caller: Caller): void;
}

function createCallerCounts(): CallerCounts {
  const counts = new Map<string, number>();
  const of = ({ id }: Caller): number => counts.get(id) ?? 0;
  return {
    of,
    enter: (caller) => void counts.set(caller.id, of(caller) + 1),
    leave: (caller) => {
      const left = of(caller) - 1;
      if (left > 0) counts.set(caller.id, left);
      else counts.delete(caller.id);
    },
  };
}

/** Counts places, in all and for each caller, and keeps a line of those who wait. */
export function createAdmission({ limits, clock, onWaited }: AdmissionOptions): Admission {
  const line = createWaitingLine(clock, limits.waitMs);
  const callers = createCallerCounts();
  const drained = createLatch();
  let running = 0;
  let isDraining = false;

  function slotOf(caller: Caller): SpeechSlot {
    let isHeld = true;
    return {
      release() {
        if (!isHeld) return;
        isHeld = false;
        callers.leave(caller);
        // The place goes over to whoever waits, before anybody else can come and take it.
        if (line.next()) return;
        running -= 1;
        if (isDraining && running === 0) drained.open();
      },
    };
  }

  function refuseWhere(caller: Caller): void {
    if (isDraining) throw draining();
    if (callers.of(caller) >= limits.concurrencyPerCaller) throw tooMany(callers.of(caller), limits.concurrencyPerCaller);
    if (running >= limits.concurrency && line.size >= limits.waiting) throw busy(running, limits.concurrency);
  }

  /** Resolves with how long that took, in milliseconds. */
  async function takePlace(signal: AbortSignal): Promise<number> {
    if (running >= limits.concurrency) return await line.join(signal, () => busy(running, limits.concurrency));
    running += 1;
    return 0;
  }

  return {
    get running() {
      return running;
    },
    get waiting() {
      return line.size;
    },
    async enter(caller, signal) {
      signal.throwIfAborted();
      refuseWhere(caller);
      callers.enter(caller);
      const waitedMs = await takePlace(signal).catch((error: unknown) => {
        callers.leave(caller);
        throw error;
      });
      onWaited?.(waitedMs);
      return slotOf(caller);
    },
    drain() {
      isDraining = true;
      line.refuseAll(draining);
      if (running === 0) drained.open();
      return drained.opened;
    },
  };
}

/** A promise, and what resolves it. */
function createLatch(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

function tooMany(own: number, most: number): Problem {
  return new Problem(429, "too_many_concurrent_requests", `You have ${own} utterances under way or waiting, and may have ${most}. Wait until one has ended.`, { retryAfterMs, headers: countHeaders(own, most) });
}

function busy(running: number, most: number): Problem {
  return new Problem(503, "system_busy", `All ${most} places for speech are taken. Try again in a moment.`, { retryAfterMs, headers: countHeaders(running, most) });
}

function draining(): Problem {
  return new Problem(503, "draining", "The server is going down and takes nothing new. Try again: another one, or the next, will answer.", { retryAfterMs });
}

function countHeaders(current: number, maximum: number): Record<string, string> {
  return { "current-concurrent-requests": String(current), "maximum-concurrent-requests": String(maximum) };
}
