import type { WorkerReply, WorkerRequest } from "../espeak-wire.ts";
import { isNode } from "../platform.ts";

/** A running worker, the same in Node and in browsers. */
export interface RunningWorker {
  post(request: WorkerRequest): void;
  /** Whether waiting for it keeps the process alive (Node). */
  setBusy(busy: boolean): void;
  terminate(): void;
}

/** What a worker tells. */
export interface WorkerListeners {
  onReply(reply: WorkerReply): void;
  /** It ended or failed by itself; told once. */
  onEnd(reason: string): void;
}

/**
 * Starts the worker file.
 *
 * @param workerUrl - Another place for it than beside this file.
 * @param listeners - Called until the worker is terminated.
 */
export function startWorker(workerUrl: URL | undefined, listeners: WorkerListeners): RunningWorker {
  return isNode() ? startNodeWorker(workerUrl, listeners) : startBrowserWorker(workerUrl, listeners);
}

/** Whether memory can be shared with a worker here: always in Node, in browsers on pages that are cross-origin isolated. */
export function canShareMemory(): boolean {
  return typeof SharedArrayBuffer === "function" && (isNode() || globalThis.crossOriginIsolated);
}

function startNodeWorker(workerUrl: URL | undefined, listeners: WorkerListeners): RunningWorker {
  const { Worker: NodeWorker } = process.getBuiltinModule("node:worker_threads");
  // Flags of the main program, such as those of a loader or of `node -e`, are not meant for a plain built file.
  const worker = new NodeWorker(workerUrl ?? new URL("./espeak-worker.js", import.meta.url), { name: "parlando-espeak", execArgv: [] });
  const ended = once(listeners.onEnd);
  worker.on("message", (reply: WorkerReply) => listeners.onReply(reply));
  worker.on("messageerror", () => ended("a message could not be read"));
  worker.on("error", (error) => ended(`it failed with ${error instanceof Error ? error.name : "an error"}`));
  worker.on("exit", (status) => ended(`it ended with status ${String(status)}`));
  worker.unref();
  return {
    post: (request) => worker.postMessage(request),
    setBusy: (busy) => void (busy ? worker.ref() : worker.unref()),
    terminate() {
      worker.removeAllListeners("message");
      void worker.terminate();
    },
  };
}

function startBrowserWorker(workerUrl: URL | undefined, listeners: WorkerListeners): RunningWorker {
  // Written out in one piece: this is the form that bundlers look for.
  const worker = workerUrl === undefined
    ? new Worker(new URL("./espeak-worker.js", import.meta.url), { type: "module", name: "parlando-espeak" })
    : new Worker(workerUrl, { type: "module", name: "parlando-espeak" });
  const ended = once(listeners.onEnd);
  worker.onmessage = (event: MessageEvent<WorkerReply>) => listeners.onReply(event.data);
  worker.onmessageerror = () => ended("a message could not be read");
  worker.onerror = (event) => {
    event.preventDefault();
    ended("its file could not be loaded, or it failed");
  };
  return {
    post: (request) => worker.postMessage(request),
    setBusy: () => {},
    terminate: () => worker.terminate(),
  };
}

function once(listener: (reason: string) => void): (reason: string) => void {
  let called = false;
  return (reason) => {
    if (called) return;
    called = true;
    listener(reason);
  };
}
