/**
 * Options of `createRemoteEngine`, and of `createTTS({ engine: { engine: "remote", options } })`.
 *
 * @example
 * ```ts
 * const options: RemoteOptions = { url: "https://speech.example.org", ticket: async () => await (await fetch("/speech-ticket")).text() };
 * ```
 */
export interface RemoteOptions {
  /** Address of a Parlando server: `http(s)://host[:port][/prefix]`. Default: in a page the page's own origin; in Node the variable `PARLANDO_URL`. */
  readonly url?: string | undefined;
  /** Key of the server, for programs; a page takes tickets. Default in Node: `PARLANDO_SERVER_KEY`, which goes only to the address of `PARLANDO_URL`, or to one on this machine. */
  readonly apiKey?: string | undefined;
  /** A ticket of the server (`POST /v1/tickets`), or how to get one: asked for each connection. Used in place of a key. */
  readonly ticket?: string | (() => Promise<string>) | undefined;
  /** Which model of the server. Default: its first. */
  readonly model?: string | undefined;
  /** How far the server may be ahead of what was taken, in milliseconds, 100 to 30,000. Default 1,000. */
  readonly windowMs?: number | undefined;
  /** Utterances that are spoken at once. Default 8, which is as many as a server takes on one connection; for more, more connections are opened. */
  readonly concurrency?: number | undefined;
  /** Time to open a connection. Default 10,000. */
  readonly connectMs?: number | undefined;
  /** A connection nobody uses is kept for so long. Default 30,000. */
  readonly keepMs?: number | undefined;
  /** In place of the platform's, or of `ws` in Node. The key then goes as a subprotocol. */
  readonly WebSocket?: typeof globalThis.WebSocket | undefined;
  /** In place of the platform's, for voices and credentials. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** What `engineOptions` may say for one stream. */
export interface RemoteRequestOptions {
  /** Which model of the server, in place of the engine's own. */
  readonly model?: string | undefined;
  /** Options for the server's engine, by the names that it has for them. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}
