/** Options of `createRemoteEngine`, and of `createTTS({ engine: { engine: "remote", options } })`. */
export interface RemoteOptions {
  /** Address of a Parlando server: `http(s)://host[:port][/prefix]`. Default: in a page the page's own origin; in Node the variable `PARLANDO_URL`. */
  readonly url?: string | undefined;
  /** Key of the server, for programs; a page takes tickets. Default in Node: `PARLANDO_SERVER_KEY`. */
  readonly apiKey?: string | undefined;
  /** A ticket of the server (`POST /v1/tickets`), or how to get one: asked for each connection. */
  readonly ticket?: string | (() => Promise<string>) | undefined;
  /** Which model of the server. Default: its first. */
  readonly model?: string | undefined;
  /** How far the server may be ahead of what was taken, in milliseconds. Default 1,000. */
  readonly windowMs?: number | undefined;
  /** Time to open a connection. Default 10,000. */
  readonly connectMs?: number | undefined;
  /** A connection nobody uses is kept for so long. Default 30,000. */
  readonly keepMs?: number | undefined;
  /** In place of the platform's, or of `ws` in Node. */
  readonly WebSocket?: typeof globalThis.WebSocket | undefined;
}

/** What `engineOptions` may say for one stream; the rest goes to the server's engine as `options`. */
export interface RemoteRequestOptions {
  readonly model?: string | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}
