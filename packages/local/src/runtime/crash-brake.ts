import type { Clock } from "@parlando/core";
import { TTSError } from "@parlando/engine";

/** Keeps a process that dies again and again from being started again and again. */
export interface CrashBrake {
  /** The process ended by itself. */
  crashed(reason: string): void;
  /** Something was finished: the process works. */
  worked(): void;
  /** @throws TTSError `ENGINE_UNAVAILABLE` with `retryAfterMs` while it must not be started. */
  check(): void;
}

/** So many ends in so short a time, and nothing done between. */
const most = 3;
const withinMs = 60_000;
const restMs = 30_000;

/** Makes the brake of one device's process. */
export function createCrashBrake({ clock }: { clock: Clock }): CrashBrake {
  let ends: number[] = [];
  let lastReason = "";
  return {
    crashed: (reason) => {
      lastReason = reason;
      ends = [...ends, clock.now()].slice(-most);
    },
    worked: () => {
      ends = [];
    },
    check: () => {
      const [oldest] = ends;
      const newest = ends.at(-1);
      if (oldest === undefined || newest === undefined || ends.length < most || newest - oldest > withinMs) return;
      const leftMs = Math.ceil(newest + restMs - clock.now());
      if (leftMs <= 0) return;
      throw new TTSError("ENGINE_UNAVAILABLE", `Starting the model process: it ended ${String(most)} times within a minute without one finished speech, the last time since ${lastReason}. It is not started again for ${String(leftMs)} ms; look at the memory, the driver and the model's files meanwhile.`, { retryable: true, retryAfterMs: leftMs });
    },
  };
}
