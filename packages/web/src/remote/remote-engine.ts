import type { Engine } from "@parlando/engine";
import { createConnectionPool, type PoolParts } from "./connection-pool.ts";
import { connectInNode } from "./node-socket.ts";
import { connectInPage } from "./page-socket.ts";
import { loadNodeWebSocket } from "./platform.ts";
import { createAccount, socketAddress, type RemoteAccount } from "./remote-account.ts";
import { remoteCapabilities } from "./remote-capabilities.ts";
import { RemoteConnection } from "./remote-connection.ts";
import { engineClosed, engineId } from "./remote-errors.ts";
import { checkEngineOptions } from "./remote-options-schema.ts";
import type { RemoteOptions } from "./remote-options.ts";
import { openRemoteSession, speakOnce, type SessionParts } from "./remote-session.ts";
import { checkServer, fetchVoices, type ServerQuestion } from "./remote-voices.ts";
import type { SocketDriver, SocketEvents, SocketRequest } from "./socket-driver.ts";

const defaults = { windowMs: 1_000, concurrency: 8, connectMs: 10_000, keepMs: 30_000 };

/** The engine of a server: of every optional part it is known whether it is there. */
export interface RemoteEngine extends Engine {
  synthesize: NonNullable<Engine["synthesize"]>;
  openSession: NonNullable<Engine["openSession"]>;
  voices: NonNullable<Engine["voices"]>;
  checkCredentials: NonNullable<Engine["checkCredentials"]>;
  warmUp: NonNullable<Engine["warmUp"]>;
}

/**
 * Makes an engine that speaks through a Parlando server, in pages and in Node. Nothing is connected before the first request or `warmUp()`.
 *
 * Wrong options give `INVALID_CONFIG`; without an address, the first request gives `ENGINE_UNAVAILABLE`. What goes wrong on the server keeps its code; a server that cannot be reached
 * or goes away is `CONNECTION`, `TRUNCATED` or `SERVICE`, all of which can be tried again.
 *
 * @example
 * ```ts
 * const engine = createRemoteEngine({ url: "http://127.0.0.1:8080" });
 * const request = { text: "Hello.", ssml: false, format: engine.capabilities.formats[0], marks: ["word"] };
 * for await (const event of engine.synthesize(request, new AbortController().signal)) {
 *   if (event.type === "audio") play(event.bytes);
 * }
 * await engine.close();
 * ```
 */
export function createRemoteEngine(options: RemoteOptions = {}): RemoteEngine {
  const { model, windowMs = defaults.windowMs, concurrency = defaults.concurrency, connectMs = defaults.connectMs, keepMs = defaults.keepMs, WebSocket, fetch, ...rest } = checkEngineOptions(options);
  const account = createAccount(rest);
  const closing = new AbortController();
  const doing = `Speaking through the server at ${account.base ?? "an unknown address"}`;
  const pool = createConnectionPool({ doing, open: opener(account, { doing, connectMs, keepMs, WebSocket }) });
  const sessions = new Set<() => void>();
  const session: SessionParts = { doing, pool, model, windowMs, open: () => (closing.signal.aborted ? undefined : sessions) };
  // Looked up when it is called: a page may replace its own later.
  const ask: typeof globalThis.fetch = (...call) => (fetch ?? globalThis.fetch)(...call);
  const question = (signal: AbortSignal): ServerQuestion => {
    if (closing.signal.aborted) throw engineClosed(doing);
    return { model, signal: AbortSignal.any([signal, closing.signal]), timeoutMs: connectMs, fetch: ask };
  };
  return {
    contract: "parlando/1",
    id: engineId,
    capabilities: remoteCapabilities(concurrency),
    synthesize: (request, signal) => speakOnce(session, request, signal),
    openSession: (request, signal) => openRemoteSession(session, request, signal),
    voices: async (signal) => await fetchVoices(account, question(signal)),
    checkCredentials: async (signal) => await checkServer(account, question(signal)),
    warmUp: async (signal) => void (await pool.warmUp(signal)),
    async close() {
      closing.abort();
      for (const end of sessions) end();
      await pool.close();
    },
  };
}

interface OpenerOptions {
  readonly doing: string;
  readonly connectMs: number;
  readonly keepMs: number;
  readonly WebSocket: typeof globalThis.WebSocket | undefined;
}

function opener(account: RemoteAccount, { doing, connectMs, keepMs, WebSocket }: OpenerOptions): PoolParts["open"] {
  return async (onGone, signal) => {
    const url = socketAddress(account.address(doing));
    const credential = await account.credential(doing, signal);
    return new RemoteConnection({ doing, connectMs, keepMs, onGone, connect: (events) => connect({ doing, url, credential }, events, WebSocket) });
  };
}

/** By the class that was handed in, by `ws` in Node, else by the platform's own. */
function connect(request: SocketRequest, events: SocketEvents, given: typeof globalThis.WebSocket | undefined): SocketDriver {
  const NodeWebSocket = given === undefined ? loadNodeWebSocket() : undefined;
  return NodeWebSocket === undefined ? connectInPage(given ?? globalThis.WebSocket, request, events) : connectInNode(NodeWebSocket, request, events);
}
