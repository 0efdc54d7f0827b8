import type { ChildProcess } from "node:child_process";
import { setPriority } from "node:os";

/** What the rig itself misses would look like a fault of the player; where it may not hurry, it runs as it can. */
export function hurryRig(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) setPriority(child.pid, -20);
  } catch {
    // Only some users may.
  }
}
