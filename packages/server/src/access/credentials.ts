import type { IncomingMessage } from "node:http";
import { keyProtocolPrefix, ticketProtocolPrefix } from "@parlando/protocol";
import { Problem } from "../problem/problem.ts";

/** What was sent to prove who asks, and whence; of a request, or of one that wants to become a WebSocket. */
export interface Presented {
  /** A key or a ticket; undefined: nothing was sent, or an empty bearer. */
  readonly credential: string | undefined;
  /** Address of the other end of the connection; undefined where the server does not see it. */
  readonly address: string | undefined;
  /** Whether the connection does not leave this machine. */
  readonly isLoopback: boolean;
}

/** Names under which clients put keys into addresses, where logs and histories keep them. */
const queryNames: ReadonlySet<string> = new Set(["key", "api_key", "apikey", "api-key", "xi-api-key", "xi_api_key", "token", "access_token", "ticket", "authorization"]);

/** @throws Problem 400 `credentials_in_url`. */
export function refuseCredentialsInUrl(query: URLSearchParams): void {
  for (const name of query.keys()) {
    if (queryNames.has(name.toLowerCase())) throw new Problem(400, "credentials_in_url", "A key or ticket does not belong into the address: logs keep it. Send it as `Authorization: Bearer`.");
  }
}

/**
 * The credential of a request's headers.
 *
 * @throws Problem 401 where there is more than one, or one of an unknown kind.
 */
export function credentialOfHeaders(headers: Headers, incoming: IncomingMessage | undefined): string | undefined {
  // Node keeps the first of several and says nothing; `Headers` joins them.
  const sent = incoming === undefined ? 0 : incoming.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "authorization").length;
  if (sent > 1) throw unauthorized("There is more than one header `Authorization`. Send one.");
  const bearer = bearerOf(headers.get("authorization"));
  const apiKey = headers.get("xi-api-key")?.trim();
  if (bearer !== undefined && apiKey !== undefined && apiKey !== "" && apiKey !== bearer) throw unauthorized("There are two different keys, in `Authorization` and in `xi-api-key`. Send one.");
  return bearer ?? (apiKey === "" ? undefined : apiKey);
}

function bearerOf(header: string | null): string | undefined {
  if (header === null) return undefined;
  const match = /^bearer(?:[ \t]+(.*))?$/i.exec(header.trim());
  if (match === null) throw unauthorized("The header `Authorization` is not `Bearer` with a key or ticket.");
  return match[1] === undefined || match[1].trim() === "" ? undefined : match[1].trim();
}

/**
 * The credential among the subprotocols that a browser offers, since it cannot set headers.
 *
 * @throws Problem 401 where there is more than one.
 */
export function credentialOfProtocols(protocols: readonly string[]): string | undefined {
  const found = protocols.flatMap((protocol) => {
    if (protocol.startsWith(ticketProtocolPrefix)) return [protocol.slice(ticketProtocolPrefix.length)];
    return protocol.startsWith(keyProtocolPrefix) ? [Buffer.from(protocol.slice(keyProtocolPrefix.length), "base64url").toString("utf8")] : [];
  });
  if (found.length > 1) throw unauthorized("There is more than one key or ticket among the subprotocols. Offer one.");
  return found[0] === "" ? undefined : found[0];
}

/** Whether an address never leaves this machine. */
export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && (/^(?:::ffff:)?127\./.test(address) || address === "::1");
}

/** 401. The challenge is what browsers and tools look for. */
export function unauthorized(message: string): Problem {
  return new Problem(401, "unauthorized", message, { headers: { "www-authenticate": "Bearer" } });
}
