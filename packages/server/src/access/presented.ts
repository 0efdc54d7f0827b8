import type { IncomingMessage } from "node:http";
import { credentialOfHeaders, isLoopbackAddress, type Presented } from "./credentials.ts";

/** Headers of proxies: a request that has one comes from elsewhere, though its connection begins on this machine. */
const proxyHeaders: readonly string[] = ["x-forwarded-for", "forwarded", "x-real-ip", "via"];

/**
 * What a request presents.
 *
 * @throws Problem 401 for headers that cannot be one credential.
 */
export function presentedBy(headers: Headers, incoming: IncomingMessage | undefined, offered?: string): Presented {
  const address = incoming?.socket.remoteAddress;
  const isLoopback = isLoopbackAddress(address) && !proxyHeaders.some((name) => headers.has(name));
  return { credential: credentialOfHeaders(headers, incoming) ?? offered, address, isLoopback };
}

/** Who asks for what everybody may have. Nothing that is sent with it is looked at: it may be for something in front of the server, such as the password of a proxy. */
export function presentedToAll(incoming: IncomingMessage | undefined): Presented {
  return { credential: undefined, address: incoming?.socket.remoteAddress, isLoopback: false };
}
