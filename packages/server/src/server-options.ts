import type { Clock } from "@parlando/core";
import type { LogRecord } from "./log/log-record.ts";

/** What is served at once, how much, and how long is waited. Every number has a default. */
export interface LimitOptions {
  /** Utterances that are spoken at once, in all. Default 256. */
  readonly concurrency?: number | undefined;
  /** Of these for one key, or for one address where nobody has keys. Default 64. */
  readonly concurrencyPerCaller?: number | undefined;
  /** Requests that may wait for a place when all are taken, and how long. Default 0: refused at once. */
  readonly waiting?: number | undefined;
  readonly waitMs?: number | undefined;
  /** Requests a minute for one caller, and how many at once out of what was saved up. Default: not limited. */
  readonly perMinute?: number | undefined;
  readonly burst?: number | undefined;
  /** Bytes of a JSON body. Default 65,536. */
  readonly bodyBytes?: number | undefined;
  /** UTF-16 units of text in one request. Default 4,096 for the routes of OpenAI, 100,000 for a WebSocket's utterance. */
  readonly inputCharacters?: number | undefined;
  readonly utteranceCharacters?: number | undefined;
  /** Bytes of an upload, and how long it may last when decoded. Default 10,485,760 and 60,000. */
  readonly uploadBytes?: number | undefined;
  readonly uploadMs?: number | undefined;
  /** Bytes of uploads that are held at once, in all: from the first that comes until the answer has left. Default 134,217,728. */
  readonly uploadTotalBytes?: number | undefined;
  /** Until a request's head has come, and until all of it has. Default 10,000 and 60,000. */
  readonly headMs?: number | undefined;
  readonly requestMs?: number | undefined;
  /** A listener who takes nothing for so long, while audio waits for him, is dropped. Default 30,000. */
  readonly stallMs?: number | undefined;
  /** Longest an utterance may be spoken. Default 3,600,000. */
  readonly speechMs?: number | undefined;
  /** Connections that are open at once on the port of `listen()`, whatever they do; more are closed unanswered. Default 8,192. */
  readonly maxConnections?: number | undefined;
  /** WebSockets that are open at once, in all and for one caller. Default 2,048 and 256. */
  readonly sockets?: number | undefined;
  readonly socketsPerCaller?: number | undefined;
  /** Utterances at once on one WebSocket. Default 8. */
  readonly utterancesPerSocket?: number | undefined;
  /** A WebSocket on which nothing is spoken for so long is closed. Default 120,000. */
  readonly socketIdleMs?: number | undefined;
}

/** Options of `createServer`. */
export interface ServerOptions {
  /** Who may speak: keys as they are sent in `Authorization: Bearer` or `xi-api-key`. Kept as digests. Default: everybody. */
  readonly keys?: readonly string[] | undefined;
  /** Secret that tickets for browsers are signed with, at least 32 bytes; servers that share it take each other's. Default: random. */
  readonly ticketSecret?: string | undefined;
  /** How long a ticket is good for, in milliseconds. Default 300,000. */
  readonly ticketMs?: number | undefined;
  /** Origins of pages elsewhere that may use this server, such as `https://app.example.org`. Default: none but the server's own. */
  readonly origins?: readonly string[] | undefined;
  /** Host names or addresses that a request may name in `Host`; a port is not looked at. Default, and for an empty list: all. With a loopback address, only these, that address, `localhost`, `127.0.0.1` and `[::1]`, so that no other page reaches it by a name of its own. */
  readonly hosts?: readonly string[] | undefined;
  /** Routes, by their names in the table, that need no key: `voices` for programs that ask for them without. `live` and `ready` never need one; `metrics` and `stats` do not on a loopback address. */
  readonly publicRoutes?: readonly string[] | undefined;
  /** Listens on all interfaces without keys, which is refused otherwise. */
  readonly insecure?: boolean | undefined;
  /** Whether requests may ask for SSML. Default false. */
  readonly ssml?: boolean | undefined;
  /** Names that requests use as `model`, for models that are served: `{ "tts-1": "default" }`. OpenAI's own go to the first. */
  readonly modelAliases?: Readonly<Record<string, string>> | undefined;
  /** Names that requests use as `voice`, for voices of the engine: `{ alloy: "en-us" }`. OpenAI's own that are not here are the engine's default voice. */
  readonly voiceAliases?: Readonly<Record<string, string>> | undefined;
  /** Audio held ahead of the listener before the engine is no longer asked. Default 1,000. */
  readonly highWaterMs?: number | undefined;
  /** How far what is sent over a WebSocket may be ahead of what was played, where the client does not say. Default 2,000. */
  readonly windowMs?: number | undefined;
  readonly limits?: LimitOptions | undefined;
  /** A folder with a page to serve at `/`, as a path or a `file:` address: `pageFolder` of `@parlando/web/page`. Default: no page. */
  readonly page?: { readonly folder: string } | undefined;
  /** Is told what happens, without text, keys and addresses. Default: nobody. */
  readonly log?: ((record: LogRecord) => void) | undefined;
  /** Real time when absent. */
  readonly clock?: Clock | undefined;
}
