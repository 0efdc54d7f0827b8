import type { WebSocket } from "ws";
import type { Caller } from "../access/caller.ts";
import { Problem } from "../problem/problem.ts";
import type { Limits } from "../services.ts";

/** The WebSockets that are open. */
export interface SocketShelf {
  /**
   * Keeps a place for a socket that is about to open. Returns what gives it back; twice is the same as once.
   *
   * @throws Problem 429 `too_many_sockets`, 503 `system_busy`.
   */
  reserve(caller: Caller): () => void;
  add(socket: WebSocket): void;
  /** Begins to close all, with a reason. */
  closeAll(code: number, reason: string): void;
  terminateAll(): void;
  readonly size: number;
}

/** Makes an empty shelf. */
export function createSocketShelf(limits: Pick<Limits, "sockets" | "socketsPerCaller">): SocketShelf {
  const sockets = new Set<WebSocket>();
  const byCaller = new Map<string, number>();
  let reserved = 0;
  return {
    reserve({ id }) {
      const own = byCaller.get(id) ?? 0;
      if (own >= limits.socketsPerCaller) throw new Problem(429, "too_many_sockets", `You have ${own} WebSockets open, and may have ${limits.socketsPerCaller}.`, { retryAfterMs: 1_000 });
      if (reserved >= limits.sockets) throw new Problem(503, "system_busy", `All ${limits.sockets} WebSockets are taken.`, { retryAfterMs: 1_000 });
      reserved += 1;
      byCaller.set(id, own + 1);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        reserved -= 1;
        const left = (byCaller.get(id) ?? 1) - 1;
        if (left > 0) byCaller.set(id, left);
        else byCaller.delete(id);
      };
    },
    add(socket) {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    },
    closeAll(code, reason) {
      for (const socket of [...sockets]) socket.close(code, reason);
    },
    terminateAll() {
      for (const socket of [...sockets]) socket.terminate();
    },
    get size() {
      return sockets.size;
    },
  };
}
