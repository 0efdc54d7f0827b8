import { introduce } from "./remote-account.ts";
import { remoteError, type SocketEnd } from "./remote-errors.ts";
import type { SocketDriver, SocketEvents, SocketRequest } from "./socket-driver.ts";

/** Connects by the platform's own WebSocket, which takes no headers and tells nothing of a refused upgrade. */
export function connectInPage(Platform: typeof WebSocket | undefined, request: SocketRequest, events: SocketEvents): SocketDriver {
  const { doing } = request;
  if (Platform === undefined) throw remoteError("ENGINE_UNAVAILABLE", `${doing}: there is no WebSocket here. In Node install the package ws (npm install ws), or hand a class in as the option \`WebSocket\`.`);
  const socket = open(Platform, request);
  let hasOpened = false;
  let hasEnded = false;

  function end(how: Parameters<SocketEvents["ended"]>[0] | SocketEnd): void {
    if (hasEnded) return;
    hasEnded = true;
    events.ended(how);
  }

  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    hasOpened = true;
    events.opened();
  };
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (hasEnded) return;
    if (typeof data === "string") events.text(data);
    else events.binary(new Uint8Array(data));
  };
  socket.onerror = () => {};
  socket.onclose = ({ code, reason }) => {
    if (hasOpened) return end({ code, reason });
    end(remoteError("CONNECTION", `${doing}: the connection could not be made. A browser does not tell why: check the address, that the server runs, its keys or tickets, and whether it lets pages of this origin in; \`checkCredentials()\` may tell more.`));
  };

  return {
    send(message) {
      if (socket.readyState === socket.OPEN) socket.send(message);
    },
    bufferedBytes: () => socket.bufferedAmount,
    close: () => socket.close(1000),
    terminate() {
      // The nearest that a page has: the frame leaves at once, and what still comes is not looked at.
      socket.close();
      end({ code: 1006, reason: "" });
    },
    keepAlive: () => {},
  };
}

function open(Platform: typeof WebSocket, { doing, url, credential }: SocketRequest): WebSocket {
  try {
    return new Platform(url, [...introduce(credential, false).protocols]);
  } catch {
    throw remoteError("INVALID_CONFIG", `${doing}: the address is not one of a WebSocket, the ticket holds a character that it may not, or the page may not open connections there.`);
  }
}
