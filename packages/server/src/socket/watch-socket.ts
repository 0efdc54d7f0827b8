import type { Clock } from "@parlando/core";
import type { WebSocket } from "ws";

/** A client is asked for a sign of life so often, and cut off when it has given none for so long, in milliseconds. */
const PING_MS = 15_000;
const PONG_LIMIT_MS = 30_000;
/** How exact the other limits are kept: to a quarter of the shortest, within these, in milliseconds. */
const LONGEST_TICK_MS = 1_000;
const SHORTEST_TICK_MS = 5;

/** What {@link watchSocket} works with. */
export interface WatchOptions {
  readonly socket: WebSocket;
  readonly clock: Clock;
  /** The shortest of the limits that `onTick` looks after, in milliseconds. */
  readonly shortestMs: number;
  /** Aborted when the socket has closed. */
  readonly signal: AbortSignal;
  readonly onTick: () => void;
}

/** Looks after a socket until it has closed: pings it, cuts it off when it is dead, and asks `onTick` to look at the rest. One timer for all. */
export async function watchSocket({ socket, clock, shortestMs, signal, onTick }: WatchOptions): Promise<void> {
  const tickMs = Math.min(LONGEST_TICK_MS, Math.max(SHORTEST_TICK_MS, shortestMs / 4));
  let aliveAtMs = clock.now();
  let pingedAtMs = aliveAtMs;
  socket.on("pong", () => (aliveAtMs = clock.now()));
  for (;;) {
    await clock.sleep(tickMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    const now = clock.now();
    if (now - aliveAtMs > PONG_LIMIT_MS) socket.terminate();
    else if (now - pingedAtMs >= PING_MS && socket.readyState === socket.OPEN) {
      pingedAtMs = now;
      socket.ping();
    }
    onTick();
  }
}
