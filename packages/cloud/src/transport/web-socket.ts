import { TTSError } from "@parlando/engine";
import { connectByPlatform } from "./browser-driver.ts";
import { throwIfCalledOff } from "./call-context.ts";
import { isNode } from "./platform.ts";
import { redactUrl } from "./redact-url.ts";
import { OpenConnection } from "./socket-connection.ts";
import type { DriverRequest } from "./socket-driver.ts";
import type { SocketConnection, SocketRequest } from "./socket-types.ts";
import { connectByWs } from "./ws-driver.ts";

const defaults = { connectMs: 10_000, maxMessageBytes: 4 * 1024 * 1024, queueBytes: 256 * 1024, sendBytes: 256 * 1024, closeMs: 1000 };

/**
 * Opens a WebSocket: by `ws` in Node, by the platform's own in browsers. What comes is pulled with `receive`; while nobody pulls, the
 * socket is not read.
 *
 * @throws TTSError for a refused upgrade what its status and body say by `errors`; `CONNECTION`, `TIMEOUT`, `PROTOCOL`, `ABORTED`, or
 * `INVALID_CONFIG` for an address that cannot be.
 *
 * @example
 * ```ts
 * const socket = await openWebSocket({ engine: "acme", doing: "Asking Acme for audio", url, headers, signal, errors: acmeErrors, sent: [text, apiKey] });
 * await socket.send(JSON.stringify({ text }));
 * for (;;) {
 *   const message = readMessage(await socket.receive(10_000));
 *   if (message.isLast) break;
 *   yield { type: "audio", bytes: message.audio };
 * }
 * await socket.close();
 * ```
 */
export async function openWebSocket(request: SocketRequest): Promise<SocketConnection> {
  throwIfCalledOff(request, request.signal);
  const settings = withDefaults(request);
  const isOurs = request.WebSocket === undefined && isNode();
  const connection = new OpenConnection(settings);
  await connection.open((events) => (isOurs ? connectByWs(settings, events) : connectByPlatform(settings, events)));
  return connection;
}

function withDefaults(request: SocketRequest): DriverRequest {
  const { connectMs = defaults.connectMs, maxMessageBytes = defaults.maxMessageBytes, queueBytes = defaults.queueBytes, sendBytes = defaults.sendBytes, closeMs = defaults.closeMs } = request;
  return { ...request, connectMs, maxMessageBytes, queueBytes, sendBytes, closeMs, address: readAddress(request) };
}

function readAddress({ engine, doing, url }: SocketRequest): string {
  if (URL.canParse(String(url)) && /^wss?:$/.test(new URL(url).protocol)) return redactUrl(url);
  throw new TTSError("INVALID_CONFIG", `${doing}: the address is not a URL that begins with wss:// or ws://.`, { engine });
}
