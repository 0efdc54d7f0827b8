import type { CloseCode } from "@parlando/protocol";
import type { Clock } from "@parlando/core";
import type { WebSocket } from "ws";

/** How long the other side may take to answer a close before the connection is cut, in milliseconds. */
const CLOSE_LIMIT_MS = 2_000;

/** Closes a socket with a code, and cuts it where the other side does not answer: one that reads nothing never sees the code. */
export function closeSocket(socket: WebSocket, code: CloseCode, reason: string, clock: Clock): void {
  if (socket.readyState !== socket.OPEN) return;
  const closed = new AbortController();
  socket.once("close", () => closed.abort());
  // Its answer is read only where the socket is.
  socket.resume();
  socket.close(code, reason);
  void clock.sleep(CLOSE_LIMIT_MS, closed.signal).then(
    () => {
      if (!closed.signal.aborted) socket.terminate();
    },
    () => undefined,
  );
}
