import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { parseClientMessage, protocolName, writeAudioFrame, type ClientMessage, type ServerMessage } from "@parlando/protocol";
import { WebSocketServer, type WebSocket } from "ws";

/** One connection of a {@link ProtocolServer}, as its script sees it. */
export interface ScriptedConnection {
  readonly socket: WebSocket;
  /** Of the request that opened it. */
  readonly headers: IncomingMessage["headers"];
  /** What the client has said, in order. */
  readonly messages: ClientMessage[];
  say(message: ServerMessage): void;
  /** Samples that tell their place: the lowest 15 bits of it. */
  audio(utterance: number, startFrame: number, frames: number): void;
  /** The whole of an utterance without text or marks, from its format to its end. */
  speak(utterance: number, frames: number): void;
}

/** A server that says what its script says, right or wrong. */
export interface ProtocolServer {
  readonly port: number;
  readonly url: string;
  readonly connections: readonly ScriptedConnection[];
  close(): Promise<void>;
}

/** How it behaves; what is left out is as a good server would. */
export interface ServerScript {
  readonly onMessage?: ((connection: ScriptedConnection, message: ClientMessage) => void) | undefined;
  /** In place of `session.ready`. */
  readonly greet?: ((connection: ScriptedConnection) => void) | undefined;
  /** Answers the upgrade itself; true: it did. */
  readonly refuse?: ((request: IncomingMessage, socket: Socket) => boolean) | undefined;
  readonly maxUtterances?: number | undefined;
}

const rate = 24_000;

/** Opens one on a free port. */
export async function serveProtocol(script: ServerScript = {}): Promise<ProtocolServer> {
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => (offered.has(protocolName) ? protocolName : false) });
  const connections: ScriptedConnection[] = [];
  const server = createServer((_, response) => response.writeHead(404).end());
  server.on("upgrade", (request, socket: Socket, head) => {
    socket.on("error", () => undefined);
    if (script.refuse?.(request, socket) === true) return;
    sockets.handleUpgrade(request, socket, head, (opened) => connections.push(follow(opened, request, script)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    connections,
    async close() {
      for (const { socket } of connections) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function follow(socket: WebSocket, { headers }: IncomingMessage, { onMessage, greet, maxUtterances = 8 }: ServerScript): ScriptedConnection {
  const say = (message: ServerMessage): void => socket.send(JSON.stringify(message));
  const connection: ScriptedConnection = {
    socket,
    headers,
    messages: [],
    say,
    audio: (utterance, startFrame, frames) => socket.send(writeAudioFrame({ utterance, startFrame, payload: samples(startFrame, frames) })),
    speak(utterance, frames) {
      say({ type: "speech.accepted", utterance, requestId: `request-${utterance}` });
      say({ type: "speech.started", utterance, format: { encoding: "pcm-s16le", sampleRate: rate, channels: 1 } });
      connection.audio(utterance, 0, frames);
      say({ type: "speech.sent", utterance, frames });
    },
  };
  socket.on("error", () => undefined);
  socket.on("message", (data: Buffer) => {
    const message = parseClientMessage(data.toString("utf8"));
    connection.messages.push(message);
    onMessage?.(connection, message);
  });
  if (greet === undefined) say({ type: "session.ready", models: ["default"], windowMs: 2_000, stallMs: 30_000, maxUtterances, ssml: false });
  else greet(connection);
  return connection;
}

function samples(startFrame: number, frames: number): Uint8Array {
  return new Uint8Array(Int16Array.from({ length: frames }, (_, index) => (startFrame + index) & 0x7fff).buffer);
}
