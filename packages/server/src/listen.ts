import { createServer as createNodeServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { TTSError } from "@parlando/engine";
import type { Hono } from "hono";
import type { ServerEnvironment } from "./route/route.ts";
import type { ServerAddress, TTSServer } from "./server.ts";
import type { Limits } from "./services.ts";

/** What a listener is made with. */
export interface ListenOptions {
  readonly app: Hono<ServerEnvironment>;
  readonly upgrade: TTSServer["upgrade"];
  readonly limits: Limits;
  /** A connection was closed because there are too many. */
  readonly onDropped: () => void;
  readonly host: string;
  readonly port: number;
}

/** A server that listens, and where. */
export interface Listener {
  readonly http: Server;
  readonly address: ServerAddress;
}

/** Headers of a request, in bytes, all together. */
const mostHeaderBytes = 16_384;

/**
 * Opens a port.
 *
 * @throws TTSError `INVALID_CONFIG` where the address cannot be had.
 */
export async function openListener({ app, upgrade, limits, onDropped, host, port }: ListenOptions): Promise<Listener> {
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false, hostname: "localhost" });
  const http = createNodeServer(
    {
      headersTimeout: limits.headMs,
      requestTimeout: limits.requestMs,
      // How often those two are looked at.
      connectionsCheckingInterval: Math.min(1_000, limits.headMs),
      maxHeaderSize: mostHeaderBytes,
      noDelay: true,
    },
    // Never rejects: the app answers every failure.
    (incoming, outgoing) => void answer(incoming, outgoing),
  );
  http.maxConnections = limits.maxConnections;
  http.on("drop", onDropped);
  http.on("upgrade", upgrade);
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error): void => reject(new TTSError("INVALID_CONFIG", `The server cannot listen on ${host} port ${port}: ${codeOf(error)}. Choose another address or port, or end what has it.`, { cause: error }));
    http.once("error", onError);
    http.listen({ host, port }, () => {
      http.off("error", onError);
      resolve();
    });
  });
  // A machine without file descriptors tells so with every connection that it cannot take. Others come later; the process goes on.
  http.on("error", () => undefined);
  const found = http.address();
  const boundPort = typeof found === "object" && found !== null ? found.port : port;
  return { http, address: { host, port: boundPort, url: `http://${host.includes(":") ? `[${host}]` : host}:${boundPort}` } };
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
