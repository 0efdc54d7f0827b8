import type { Server } from "node:http";
import { isIP } from "node:net";
import { TTSError } from "@parlando/engine";
import { isLoopbackAddress } from "./access/credentials.ts";
import { createEnding } from "./drain.ts";
import { readPage } from "./page/page-files.ts";
import { openListener } from "./listen.ts";
import { buildApp } from "./route/build-app.ts";
import { createRoutes, routeTable, socketTable } from "./route/route-table.ts";
import type { ServedModels } from "./served-tts.ts";
import type { ServerOptions } from "./server-options.ts";
import { createServerState, type ServerState } from "./server-state.ts";
import type { TTSServer } from "./server.ts";
import { createSocketShelf } from "./socket/socket-shelf.ts";
import { createUpgrade } from "./socket/upgrade.ts";
import { readForm } from "./uploads/read-form.ts";

/** How long those under way have by default when a server drains. */
const defaultGraceMs = 60_000;

/**
 * Makes a server that speaks. It does not listen yet: call `listen()`, or mount `app` and `upgrade` in a server of your own.
 *
 * @param models - A TTS, or several by the names that requests use as `model`. They stay yours: close them after the server.
 * @throws TTSError `INVALID_CONFIG` for options that cannot be, saying which and what they may be.
 *
 * @example
 * ```ts
 * const tts = await createTTS({ engine: "espeak" });
 * const server = await createServer(tts, { keys: [process.env.SPEECH_KEY] });
 * const { url } = await server.listen({ port: 8080 });
 * process.once("SIGTERM", async () => {
 *   await server.drain();
 *   await server.close();
 *   await tts.close();
 * });
 * ```
 */
export async function createServer(models: ServedModels, options: ServerOptions = {}): Promise<TTSServer> {
  const state = createServerState(models, options);
  const { limits, metrics } = state.services;
  const publicRoutes = publicRoutesOf(options);
  const sockets = createSocketShelf(limits);
  const listening = new Set<Server>();
  const page = options.page === undefined ? undefined : await readPage(options.page.folder);
  const app = buildApp(createRoutes(page), socketTable, { state, publicRoutes, readForm });
  const upgrade = createUpgrade({ state, sockets, routes: socketTable, publicRoutes });
  const ending = createEnding({ state, sockets, listening });
  return {
    app,
    upgrade,
    async listen({ host = "127.0.0.1", port = 0 } = {}) {
      if (state.services.draining.aborted) throw new TTSError("INVALID_CONFIG", "The server was told to end and does not listen any more. Make another with createServer().");
      if (listening.size > 0) throw new TTSError("INVALID_CONFIG", "The server listens already. For a second address, make another over the same TTS.");
      checkHost(host, state, options);
      const { http, address } = await openListener({ app, upgrade, limits, onDropped: metrics.dropped, host, port });
      listening.add(http);
      state.services.log({ level: "info", event: "listening", message: address.url });
      return address;
    },
    async drain({ graceMs = defaultGraceMs } = {}) {
      if (!(graceMs >= 0)) throw new TTSError("INVALID_INPUT", `Draining the server: graceMs is ${String(graceMs)}; expected 0 or more milliseconds. Nothing was begun.`);
      await ending.drain(graceMs);
    },
    close: ending.close,
    [Symbol.asyncDispose]: ending.close,
  };
}

/** Who listens to everybody has to know who may speak. */
function checkHost(host: string, { identify, hosts }: ServerState, { insecure }: ServerOptions): void {
  // A name may begin with "127." and lead anywhere.
  if (host === "localhost" || (isIP(host) !== 0 && isLoopbackAddress(host))) return hosts.restrictToLoopback(host);
  if (identify.hasKeys || insecure === true) return;
  throw new TTSError("INVALID_CONFIG", `The server was to listen on ${host} without keys: everybody who reaches it could speak at your cost. Set \`keys\`, or listen on 127.0.0.1, or say \`insecure: true\` where something in front of it asks for keys.`);
}

function publicRoutesOf({ publicRoutes = [] }: ServerOptions): ReadonlySet<string> {
  const names = routeTable().map((route) => route.name);
  const unknown = publicRoutes.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new TTSError("INVALID_CONFIG", `The server has no route ${JSON.stringify(unknown.slice(0, 64))} to make public. It has: ${names.join(", ")}.`);
  return new Set(publicRoutes);
}
