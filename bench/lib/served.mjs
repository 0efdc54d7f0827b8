// The parent's side of serve-process.mjs.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { leaveCore } from "./leave-core.mjs";

const program = fileURLToPath(new URL("serve-process.mjs", import.meta.url));

/**
 * Starts a server in a process of its own.
 *
 * @param {{ lane: "parlando" | "bare", pace: { startMs: number, rtf: number, blockMs: number }, port?: number, limits?: object, options?: object, graceMs?: number, core?: number, flags?: readonly string[] }} order
 *   `core`: the one core that the process may use, and this one leaves (Linux with `taskset`). `flags`: options of Node.
 * @returns {Promise<{ port: number, ask(question: "look" | "collect"): Promise<object>, stop(): Promise<number | null>, child: import("node:child_process").ChildProcess }>}
 *   `stop`: SIGTERM, and how the process ended.
 */
export async function startServer({ core, flags = [], ...order }) {
  const execArgv = ["--expose-gc", ...flags];
  if (core !== undefined) leaveCore(core);
  const pinned = core === undefined ? {} : { execPath: "taskset", execArgv: ["-c", String(core), process.execPath, ...execArgv] };
  const child = fork(program, [JSON.stringify(order)], { execArgv, stdio: ["ignore", "inherit", "inherit", "ipc"], ...pinned });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const first = await Promise.race([once(child, "message"), ended.then((status) => Promise.reject(new Error(`While starting the server under test: its process ended with ${status}. Its own words stand above.`)))]);
  return {
    port: first[0].port,
    child,
    async ask(question) {
      child.send(question);
      const [answer] = await Promise.race([once(child, "message"), ended.then((status) => Promise.reject(new Error(`While asking the server under test: its process has ended with ${status}.`)))]);
      return answer;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      return await ended;
    },
  };
}
