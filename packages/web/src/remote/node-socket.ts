import { type TTSError, type ErrorCode } from "@parlando/engine";
import { wireLimits } from "@parlando/protocol";
import type { RawData } from "ws";
import type { NodeWebSocketClass } from "./platform.ts";
import { introduce } from "./remote-account.ts";
import { refusedError } from "./refused-error.ts";
import { remoteError, type SocketEnd } from "./remote-errors.ts";
import type { SocketDriver, SocketEvents, SocketRequest } from "./socket-driver.ts";

/** Bytes of an answer that refuses the connection: its message is short. */
const refusalBytes = 8_192;
/** The longest message there is, and a frame's header. */
const largestBytes = Math.max(wireLimits.messageBytes, wireLimits.frameBytes) + 1_024;

/** Of a socket of Node's. */
interface KeepsAlive {
  ref(): unknown;
  unref(): unknown;
}

/** Of an answer of Node's. */
interface RefusedAnswer {
  setEncoding(encoding: "utf8"): unknown;
  [Symbol.asyncIterator](): AsyncIterator<unknown>;
}

/** Connects by `ws`. */
export function connectInNode(NodeWebSocket: NodeWebSocketClass, request: SocketRequest, events: SocketEvents): SocketDriver {
  const { doing, url, credential } = request;
  const { protocols, headers } = introduce(credential, true);
  let tcp: KeepsAlive | undefined;
  let hasOpened = false;
  let isRefused = false;
  let hasEnded = false;

  function end(how: TTSError | SocketEnd): void {
    if (hasEnded) return;
    hasEnded = true;
    events.ended(how);
  }

  const socket = open(() => new NodeWebSocket(url, [...protocols], { headers: { ...headers }, perMessageDeflate: false, maxPayload: largestBytes }), doing);
  socket.on("upgrade", (response) => (tcp = response.socket));
  socket.on("open", () => {
    hasOpened = true;
    events.opened();
  });
  socket.on("unexpected-response", (sent, response) => {
    isRefused = true;
    void readRefusal(response).then((body) => {
      sent.destroy();
      end(refusedError(doing, { status: response.statusCode ?? 0, retryAfter: response.headers["retry-after"], body }));
      socket.terminate();
    });
  });
  socket.on("message", (data: RawData, isBinary: boolean) => {
    const bytes = wholeBytes(data);
    if (isBinary) events.binary(bytes);
    else events.text(bytes.toString("utf8"));
  });
  socket.on("ping", events.heard);
  socket.on("pong", events.heard);
  // Stays for good: an error that comes when all is over would otherwise end the process.
  socket.on("error", (error) => {
    if (!isRefused) end(socketError(error, doing, hasOpened));
  });
  socket.on("close", (code, reason) => {
    if (!isRefused) end({ code, reason: reason.toString("utf8") });
  });

  return {
    send(message) {
      if (socket.readyState === socket.OPEN) socket.send(message);
    },
    bufferedBytes: () => socket.bufferedAmount,
    close: () => socket.close(1000),
    terminate: () => socket.terminate(),
    keepAlive: (isKept) => void (isKept ? tcp?.ref() : tcp?.unref()),
  };
}

/** What the maker of a socket refuses is the address, or what would be sent with it. */
function open<Made>(make: () => Made, doing: string): Made {
  try {
    return make();
  } catch {
    throw remoteError("INVALID_CONFIG", `${doing}: the address is not one of a WebSocket, or the key holds a character that HTTP does not allow.`);
  }
}

/** `ws` hands a message over as one buffer, unless told otherwise. */
function wholeBytes(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}

async function readRefusal(response: RefusedAnswer): Promise<string> {
  let body = "";
  response.setEncoding("utf8");
  try {
    for await (const part of response) {
      body += String(part);
      if (body.length >= refusalBytes) break;
    }
  } catch {
    // The status says enough.
  }
  return body.slice(0, refusalBytes);
}

interface Finding {
  readonly code: ErrorCode;
  readonly says: string;
}

const findings: Readonly<Record<string, Finding>> = {
  ENOTFOUND: { code: "CONNECTION", says: "the name of the host is not known. Check the address and the network" },
  EAI_AGAIN: { code: "CONNECTION", says: "the name of the host could not be looked up. Check the network" },
  ECONNREFUSED: { code: "CONNECTION", says: "the connection was refused: nothing listens at this address. Is the server running?" },
  ETIMEDOUT: { code: "TIMEOUT", says: "the network gave up waiting for the server" },
};

function socketError(error: Error, doing: string, hasOpened: boolean): TTSError {
  const { code } = error as NodeJS.ErrnoException;
  if (code?.startsWith("WS_ERR") === true) return remoteError("PROTOCOL", `${doing}: what came is not allowed in a WebSocket, or longer than the protocol allows (${code}).`);
  if (code === undefined && !hasOpened) return remoteError("PROTOCOL", `${doing}: the answer is not that of a Parlando server of this version. Check the address.`);
  const found = code === undefined ? undefined : findings[code];
  if (found !== undefined) return remoteError(found.code, `${doing}: ${found.says} (${String(code)}).`, { cause: error });
  return remoteError("CONNECTION", `${doing}: the connection failed${code === undefined ? "" : ` (${code})`}. Check the address and the network.`, { cause: error });
}
