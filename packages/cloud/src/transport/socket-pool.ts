import { engineClosed, throwIfCalledOff } from "./call-context.ts";
import { createIdleConnections } from "./idle-connections.ts";
import { Lease, type SocketLease } from "./socket-lease.ts";
import type { SocketConnection } from "./socket-types.ts";

/** Bounds of a pool. */
export interface SocketPoolOptions {
  /** The id of the engine, for errors. */
  engine: string;
  /** Idle connections kept for one key. Default 2. */
  maxIdle?: number | undefined;
  /** How long an idle connection is kept, in milliseconds. Less than the other side's own limit. Default 30,000. */
  idleMs?: number | undefined;
}

/** Which connection is wanted. */
export interface LeaseRequest {
  /** What is being done, for errors. */
  doing: string;
  /** Address and credentials: connections are shared only under the same key. Kept in memory and shown nowhere. */
  key: string;
  /** Opens a connection and does what each new one needs, such as a first message. The pool follows the signal from then on. */
  open: (signal: AbortSignal) => Promise<SocketConnection>;
  /** Aborted: the connection is broken off, until it is given back. */
  signal: AbortSignal;
}

/** Open connections of an engine that wait for their next turn. */
export interface SocketPool {
  /** Takes an idle connection, or opens one. */
  take(request: LeaseRequest): Promise<SocketLease>;
  /** Opens a connection ahead of its first use; it waits in the pool. */
  warmUp(request: LeaseRequest): Promise<void>;
  /** Connections that wait. */
  readonly idleCount: number;
  /** Closes all, those in use too. May be called twice. */
  close(): Promise<void>;
}

/**
 * Makes the pool of one engine.
 *
 * @example
 * ```ts
 * const lease = await pool.take({ doing, key: `${url} ${apiKey}`, open: (signal) => openWebSocket({ ...request, signal }), signal });
 * try {
 *   await lease.send(question);
 *   for (let message = await lease.receive(); !isLast(message); message = await lease.receive()) yield readAudio(message);
 *   lease.giveBack();
 * } finally {
 *   await lease.discard();
 * }
 * ```
 */
export function createSocketPool({ engine, maxIdle = 2, idleMs = 30_000 }: SocketPoolOptions): SocketPool {
  const idle = createIdleConnections({ maxIdle, idleMs });
  const inUse = new Set<SocketConnection>();
  let closed = false;

  async function openNew({ doing, open, signal }: LeaseRequest): Promise<SocketConnection> {
    if (closed) throw engineClosed({ engine, doing });
    const connection = await open(signal);
    if (closed) {
      connection.terminate();
      throw engineClosed({ engine, doing });
    }
    inUse.add(connection);
    return connection;
  }

  function takeIdle({ key, signal }: LeaseRequest): SocketConnection | undefined {
    const found = idle.take(key);
    if (found === undefined) return undefined;
    inUse.add(found);
    found.follow(signal);
    return found;
  }

  function keep(key: string, connection: SocketConnection): void {
    // What is not among those in use was closed with the pool.
    if (inUse.delete(connection)) idle.keep(key, connection);
  }

  return {
    get idleCount() {
      return idle.count;
    },
    async take(request) {
      throwIfCalledOff({ engine, doing: request.doing }, request.signal);
      const found = takeIdle(request);
      return new Lease(found ?? (await openNew(request)), {
        isReused: found !== undefined,
        signal: request.signal,
        reopen: () => openNew(request),
        giveBack: (used) => keep(request.key, used),
        async discard(used) {
          inUse.delete(used);
          await used.close();
        },
      });
    },
    async warmUp(request) {
      if (!idle.has(request.key)) keep(request.key, await openNew(request));
    },
    async close() {
      closed = true;
      const all = [...inUse, ...idle.takeAll()];
      inUse.clear();
      await Promise.all(all.map((connection) => connection.close()));
    },
  };
}
