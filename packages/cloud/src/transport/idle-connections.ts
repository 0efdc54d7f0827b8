import type { SocketConnection } from "./socket-types.ts";
import { unrefTimer } from "./unref-timer.ts";

/** Connections that wait for their next turn, by key. */
export interface IdleConnections {
  /** Keeps a connection that is not used any more, or closes it where enough wait already. */
  keep(key: string, connection: SocketConnection): void;
  /** The one that has waited least, since it is the least likely to have died. */
  take(key: string): SocketConnection | undefined;
  /** Gives all up, without closing them. */
  takeAll(): readonly SocketConnection[];
  has(key: string): boolean;
  readonly count: number;
}

interface Waiting {
  readonly key: string;
  readonly connection: SocketConnection;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Makes an empty list. */
export function createIdleConnections({ maxIdle, idleMs }: { maxIdle: number; idleMs: number }): IdleConnections {
  let waiting: readonly Waiting[] = [];

  function drop(one: Waiting): void {
    clearTimeout(one.timer);
    waiting = waiting.filter((other) => other !== one);
  }

  return {
    keep(key, connection) {
      if (!connection.isOpen || waiting.filter((one) => one.key === key).length >= maxIdle) return closeQuietly(connection);
      const timer = setTimeout(() => {
        drop(one);
        connection.unpark();
        closeQuietly(connection);
      }, idleMs);
      unrefTimer(timer);
      const one: Waiting = { key, connection, timer };
      waiting = [...waiting, one];
      connection.park(() => drop(one));
    },
    take(key) {
      for (;;) {
        const one = waiting.findLast((other) => other.key === key);
        if (one === undefined) return undefined;
        drop(one);
        if (one.connection.unpark()) return one.connection;
      }
    },
    takeAll() {
      const all = waiting;
      all.forEach(drop);
      return all.map(({ connection }) => connection);
    },
    has: (key) => waiting.some((one) => one.key === key),
    get count() {
      return waiting.length;
    },
  };
}

function closeQuietly(connection: SocketConnection): void {
  connection.close().catch(() => undefined);
}
