import type { FakeExchange } from "../shared/fake-exchange.ts";
import type { FakeServer } from "../shared/fake-fault.ts";
import { createFakeSocketServer, type FakeSocketServer, type SocketHandshake, type SocketRefusal } from "../shared/fake-socket-server.ts";
import { createSocketRequests } from "../shared/socket-requests.ts";
import { serveEdgeSocket } from "./edge-connection.ts";
import { edgeVendorFaults, serverTimeMs, type EdgeService, type FakeEdgeOptions } from "./edge-options.ts";
import { edgeClientToken, handshakeFault, isEdgeToken } from "./edge-token.ts";
import { defaultEdgeVoices } from "./edge-voices.ts";

const readAloud = "/consumer/speech/synthesize/readaloud";

/**
 * The Read-Aloud service of Microsoft Edge on the loopback address: one turn per WebSocket at `/consumer/speech/synthesize/readaloud/edge/v1`,
 * and the list of voices. Made from what its public clients send and take; the service itself is documented nowhere. Audio is MP3 of 48 kbit/s
 * at 24 kHz, cut anywhere. Natural refusals: token, version, origin or browser wrong (403 with the server's `Date`); a format but
 * that one, SSML that is no XML, elements but speak, voice and prosody, more than 4,096 bytes of written text, a second turn (all 1007); a voice
 * that does not exist (a turn without audio).
 *
 * `parameters` of a request: requestId, connection (of its WebSockets, from 0), outputFormat, metadataOptions, query. Faults of handshakes are those
 * of `createFakeAzure`; its vendor faults are {@link edgeVendorFaults}.
 *
 * @example
 * ```ts
 * const edge = await createFakeEdge({ encodeMp3, clockSkewMs: 3_600_000 });
 * MsEdgeTTS.WSS_URL = `${edge.url.replace("http", "ws")}/consumer/speech/synthesize/readaloud/edge/v1`;
 * ```
 */
export async function createFakeEdge(options: FakeEdgeOptions): Promise<FakeServer> {
  const server: FakeSocketServer = await createFakeSocketServer({
    port: options.port,
    handle: (exchange) => listVoices(exchange, service),
    refuse: (handshake) => refuseEdge(handshake, service),
    accept: (socket) => serveEdgeSocket(socket, service),
  });
  const service: EdgeService = {
    options,
    voices: options.voices ?? defaultEdgeVoices,
    requests: createSocketRequests(options.fault, Object.keys(edgeVendorFaults)),
    report: server.report,
  };
  return {
    url: server.url,
    port: server.port,
    requests: service.requests.all,
    get openConnections() {
      return server.openConnections;
    },
    get connections() {
      return server.connections;
    },
    close: () => server.close(),
  };
}

function refuseEdge(handshake: SocketHandshake, service: EdgeService): SocketRefusal | undefined {
  if (handshake.path !== `${readAloud}/edge/v1`) return { status: 404 };
  const timeMs = serverTimeMs(service);
  const date = { Date: new Date(timeMs).toUTCString() };
  if (handshakeFault(handshake, timeMs) !== undefined) return { status: 403, headers: date };
  const refusal = service.requests.refuse(handshake);
  return refusal && { ...refusal, headers: { ...date, ...refusal.headers } };
}

function listVoices({ method, path, query, response }: FakeExchange, service: EdgeService): void {
  const timeMs = serverTimeMs(service);
  // Node's own date would tell this machine's time.
  response.setHeader("Date", new Date(timeMs).toUTCString());
  const found = method === "GET" && path === `${readAloud}/voices/list`;
  const token = query.get("Sec-MS-GEC");
  // Older clients send no Sec-MS-GEC here, and are let in.
  const allowed = (query.get("trustedclienttoken") ?? query.get("TrustedClientToken")) === edgeClientToken && (token === null || isEdgeToken(token, timeMs));
  const status = found ? (allowed ? 200 : 403) : 404;
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8" });
  response.end(status === 200 ? JSON.stringify(service.voices) : "");
}
