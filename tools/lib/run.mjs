// Starting other programs. Node builtins only: this runs before anything is installed.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";

/** The root folder of the workspace. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** No program started here asks questions, waits for a key, phones home or uses a remote cache. */
const quietEnvironment = {
  TURBO_TELEMETRY_DISABLED: "1",
  TURBO_CACHE: "local:rw",
  TURBO_UI: "false",
  DO_NOT_TRACK: "1",
  DEBIAN_FRONTEND: "noninteractive",
};

/**
 * Runs a program to its end. Its output is shown as it comes, or collected when `capture` is set.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, capture?: boolean }} [options]
 * @returns {Promise<{ status: number, output: string }>} status 127 when there is no such program
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...quietEnvironment, ...options.env },
      stdio: ["ignore", options.capture ? "pipe" : "inherit", options.capture ? "pipe" : "inherit"],
    });
    const pieces = [];
    child.stdout?.on("data", (piece) => pieces.push(piece));
    child.stderr?.on("data", (piece) => pieces.push(piece));
    child.on("error", (error) => resolve({ status: 127, output: `${command}: ${error.message}` }));
    child.on("close", (status) => resolve({ status: status ?? 1, output: Buffer.concat(pieces).toString("utf8") }));
  });
}

/** Runs a program of `node_modules/.bin`. */
export function runTool(name, args, options) {
  return run(join(root, "node_modules", ".bin", name), args, options);
}

/** Runs a script of this folder, or any other, with the Node that runs now. */
export function runScript(path, args = [], options = {}) {
  return run(process.execPath, [path, ...args], options);
}

/** Runs npm: the one that started us, where there is one. */
export function runNpm(args, options) {
  const started = process.env.npm_execpath;
  return started?.endsWith(".js") ? run(process.execPath, [started, ...args], options) : run("npm", args, options);
}
