import { createHash } from "node:crypto";
import type { FakeServer } from "../shared/fake-fault.ts";
import { createFakeSocketServer, type FakeSocketServer, type SocketHandshake, type SocketRefusal } from "../shared/fake-socket-server.ts";
import { createSocketRequests } from "../shared/socket-requests.ts";
import { serveAzureSocket } from "./azure-connection.ts";
import { answerAzure, isAllowed } from "./azure-http.ts";
import { azureVendorFaults, type AzureService, type FakeAzureOptions } from "./azure-options.ts";
import { defaultAzureVoices } from "./azure-voices.ts";

const socketPath = /^(?:\/tts)?\/cognitiveservices\/websocket\/v[12]$/u;

/**
 * Azure Speech on the loopback address: WebSockets v1 (turns of SSML, at `/tts/cognitiveservices/websocket/v1`) and v2 (text in pieces too),
 * voices, tokens and REST. Made from what the vendor's JavaScript SDK sends and takes. Formats: raw PCM, and raw µ-law and A-law at 8 kHz
 * (always in tones). Natural refusals: a wrong key (401), a voice that does not exist, SSML that is no XML, an unknown format, a message of more than 65,536
 * bytes (all 1007).
 *
 * `parameters` of a request: requestId, connection (of its WebSockets, from 0), path, outputFormat, metadataOptions, input, config.
 *
 * A handshake asks for a fault with an empty text and `parameters.handshake`; when that is `status` or `wrong-body`, the handshake is refused
 * and counts as a request. On a WebSocket that is open already, `status` 429 is close 4429 and any other is close 1011; `wrong-body` is a
 * message without headers and then nothing.
 *
 * Its vendor faults are {@link azureVendorFaults}.
 *
 * @example
 * ```ts
 * const azure = await createFakeAzure({ key: "k", fault: (_, index) => (index === 0 ? { kind: "early-end", afterBytes: 9600 } : undefined) });
 * const config = SpeechConfig.fromHost(new URL(azure.url), "k");
 * ```
 */
export async function createFakeAzure(options: FakeAzureOptions = {}): Promise<FakeServer> {
  const tokens = new Set<string>();
  const server: FakeSocketServer = await createFakeSocketServer({
    port: options.port,
    handle: (exchange) => answerAzure(exchange, service, issueToken),
    refuse: (handshake) => refuseAzure(handshake, service),
    accept: (socket) => serveAzureSocket(socket, service),
  });
  const service: AzureService = {
    options,
    voices: options.voices ?? defaultAzureVoices,
    requests: createSocketRequests(options.fault, Object.keys(azureVendorFaults)),
    tokens,
    report: server.report,
  };
  function issueToken(): string {
    const token = createHash("sha256").update(`token ${tokens.size}`).digest("base64url");
    tokens.add(token);
    return token;
  }
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

function refuseAzure(handshake: SocketHandshake, service: AzureService): SocketRefusal | undefined {
  if (!socketPath.test(handshake.path)) return { status: 404 };
  if (!isAllowed(handshake, service)) return { status: 401 };
  return service.requests.refuse(handshake);
}
