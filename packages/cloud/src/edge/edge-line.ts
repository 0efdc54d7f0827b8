import { TTSError } from "@parlando/engine";
import type { SocketConnection } from "../transport/socket-types.ts";
import { unrefTimer } from "../transport/unref-timer.ts";
import { openWebSocket } from "../transport/web-socket.ts";
import { speaking } from "./edge-call.ts";
import { edgeErrors } from "./edge-errors.ts";
import type { EdgeSettings } from "./edge-settings.ts";

/** The connections of an engine. Each carries one request: a second one on the same connection is not relied on by any public client. */
export interface EdgeLine {
  /**
   * A connection for one request, broken off when the signal is aborted.
   *
   * @throws TTSError what `openWebSocket` throws; `PERMISSION` where the service does not let this client in.
   */
  open(signal: AbortSignal): Promise<SocketConnection>;
  /** Ends a connection in the protocol's way; nobody waits for it. */
  release(socket: SocketConnection): void;
  /** Opens a connection that the next request takes. It is given up after half a minute. */
  warm(signal: AbortSignal): Promise<void>;
  /** Breaks off what is spare or about to end. May be called twice. */
  close(): void;
}

/** How long a spare connection is kept. The service's own limit is not known. */
const SPARE_MS = 30_000;

/** Makes the line of one engine. */
export function createEdgeLine(settings: EdgeSettings): EdgeLine {
  const leaving = new Set<SocketConnection>();
  let spare: { readonly socket: SocketConnection; readonly timer: ReturnType<typeof setTimeout> } | undefined;
  let isClosed = false;

  /** Asks a second time where the first was refused because of this machine's clock. */
  async function connect(signal: AbortSignal): Promise<SocketConnection> {
    const first = await tryOnce(settings, signal);
    if ("socket" in first) return first.socket;
    const isClock = first.status === 403 && settings.clock.setBy(first.date);
    const last = isClock ? await tryOnce(settings, signal) : first;
    if ("socket" in last) return last.socket;
    throw last.error;
  }

  function takeSpare(): SocketConnection | undefined {
    if (spare === undefined) return undefined;
    const { socket, timer } = spare;
    spare = undefined;
    clearTimeout(timer);
    return socket.unpark() ? socket : undefined;
  }

  function keep(socket: SocketConnection): void {
    const timer = setTimeout(() => takeSpare()?.terminate(), SPARE_MS);
    unrefTimer(timer);
    spare = { socket, timer };
    socket.park(() => {
      clearTimeout(timer);
      if (spare?.socket === socket) spare = undefined;
    });
  }

  return {
    async open(signal) {
      const socket = takeSpare();
      if (socket === undefined) return connect(signal);
      socket.follow(signal);
      return socket;
    },
    release(socket) {
      leaving.add(socket);
      void socket.close().then(() => leaving.delete(socket));
    },
    async warm(signal) {
      if (spare !== undefined) return;
      const socket = await connect(signal);
      if (isClosed || spare !== undefined) return socket.terminate();
      keep(socket);
    },
    close() {
      isClosed = true;
      takeSpare()?.terminate();
      for (const socket of leaving) socket.terminate();
    },
  };
}

type Try = { readonly socket: SocketConnection } | { readonly error: unknown; readonly status: number | undefined; readonly date: string | undefined };

async function tryOnce(settings: EdgeSettings, signal: AbortSignal): Promise<Try> {
  const { agent, connectMs } = settings.options;
  let status: number | undefined;
  let date: string | undefined;
  const onRefusal = (refusedBy: number, headers: Readonly<Record<string, string | undefined>>): void => {
    status = refusedBy;
    date = headers["date"];
  };
  try {
    const url = settings.socketAddress(settings.clock.token());
    return { socket: await openWebSocket({ ...speaking, url, headers: settings.socketHeaders(), signal, connectMs, agent, errors: edgeErrors, onRefusal }) };
  } catch (error) {
    return { error: status !== undefined && status < 300 ? notASocket(status) : error, status, date };
  }
}

/** A page in place of the service, as networks that want a login first give: another engine may still be reached. */
function notASocket(status: number): TTSError {
  return new TTSError("PROTOCOL", `${speaking.doing}: the answer (${status}) is a page, not the beginning of a WebSocket. Check the address, and what stands between here and the service.`, { engine: "edge", retryable: true });
}
