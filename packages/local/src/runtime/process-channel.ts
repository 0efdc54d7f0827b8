import { fork, type ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { TTSError } from "@parlando/engine";
import { firstLine } from "./failure.ts";
import type { ModelChannel } from "./model-channel.ts";
import type { HostMessage, ProcessMessage } from "./protocol.ts";

/** What a model process is started with. */
export interface ProcessChannelOptions {
  /** The file that Node runs; by default the package's own. */
  readonly file?: string | undefined;
  /** Of the app: only what runtimes need of it is passed on. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What a process may know of the app's environment: where libraries and devices are. No key of any provider is among it. */
const passedOn = /^(PATH|HOME|USERPROFILE|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|CUDA_.*|NVIDIA_.*|HIP_.*|VK_.*|OMP_.*|GGML_.*|SYSTEMROOT|WINDIR|TEMP|TMP|TMPDIR|LANG|LC_ALL)$/iu;

/** Of what the runtime writes on its error output, kept for the message after a crash. */
const keptErrorBytes = 4_096;

/**
 * Starts a process that runs models. It ends when the app ends, also when the app is killed. Its output is swallowed; the last of its error output goes
 * into the reason when it ends by itself. It has a private folder for what it keeps of prompts, removed before the end is told.
 *
 * @throws TTSError `ENGINE_UNAVAILABLE` when no process can be started: the package is not built, or there is no room for its folder.
 */
export function forkChannel(options: ProcessChannelOptions = {}): ModelChannel {
  const { child, folder } = start(options);
  const errors = keepLast(child);
  let busy = false;
  let ended = false;
  let failure: string | undefined;
  let tellEnd: (reason: string) => void = () => {};

  async function end(reason: string): Promise<void> {
    if (ended) return;
    ended = true;
    await rm(folder, { recursive: true, force: true, maxRetries: 2 }).catch(() => {});
    tellEnd(reason);
  }
  child.on("error", (error) => {
    failure ??= error.message;
    // A process that never came to be does not exit either.
    if (child.pid === undefined) void end(`it could not be started: ${failure}`);
  });
  child.once("close", (status, signal) => void end(tellExit({ status, signal, error: failure, lastLine: errors() })));
  setReferenced(child, busy);

  return {
    send: (message) => post(child, message),
    onMessage: (listener) => {
      child.on("message", (message) => listener(message as ProcessMessage));
      // A listener refers to the channel again.
      setReferenced(child, busy);
    },
    onEnd: (listener) => {
      tellEnd = listener;
    },
    setBusy: (next) => {
      busy = next;
      setReferenced(child, busy);
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

function start({ file, environment = process.env }: ProcessChannelOptions): { child: ChildProcess; folder: string } {
  try {
    const folder = mkdtempSync(join(tmpdir(), "parlando-model-"));
    const env = reduceEnvironment(environment);
    return { child: fork(file ?? modelProcessFile(), [folder], { execArgv: [], serialization: "advanced", stdio: ["ignore", "pipe", "pipe", "ipc"], env }), folder };
  } catch (cause) {
    throw new TTSError("ENGINE_UNAVAILABLE", `Starting the model process: ${firstLine(cause)}. Expected the built package @parlando/local, and room in the folder for temporary files.`, { cause });
  }
}

/** The built file of the model process. By the package's name, since a bundler may have moved this code into another file. */
export function modelProcessFile(): string {
  return join(dirname(createRequire(import.meta.url).resolve("@parlando/local/package.json")), "dist", "model-process.js");
}

/** Of the app's environment what runtimes need: no key of any provider. */
export function reduceEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value !== undefined && passedOn.test(name)) passed[name] = value;
  return passed;
}

function post(child: ChildProcess, message: HostMessage): void {
  // What cannot be sent any more is told by the end of the process.
  if (child.connected) child.send(message, () => {});
}

function setReferenced(child: ChildProcess, referenced: boolean): void {
  const streams = [child.stdout, child.stderr] as ({ ref?(): void; unref?(): void } | null)[];
  for (const part of [child, child.channel, ...streams]) {
    if (referenced) part?.ref?.();
    else part?.unref?.();
  }
}

function keepLast(child: ChildProcess): () => string | undefined {
  let kept = "";
  // Whoever cannot be read from has ended, which is told by its end.
  for (const stream of [child.stdout, child.stderr]) stream?.on("error", () => {});
  child.stdout?.resume();
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (text: string) => {
    kept = (kept + text).slice(-keptErrorBytes);
  });
  return () => mostTelling(kept);
}

/** Of the last lines, the one that names an error; a stack's frames and Node's closing line tell nothing. */
function mostTelling(text: string): string | undefined {
  const lines = text.split(/\r?\n/u).map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("at ") && !line.startsWith("Node.js v"));
  return (lines.findLast((line) => /error|failed|abort|fatal/iu.test(line)) ?? lines.at(-1))?.slice(0, 300);
}

function tellExit({ status, signal, error, lastLine }: { status: number | null; signal: string | null; error: string | undefined; lastLine: string | undefined }): string {
  const how = signal === null ? `it ended with status ${String(status)}` : `it was ended by ${signal}`;
  const words = error ?? lastLine;
  return words === undefined ? how : `${how}; the last that it said: ${words}`;
}
