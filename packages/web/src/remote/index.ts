/**
 * A Parlando server, as an engine: the same code in a page and on a server.
 *
 * @packageDocumentation
 */

export { createRemoteEngine, createRemoteEngine as createEngine, type RemoteEngine } from "./remote-engine.ts";
export type { RemoteOptions, RemoteRequestOptions } from "./remote-options.ts";
