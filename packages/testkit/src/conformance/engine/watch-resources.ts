import { AsyncLocalStorage, createHook } from "node:async_hooks";

/** Watches what some work leaves behind in this process. */
export interface ResourceWatch {
  /** Does the work under watch. */
  run(work: () => Promise<void>): Promise<void>;
  /** What is still there, by kind. */
  left(): string[];
  stop(): void;
}

/** Kinds that come and go by themselves; timers are watched one by one instead. */
const passing = /Timeout|Immediate|FS|TTY|Random|Zlib/u;

/**
 * Timers are followed from where they are made, unref'd ones too, so that those of a test runner do not count. Sockets, workers and the like are counted
 * in the whole process, before and after. Best effort: a timer made in answer to a message from outside is not seen.
 */
export function watchResources(): ResourceWatch {
  const timers = new Set<number>();
  const inside = new AsyncLocalStorage<true>();
  const hook = createHook({
    init(id, type) {
      if (type === "Timeout" && inside.getStore()) timers.add(id);
    },
    destroy: (id) => void timers.delete(id),
  }).enable();
  const before = countActive();
  return {
    run: (work) => inside.run(true, work),
    left() {
      const handles = [...countActive()].map(([kind, count]) => [kind, count - (before.get(kind) ?? 0)] as const);
      return [["Timeout", timers.size] as const, ...handles].filter(([, count]) => count > 0).map(([kind, count]) => `${count} ${kind}`);
    },
    stop: () => void hook.disable(),
  };
}

function countActive(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) if (!passing.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
