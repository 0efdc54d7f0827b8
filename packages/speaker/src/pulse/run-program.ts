import { execFile } from "node:child_process";

/** What became of a program that was run. */
export interface ProgramResult {
  readonly status: "done" | "failed" | "missing" | "late";
  readonly output: string;
  readonly complaint: string;
}

const longestOutputBytes = 1_000_000;

/** Runs a program that ends by itself, for at most `longestMs`; never rejects. */
export function runProgram(command: string, options: { arguments: readonly string[]; longestMs: number; signal: AbortSignal }): Promise<ProgramResult> {
  return new Promise((resolve) => {
    // The language of what it says is fixed, because it is read by this program.
    const env = { ...process.env, LC_ALL: "C" };
    const settings = { env, maxBuffer: longestOutputBytes, timeout: options.longestMs, killSignal: "SIGKILL", signal: options.signal, encoding: "utf8" } as const;
    execFile(command, [...options.arguments], settings, (error, output, complaint) => {
      const status = error === null ? "done" : error.code === "ENOENT" ? "missing" : error.killed === true ? "late" : "failed";
      resolve({ status, output, complaint });
    });
  });
}
