/**
 * A Parlando server, as an engine: the same code in a page and on a server.
 *
 * @packageDocumentation
 */

export type { RemoteOptions, RemoteRequestOptions } from "./remote-options.ts";
