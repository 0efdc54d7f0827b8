import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { TTSError } from "@parlando/engine";

const binary = fileURLToPath(new URL("../../dist/command-line.js", import.meta.url));

/** What became of a run of the built `parlando`. */
export interface BinaryResult {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A run of the built `parlando`. */
export interface BinaryRun {
  readonly child: ChildProcessWithoutNullStreams;
  /** Bytes that have come on standard output. */
  readonly stdoutBytes: () => number;
  readonly ended: Promise<BinaryResult>;
}

/** Starts the built `parlando` as a shell would, with no settings of this machine's. Its standard input stays open. */
export function startBinary(words: readonly string[]): BinaryRun {
  if (!existsSync(binary)) throw new TTSError("INTERNAL", "Testing the built command line: packages/parlando/dist/command-line.js is missing. Run `npm run build` first.");
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PARLANDO_") && !name.startsWith("NODE_") && !name.startsWith("VITEST")));
  const child = spawn(process.execPath, [binary, ...words], { env });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let bytes = 0;
  child.stdout.on("data", (part: Buffer) => {
    bytes += part.length;
    stdout.push(part);
  });
  child.stderr.on("data", (part: Buffer) => stderr.push(part));
  // A program that has ended takes no more input.
  child.stdin.on("error", () => {});
  const ended = new Promise<BinaryResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => resolve({ status, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }));
  });
  return { child, stdoutBytes: () => bytes, ended };
}

/** Runs the built `parlando` to its end, with nothing, or a text, on standard input. */
export async function runBinary(words: readonly string[], input = ""): Promise<BinaryResult> {
  const { child, ended } = startBinary(words);
  child.stdin.end(input);
  return ended;
}
