import type { WorkerReply, WorkerRequest } from "../espeak-wire.ts";
import { isNode } from "../platform.ts";

/** The worker's end of its line to the engine, the same in Node and in browsers. */
export interface MessagePortLike {
  post(reply: WorkerReply, transfer?: readonly ArrayBuffer[]): void;
  onMessage(listener: (request: WorkerRequest) => void): void;
}

/** The part of a browser's worker scope that is used here; its types are not those of a page. */
interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<WorkerRequest>) => void): void;
}

/** The line of the worker this runs in. */
export function ownMessagePort(): MessagePortLike {
  const port = isNode() ? process.getBuiltinModule("node:worker_threads").parentPort : undefined;
  if (port) {
    return {
      post: (reply, transfer = []) => port.postMessage(reply, [...transfer]),
      onMessage: (listener) => void port.on("message", listener),
    };
  }
  const scope = globalThis as unknown as WorkerScope;
  return {
    post: (reply, transfer = []) => scope.postMessage(reply, [...transfer]),
    onMessage: (listener) => scope.addEventListener("message", (event) => listener(event.data)),
  };
}
