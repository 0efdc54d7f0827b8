import { createFetchTransport } from "./fetch-transport.ts";
import { createNodeTransport } from "./node-transport.ts";
import { isNode } from "./platform.ts";
import type { HttpClient, HttpClientOptions } from "./http-types.ts";

/**
 * Makes the HTTP client of one engine: requests whose answers are pulled from the wire, no faster than they are read.
 *
 * In Node it speaks HTTP/1.1 by `node:http` and `node:https`, over connections that it keeps for the next request: Node's `fetch` reads
 * tens of megabytes ahead of a slow reader. Certificates are checked against Node's own list and `NODE_EXTRA_CA_CERTS`. Proxy variables
 * of the environment are not read; hand in an `agent` that knows the proxy. In browsers it is `fetch`. It follows no redirects,
 * asks for no compression and sends nothing twice, but for one case: a kept connection that the other side had closed meanwhile,
 * so that not one byte came back.
 *
 * @example
 * ```ts
 * const http = createHttpClient({ engine: "acme" });
 * const response = await http.open({ doing: "Asking Acme for audio", url, headers, body, signal });
 * for await (const bytes of await openAudioBody(response, { engine: "acme", doing: "Asking Acme for audio", encoding: "pcm-s16le", sent: [text, key] })) {
 *   yield { type: "audio", bytes };
 * }
 * ```
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  if (options.fetch !== undefined || !isNode()) return createFetchTransport(options);
  return createNodeTransport(options);
}
