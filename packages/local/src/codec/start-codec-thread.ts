import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { firstLine } from "../runtime/failure.ts";
import type { CodecReply, CodecRequest, CodecThread } from "./codec-messages.ts";

/** Starts the built `codec-thread.js` of this package as a thread of this process. */
export function startCodecThread(): CodecThread {
  // By the package's name, since a bundler may have moved this code into another file.
  const folder = dirname(createRequire(import.meta.url).resolve("@parlando/local/package.json"));
  return threadOf(new Worker(join(folder, "dist", "codec-thread.js"), { name: "codec", execArgv: [] }));
}

/** The line to a worker that serves a codec. */
export function threadOf(worker: Worker): CodecThread {
  let reason: string | undefined;
  // Without a listener an error of the thread would end the process.
  worker.on("error", (error) => {
    reason ??= firstLine(error);
  });
  worker.unref();
  return {
    post: (request: CodecRequest) => worker.postMessage(request),
    onReply: (listener) => void worker.on("message", (reply: CodecReply) => listener(reply)),
    onEnd: (listener) => void worker.once("exit", (status) => listener(reason ?? `it ended with status ${String(status)}`)),
    setBusy: (busy) => (busy ? worker.ref() : worker.unref()),
    // It resolves always; what matters is told by onEnd.
    kill: () => void worker.terminate(),
  };
}
