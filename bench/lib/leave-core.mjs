// What measures a server on one core must not run there: what its listeners and its own garbage collector do would take the core from the server.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Moves this process, all its threads and those to come, off `core`, where it may use others (Linux with `taskset`). Tells whether it has.
 *
 * @param {number} core
 */
export function leaveCore(core) {
  const others = coresOf(readFileSync("/proc/self/status", "utf8")).filter((other) => other !== core);
  if (others.length === 0) return false;
  execFileSync("taskset", ["--all-tasks", "--cpu-list", "--pid", others.join(","), String(process.pid)], { stdio: "ignore" });
  return true;
}

/** The cores that a process may use, of what Linux tells of it: `0-3,6`. */
function coresOf(status) {
  const list = /^Cpus_allowed_list:\s*(\S+)$/mu.exec(status)?.[1] ?? "";
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
