import { once } from "node:events";
import { connect, type NetConnectOpts, type Socket } from "node:net";
import { WebSocket, type ClientOptions } from "ws";

/** One message as it came. */
export interface SeenMessage {
  path: string;
  requestId: string;
  streamId: string;
  contentType: string;
  /** Of text messages. */
  body: string;
  /** Of binary messages. */
  audio: Buffer | undefined;
  atMs: number;
}

/** A client that speaks no protocol of its own: it sends what it is told and keeps what comes. */
export interface BareClient {
  readonly socket: WebSocket;
  readonly messages: SeenMessage[];
  /** Binary messages whose headers cannot be read, and text messages without headers. */
  readonly unreadable: Buffer[];
  /** When the WebSocket is over: the code, the reason, and the codes of the connection's errors, which `ws` keeps to itself. */
  readonly closed: Promise<{ code: number; reason: string; errors: string[] }>;
  send(headers: Record<string, string>, body: string): void;
  /** Until a message with this path (and id) came. */
  seen(path: string, requestId?: string): Promise<SeenMessage>;
  /** Bytes that came of a message whose end did not; after the end. */
  partialBytes(): number;
  /** All audio of one turn. */
  audioOf(requestId: string): Buffer;
}

/** Opens a WebSocket; rejects as `ws` does where the handshake is refused. */
export async function openBareClient(url: string, options: ClientOptions = {}): Promise<BareClient> {
  const errors: string[] = [];
  let connection: Socket | undefined;
  const createConnection = (to: NetConnectOpts): Socket => {
    connection = connect({ ...to, path: undefined } as NetConnectOpts);
    return connection.on("error", (error: NodeJS.ErrnoException) => errors.push(error.code ?? error.message));
  };
  const socket = new WebSocket(url, { ...options, createConnection: createConnection as ClientOptions["createConnection"] });
  const messages: SeenMessage[] = [];
  const unreadable: Buffer[] = [];
  let wholeBytes = 0;
  socket.on("error", () => {});
  let closeBytes = 0;
  const closed = once(socket, "close").then(([code, reason]: unknown[]) => {
    closeBytes = code === 1006 ? 0 : 4 + String(reason).length;
    return { code: Number(code), reason: String(reason), errors };
  });
  // For who never asks.
  closed.catch(() => {});
  socket.on("message", (data: Buffer, isBinary) => {
    wholeBytes += data.length + (data.length < 126 ? 2 : data.length < 65_536 ? 4 : 10);
    const message = isBinary ? readBinary(data) : readText(data.toString("utf8"));
    if (message) messages.push(message);
    else unreadable.push(data);
  });
  await once(socket, "open");
  const bytesBefore = connection?.bytesRead ?? 0;
  return {
    socket,
    messages,
    unreadable,
    closed,
    send: (headers, body) => socket.send(`${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`),
    async seen(path, requestId) {
      for (;;) {
        const found = messages.find((message) => message.path === path && (requestId === undefined || message.requestId === requestId));
        if (found) return found;
        await once(socket, "message");
      }
    },
    partialBytes: () => (connection?.bytesRead ?? 0) - bytesBefore - wholeBytes - closeBytes,
    audioOf: (requestId) => Buffer.concat(messages.flatMap((message) => (message.requestId === requestId ? (message.audio ?? []) : []))),
  };
}

function readText(data: string): SeenMessage | undefined {
  const [head, body] = data.split("\r\n\r\n");
  return head === undefined || body === undefined ? undefined : { ...readHeaders(head), body, audio: undefined, atMs: performance.now() };
}

function readBinary(data: Buffer): SeenMessage | undefined {
  const length = data.readUInt16BE(0);
  if (data.length < length + 2) return undefined;
  return { ...readHeaders(data.toString("latin1", 2, 2 + length)), body: "", audio: data.subarray(2 + length), atMs: performance.now() };
}

function readHeaders(head: string): Pick<SeenMessage, "path" | "requestId" | "streamId" | "contentType"> {
  const value = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, "mu").exec(head.replaceAll("\r", ""))?.[1] ?? "";
  return { path: value("Path"), requestId: value("X-RequestId"), streamId: value("X-StreamId"), contentType: value("Content-Type") };
}
