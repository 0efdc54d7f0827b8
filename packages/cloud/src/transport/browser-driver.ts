import { TTSError } from "@parlando/engine";
import type { DriverEvents, DriverRequest, SocketDriver } from "./socket-driver.ts";

/** How often the send buffer is looked at while a sender waits, in milliseconds: a browser does not tell when it empties. */
const LOOK_MS = 5;

/** Connects by the platform's own WebSocket, which takes no headers, cannot stop reading and tells nothing of a refused upgrade. */
export function connectByPlatform(request: DriverRequest, events: DriverEvents): SocketDriver {
  const { engine, doing, address, protocols = [], headers = {} } = request;
  const Platform = request.WebSocket ?? globalThis.WebSocket;
  if (Platform === undefined) throw new TTSError("UNSUPPORTED", `${doing} at ${address}: this platform has no WebSocket. Hand one in.`, { engine });
  const given = Object.entries(headers).find(([, value]) => value !== undefined);
  if (given !== undefined) {
    throw new TTSError("UNSUPPORTED", `${doing} at ${address}: a browser's WebSocket sends no headers, and "${given[0]}" is needed. Use this engine on a server, or with what the service takes in its address.`, { engine });
  }
  let socket: WebSocket;
  try {
    socket = new Platform(request.url, [...protocols]);
  } catch {
    throw new TTSError("INVALID_CONFIG", `${doing} at ${address}: the address or a subprotocol is not one of a WebSocket, or the page may not open it.`, { engine });
  }
  return drivePlatform(socket, request, events);
}

function drivePlatform(socket: WebSocket, request: DriverRequest, events: DriverEvents): SocketDriver {
  const { engine, doing, address, maxMessageBytes } = request;
  let isOpen = false;
  let isEnded = false;
  const sent = watchSent(socket);

  function end(how: Parameters<DriverEvents["ended"]>[0]): void {
    if (isEnded) return;
    isEnded = true;
    sent.release();
    events.ended(how);
  }

  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    isOpen = true;
    events.opened({});
  };
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    const message = typeof data === "string" ? data : new Uint8Array(data);
    if (message.length <= maxMessageBytes) return events.message(message, message.length);
    end(new TTSError("PROTOCOL", `${doing} at ${address}: a message is larger than ${maxMessageBytes} bytes.`, { engine }));
    socket.close();
  };
  socket.onerror = () => {};
  socket.onclose = ({ code, reason }) => {
    if (isOpen) return end({ code, reason });
    end(new TTSError("CONNECTION", `${doing} at ${address}: the connection could not be made. A browser does not tell why: check the address, the network and the credentials.`, { engine }));
  };

  return {
    canStop: false,
    send(message, onSent) {
      socket.send(message as string | Uint8Array<ArrayBuffer>);
      if (onSent !== undefined) sent.wait(onSent);
    },
    bufferedBytes: () => socket.bufferedAmount,
    stop: () => {},
    goOn: () => {},
    ping: () => {},
    close: () => socket.close(1000),
    terminate() {
      // The nearest that a browser has: the frame leaves at once, and what still comes is not looked at.
      socket.close();
      end({ code: 1006, reason: "" });
    },
    keepAlive: () => {},
  };
}

/** Tells those who wait when all is sent, or when nothing can be any more. */
function watchSent(socket: WebSocket): { wait(onSent: () => void): void; release(): void } {
  const waiting = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function release(): void {
    clearTimeout(timer);
    for (const onSent of waiting) onSent();
    waiting.clear();
  }

  function look(): void {
    if (socket.bufferedAmount === 0 || socket.readyState !== socket.OPEN) return release();
    timer = setTimeout(look, LOOK_MS);
  }

  return {
    wait(onSent) {
      waiting.add(onSent);
      if (waiting.size === 1) look();
    },
    release,
  };
}
