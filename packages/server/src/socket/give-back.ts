import { Server, type IncomingMessage } from "node:http";
import { Server as SecureServer } from "node:https";
import type { Duplex } from "node:stream";
import { Problem } from "../problem/problem.ts";

/** What belongs to an upgrade, and to nothing else. */
const upgradeFields: ReadonlySet<string> = new Set(["upgrade", "http2-settings"]);

/** Header lines that Node keeps where its server does not say: 2,000 names and values. */
const nodesHeaderParts = 2_000;

/** Whether a request asks for a WebSocket, and for nothing else. */
export function asksForWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.trim().toLowerCase() === "websocket";
}

/**
 * Gives a request back to its HTTP server, which answers as if it had asked for no upgrade: what RFC 9110, 7.8 wants of a server that does not know the protocol. Java's
 * client and `curl --http2` ask for `h2c` with every request. Node calls for an upgrade whatever it is to, and has let the connection go by then; so the head is put
 * back in front of what has come, without what asks for the upgrade, and the connection begins anew. It is no new one for `maxConnections`, which counts what is accepted.
 * No answer may be under way on it. `takenOver` is called when the server looks after the connection again, or it has closed.
 *
 * @throws Problem 431 where Node has left headers out, of which one may have told where the body ends; 400 where the server is not known.
 */
export function giveBack(request: IncomingMessage, socket: Duplex, head: Buffer, takenOver: () => void): void {
  const server = serverOf(socket);
  if (server === undefined) throw new Problem(400, "unknown_upgrade", "The only upgrade there is here is to a WebSocket. Send the request without `Upgrade`.");
  const mostParts = server.maxHeadersCount === null ? nodesHeaderParts : 2 * server.maxHeadersCount;
  if (mostParts > 0 && request.rawHeaders.length >= mostParts) throw new Problem(431, "too_many_headers", "The request has too many headers.");
  // At once: with nothing to read, an end that came with the request would be the end of all.
  socket.unshift(Buffer.concat([headOf(request), head]));
  // Not within what Node does with the parser that has just been freed.
  setImmediate(() => {
    if (!socket.destroyed) server.emit(server instanceof SecureServer ? "secureConnection" : "connection", socket);
    takenOver();
  });
}

/** The server that has accepted a connection: `node:http` sets it on every one. */
function serverOf(socket: Duplex): Server | SecureServer | undefined {
  const server: unknown = "server" in socket ? socket.server : undefined;
  return server instanceof Server || server instanceof SecureServer ? server : undefined;
}

/** The request's head as it came but for the upgrade, and not longer. Node's headers hold bytes as latin1. */
function headOf({ method = "GET", url = "/", httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const value = rawHeaders[index + 1] ?? "";
    const lowered = name.toLowerCase();
    if (upgradeFields.has(lowered)) continue;
    const kept = lowered === "connection" ? withoutUpgrade(value) : value;
    if (lowered !== "connection" || kept !== "") lines.push(`${name}:${kept}`);
  }
  // Node's parser leaves no line break within a line; if it ever did, one request could be read as two.
  if (lines.some((line) => /[\r\n\0]/.test(line))) throw new Problem(400, "bad_header", "A header of the request has a line break in it.");
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}

function withoutUpgrade(connection: string): string {
  return connection.split(",").filter((option) => !upgradeFields.has(option.trim().toLowerCase())).join(",").trim();
}
