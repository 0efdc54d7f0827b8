import { unrefTimer } from "../transport/unref-timer.ts";
import type { Synthesizer } from "./synthesizer.ts";

/** Open connections that wait for their next turn. */
export interface SynthesizerPool {
  /** One that waits under this key. */
  take(key: string): Synthesizer | undefined;
  /** A new one is in use. */
  add(synthesizer: Synthesizer): Synthesizer;
  /** After a turn: kept when it ended well, else closed. */
  giveBack(key: string, synthesizer: Synthesizer): void;
  has(key: string): boolean;
  /** Closes all, those in use too. May be called twice. */
  close(): Promise<void>;
}

interface Idle {
  readonly synthesizer: Synthesizer;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Makes the pool of one engine. */
export function createSynthesizerPool({ maxIdle, keepMs }: { maxIdle: number; keepMs: number }): SynthesizerPool {
  const idle = new Map<string, Idle[]>();
  const inUse = new Set<Synthesizer>();
  const closings = new Set<Promise<void>>();
  let closed = false;

  function end(synthesizer: Synthesizer): void {
    inUse.delete(synthesizer);
    synthesizer.onEnd = undefined;
    const closing = synthesizer.close().finally(() => closings.delete(closing));
    closings.add(closing);
  }

  function forget(key: string, synthesizer: Synthesizer): void {
    const all = idle.get(key) ?? [];
    const rest = all.filter((entry) => entry.synthesizer !== synthesizer);
    for (const entry of all) if (entry.synthesizer === synthesizer) clearTimeout(entry.timer);
    if (rest.length === 0) idle.delete(key);
    else idle.set(key, rest);
  }

  return {
    take(key) {
      const found = idle.get(key)?.at(-1)?.synthesizer;
      if (found === undefined) return undefined;
      forget(key, found);
      found.onEnd = undefined;
      inUse.add(found);
      return found;
    },
    add(synthesizer) {
      if (closed) end(synthesizer);
      else inUse.add(synthesizer);
      return synthesizer;
    },
    giveBack(key, synthesizer) {
      const waiting = idle.get(key) ?? [];
      if (closed || !synthesizer.isReusable || waiting.length >= maxIdle) return end(synthesizer);
      inUse.delete(synthesizer);
      const drop = (): void => {
        forget(key, synthesizer);
        end(synthesizer);
      };
      const timer = setTimeout(drop, keepMs);
      unrefTimer(timer);
      synthesizer.onEnd = drop;
      idle.set(key, [...waiting, { synthesizer, timer }]);
    },
    has: (key) => idle.has(key),
    async close() {
      closed = true;
      for (const [key, entries] of idle) for (const { synthesizer } of entries) {
        forget(key, synthesizer);
        end(synthesizer);
      }
      for (const synthesizer of inUse) end(synthesizer);
      await Promise.allSettled([...closings]);
    },
  };
}
