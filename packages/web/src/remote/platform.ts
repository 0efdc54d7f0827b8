import type { WebSocket as NodeWebSocket } from "ws";

/** Whether this runs in Node (or something that behaves like it), with its modules at hand. Bundlers see no import of them. */
export function isNode(): boolean {
  const { process: found } = globalThis as { process?: Partial<NodeJS.Process> };
  return typeof found?.versions?.node === "string" && typeof found.getBuiltinModule === "function";
}

/** A variable of the environment; undefined in pages, and where it is empty. */
export function environmentVariable(name: string): string | undefined {
  const found = isNode() ? process.env[name] : undefined;
  return found === undefined || found === "" ? undefined : found;
}

/** A timer that does not keep the process alive; in browsers, where timers are numbers, nothing. */
export function unrefTimer(timer: unknown): void {
  if (typeof timer === "object" && timer !== null) (timer as { unref?: () => void }).unref?.();
}

/** The class of `ws`. */
export type NodeWebSocketClass = typeof NodeWebSocket;

let loaded: NodeWebSocketClass | undefined;

/**
 * The WebSocket of `ws`; undefined in pages, and where it is not installed. It is looked up by Node itself and not imported, so that a bundler for pages, who could
 * not find it, does not look for it.
 */
export function loadNodeWebSocket(): NodeWebSocketClass | undefined {
  if (loaded !== undefined || !isNode()) return loaded;
  try {
    const load = process.getBuiltinModule("node:module").createRequire(import.meta.url);
    loaded = (load("ws") as { WebSocket: NodeWebSocketClass }).WebSocket;
  } catch {
    return undefined;
  }
  return loaded;
}
