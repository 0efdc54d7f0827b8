import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/** Who is to be told when a connection closes. One listener of the connection tells all: a client may have sent many requests ahead. */
const watched = new WeakMap<Duplex, Set<() => void>>();

/** Whether requests of a connection are under way. Those that no route has are not watched; but Node keeps the answer that is being sent. */
export function isAnswering(connection: Duplex & { readonly _httpMessage?: unknown }): boolean {
  return (watched.get(connection)?.size ?? 0) > 0 || (connection._httpMessage ?? undefined) !== undefined;
}

/**
 * Calls `tell` once, when an answer is sent or can no longer be. An answer that waits behind that to an earlier request has no connection yet, and never learns that it has
 * closed; so the connection is watched as well. Returns what takes the watch away.
 */
export function onceAnswerClosed(outgoing: ServerResponse, connection: Duplex | undefined, tell: () => void): () => void {
  const waiting = connection === undefined ? undefined : watchersOf(connection);
  const stop = (): void => {
    outgoing.off("close", over);
    waiting?.delete(over);
  };
  const over = (): void => {
    stop();
    tell();
  };
  outgoing.once("close", over);
  waiting?.add(over);
  return stop;
}

function watchersOf(connection: Duplex): Set<() => void> {
  const known = watched.get(connection);
  if (known !== undefined) return known;
  const waiting = new Set<() => void>();
  watched.set(connection, waiting);
  connection.once("close", () => {
    for (const over of [...waiting]) over();
  });
  return waiting;
}
