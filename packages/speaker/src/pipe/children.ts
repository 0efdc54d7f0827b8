import type { ChildProcess } from "node:child_process";
import { Socket } from "node:net";
import { constants, setPriority } from "node:os";

const children = new Set<ChildProcess>();

function killAll(): void {
  for (const child of children) child.kill("SIGKILL");
}

/** Ends a child with this process, whatever way this process ends on its own; nothing is left registered once the child is gone. */
export function endWithProcess(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (children.size === 0) process.on("exit", killAll);
  children.add(child);
  child.once("exit", () => {
    children.delete(child);
    if (children.size === 0) process.off("exit", killAll);
  });
}

/** Asks for more than an even share of a busy machine: a player that waits its turn is heard as a gap. Where that is refused, it goes without. */
export function hurry(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    setPriority(child.pid, constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Most users may not.
  }
}

/** Waits until a child is gone; after `patienceMs` it is killed. */
export async function endChild(child: ChildProcess, patienceMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Lets Node end although the child runs: whoever has something to play keeps it alive. */
export function release(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) {
    if (stream instanceof Socket) stream.unref();
  }
}
