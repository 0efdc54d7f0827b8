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

/** Settings of this machine, and keys: no test may use them. */
const foreign = /^(?:PARLANDO|NODE|AWS|AZURE|SPEECH|OPENAI|ELEVENLABS)_|^VITEST/;

/** Loaded ahead of the program: no name of a host leads anywhere, so that no service is ever asked by a test. */
const withoutNetwork = `data:text/javascript,${encodeURIComponent(`
import dns from "node:dns";
dns.lookup = (host, options, done = options) => process.nextTick(done, Object.assign(new Error("There is no network in tests."), { code: "ENOTFOUND", hostname: host }));
`)}`;

/** Starts the built `parlando` as a shell would, with no settings of this machine's and no network. Its standard input stays open. */
export function startBinary(words: readonly string[]): BinaryRun {
  if (!existsSync(binary)) throw new TTSError("INTERNAL", "Testing the built command line: packages/parlando/dist/command-line.js is missing. Run `npm run build` first.");
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  const child = spawn(process.execPath, ["--import", withoutNetwork, binary, ...words], { env: { ...env, AWS_EC2_METADATA_DISABLED: "true" } });
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
