import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { TTSError } from "@parlando/engine";
import type { RawData, WebSocket } from "ws";
import { connectionError } from "./connection-error.ts";
import { errorFromAnswer, readStart } from "./error-from-response.ts";
import type { DriverEvents, DriverRequest, SocketDriver } from "./socket-driver.ts";

const ERROR_BYTES = 8 * 1024;

let loaded: typeof WebSocket | undefined;

/** Node looks a module up anew at each `import()`: up to a millisecond, where module hooks are in use. */
async function loadWs(): Promise<typeof WebSocket> {
  loaded ??= (await import("ws")).WebSocket;
  return loaded;
}

/** Connects by `ws`, which is imported when it is first needed. */
export async function connectByWs(request: DriverRequest, events: DriverEvents): Promise<SocketDriver> {
  const Socket = await loadWs();
  const { headers = {}, protocols = [], agent, maxMessageBytes, closeMs, compress = false } = request;
  const options = {
    headers: Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    maxPayload: maxMessageBytes,
    // `ws` waits 30 seconds for a side that has said goodbye but keeps the connection.
    closeTimeout: closeMs,
    perMessageDeflate: compress,
    ...(agent === undefined ? {} : { agent }),
  };
  let socket: WebSocket;
  try {
    socket = new Socket(request.url, [...protocols], options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) throw connectionError(request, error, request.address);
    throw new TTSError("INVALID_CONFIG", `${request.doing} at ${request.address}: the address or a subprotocol is not one of a WebSocket.`, { engine: request.engine });
  }
  return driveWs(socket, request, events);
}

function driveWs(socket: WebSocket, request: DriverRequest, events: DriverEvents): SocketDriver {
  let tcp: Socket | undefined;
  let isOpen = false;
  let isRefused = false;
  let isEnded = false;

  function end(how: Parameters<DriverEvents["ended"]>[0]): void {
    if (isEnded) return;
    isEnded = true;
    events.ended(how);
  }

  socket.on("upgrade", (response) => {
    tcp = response.socket;
    const found: Record<string, string | undefined> = {};
    for (const [name, value] of Object.entries(response.headers)) found[name] = Array.isArray(value) ? value.join(", ") : value;
    socket.once("open", () => {
      isOpen = true;
      events.opened(found);
    });
  });
  socket.on("unexpected-response", (clientRequest, response) => {
    isRefused = true;
    void readRefusal(clientRequest, response, request).then((error) => {
      end(error);
      socket.terminate();
    });
  });
  socket.on("message", (data: RawData, isBinary: boolean) => {
    const bytes = wholeBytes(data);
    events.message(isBinary ? bytes : bytes.toString("utf8"), bytes.length);
  });
  socket.on("ping", events.heard);
  socket.on("pong", events.heard);
  // Stays for good: an error that comes when all is over would otherwise end the process.
  socket.on("error", (error) => {
    if (!isRefused) end(wsError(error, request, isOpen));
  });
  socket.on("close", (code, reason) => {
    if (!isRefused) end({ code, reason: reason.toString("utf8") });
  });

  return {
    canStop: true,
    send: (message, onSent) => (onSent === undefined ? socket.send(message) : socket.send(message, () => onSent())),
    bufferedBytes: () => socket.bufferedAmount,
    stop: () => socket.pause(),
    goOn: () => socket.resume(),
    ping: () => {
      if (socket.readyState === socket.OPEN) socket.ping();
    },
    close: () => socket.close(1000),
    terminate: () => socket.terminate(),
    keepAlive: (isKept) => void (isKept ? tcp?.ref() : tcp?.unref()),
  };
}

/** `ws` hands a message over as one buffer, unless told otherwise. */
function wholeBytes(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}

async function readRefusal(clientRequest: ClientRequest, response: IncomingMessage, request: DriverRequest): Promise<TTSError> {
  const body = { [Symbol.asyncIterator]: () => response[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>, cancel: () => void response.destroy() };
  const { text } = await readStart(body, ERROR_BYTES);
  clientRequest.destroy();
  const status = response.statusCode ?? 0;
  const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]));
  request.onRefusal?.(status, headers);
  if (status < 400) {
    return new TTSError("INVALID_CONFIG", `${request.doing} at ${request.address}: the answer (${status}) is not the beginning of a WebSocket. Redirects are not followed; check the address.`, { engine: request.engine });
  }
  return errorFromAnswer({ status, headers, text }, request);
}

function wsError(error: Error, request: DriverRequest, isOpen: boolean): TTSError {
  const { code } = error as NodeJS.ErrnoException;
  const { engine, doing, address } = request;
  if (code?.startsWith("WS_ERR") === true) {
    const isTooLarge = code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
    const what = isTooLarge ? `a message is larger than ${request.maxMessageBytes} bytes` : "what came is not allowed in a WebSocket";
    return new TTSError("PROTOCOL", `${doing} at ${address}: ${what} (${code}).`, { engine });
  }
  if (code === undefined && !isOpen) return new TTSError("PROTOCOL", `${doing} at ${address}: the answer to the upgrade is not that of a WebSocket. Check the address.`, { engine });
  return connectionError(request, error, address);
}
