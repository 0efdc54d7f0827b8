import { STATUS_CODES, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { protocolName, wireLimits } from "@parlando/protocol";
import { WebSocketServer, type WebSocket } from "ws";
import { credentialOfProtocols, refuseCredentialsInUrl } from "../access/credentials.ts";
import { presentedBy, presentedToAll } from "../access/presented.ts";
import { Problem, problemBody, problemHeaders, problemOf } from "../problem/problem.ts";
import { isAnswering } from "../route/answer-closed.ts";
import { isEncrypted } from "../route/origin-guard.ts";
import { createRequestId, type OpenScope } from "../route/scope-shelf.ts";
import type { ServerState } from "../server-state.ts";
import type { TTSServer } from "../server.ts";
import { asksForWebSocket, giveBack } from "./give-back.ts";
import type { SocketRoute } from "./socket-route.ts";
import type { SocketShelf } from "./socket-shelf.ts";

/** What WebSockets are opened with. */
export interface UpgradeSetting {
  readonly state: ServerState;
  readonly sockets: SocketShelf;
  readonly routes: readonly SocketRoute[];
  readonly publicRoutes: ReadonlySet<string>;
}

/** What addresses of requests are read against; it is never asked. */
const base = "http://host.invalid";

/** What is asked for. */
interface Asked {
  /** Of the request. */
  readonly id: string;
  /** Behind the prefix; undefined where it is not under that. */
  readonly path: string | undefined;
}

/** A request that may become a socket. */
interface Admitted {
  readonly route: SocketRoute;
  readonly open: OpenScope;
  readonly giveBack: () => void;
}

/**
 * Makes what answers `upgrade` events. Everything that can be refused is refused by an HTTP status, before the upgrade: a browser's page learns nothing of
 * it, but tools and logs do.
 */
export function createUpgrade(setting: UpgradeSetting): TTSServer["upgrade"] {
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: wireLimits.messageBytes,
    // A message that comes in thousands of pieces takes a hundred times its length until it is whole.
    maxFragments: 256,
    // A key or ticket among those that are offered must not be sent back.
    handleProtocols: (offered) => (offered.has(protocolName) ? protocolName : false),
  });
  return (request, socket, head, { prefix = "" } = {}) => {
    const path = pathUnder(prefix, request);
    const id = createRequestId();
    const ignore = (): void => undefined;
    socket.on("error", ignore);
    let admitted: Admitted;
    try {
      // Sent ahead, behind a request that is still answered: Node has let go of the connection, so that answer could neither wait for its listener nor be given up.
      if (isAnswering(socket)) return void socket.destroy();
      if (!asksForWebSocket(request)) return giveBack(request, socket, head, () => void socket.off("error", ignore));
      admitted = admit(request, setting, { id, path });
    } catch (error) {
      return refuse(socket, problemOf(error), { setting, id, path });
    }
    // A handshake that fails is answered by `ws`, and the place is free again with its connection.
    const onFailed = (): void => {
      admitted.giveBack();
      admitted.open.leave();
    };
    socket.once("close", onFailed);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off("close", onFailed);
      socket.off("error", ignore);
      void serve(webSocket, admitted, setting);
    });
  };
}

function admit(request: IncomingMessage, { state, sockets, routes, publicRoutes }: UpgradeSetting, { id, path }: Asked): Admitted {
  const url = addressOf(request);
  const route = routes.find((candidate) => candidate.path === path);
  if (url === undefined || route === undefined) throw new Problem(404, "not_found", "There is no WebSocket at this path. GET /openapi.json lists those that there are.");
  const headers = new Headers(Object.entries(request.headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as [string, string]] : [])));
  state.hosts.check(headers.get("host"));
  state.origins.check({ origin: headers.get("origin"), host: headers.get("host"), isSecure: isEncrypted(request) });
  refuseCredentialsInUrl(url.searchParams);
  if (state.services.draining.aborted) throw new Problem(503, "draining", "The server is going down and takes nothing new.", { retryAfterMs: 1_000 });
  const offered = (headers.get("sec-websocket-protocol") ?? "").split(",").map((protocol) => protocol.trim()).filter((protocol) => protocol !== "");
  if (route.protocols.length > 0 && !route.protocols.some((protocol) => offered.includes(protocol))) {
    throw new Problem(400, "protocol_missing", `The WebSocket has to be opened with the subprotocol ${route.protocols.join(" or ")}.`);
  }
  const access = publicRoutes.has(route.name) ? "public" : "caller";
  const isForAll = access === "public" || !state.identify.hasKeys;
  const caller = state.identify.callerOf(access, isForAll ? presentedToAll(request) : presentedBy(headers, request, credentialOfProtocols(offered)));
  const giveBack = sockets.reserve(caller);
  return { route, giveBack, open: state.scopes.open({ route: route.name, caller, id }) };
}

async function serve(webSocket: WebSocket, { route, open, giveBack }: Admitted, { state, sockets }: UpgradeSetting): Promise<void> {
  const { services } = state;
  const since = services.clock.now();
  const { scope } = open;
  sockets.add(webSocket);
  // An error is followed by `close`, which says all that matters.
  webSocket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => webSocket.once("close", () => (open.gone(), resolve())));
  let code: string | undefined;
  try {
    await route.serve(webSocket, scope, services);
  } catch (error) {
    code = "INTERNAL";
    services.log({ level: "error", event: "defect", requestId: scope.id, route: route.name, code, message: `A WebSocket's handler failed with ${error instanceof Error ? error.name : typeof error}.` });
    webSocket.close(1011);
  }
  await closed;
  giveBack();
  open.leave();
  services.log({ level: "info", event: "socket", requestId: scope.id, route: route.name, code, elapsedMs: Math.round(services.clock.now() - since) });
}

function addressOf({ url = "/" }: IncomingMessage): URL | undefined {
  return URL.canParse(url, base) ? new URL(url, base) : undefined;
}

/** The path of a request behind a prefix; undefined where it is not under it. */
function pathUnder(prefix: string, request: IncomingMessage): string | undefined {
  const path = addressOf(request)?.pathname;
  const mounted = prefix.replace(/^\/*(?=[^/])/, "/").replace(/\/+$/, "");
  return path?.startsWith(`${mounted}/`) === true ? path.slice(mounted.length) : undefined;
}

function refuse(socket: Duplex, problem: Problem, { setting, id, path }: Asked & { readonly setting: UpgradeSetting }): void {
  const { services } = setting.state;
  const route = setting.routes.find((candidate) => candidate.path === path)?.name ?? "unknown";
  services.metrics.answered(route, problem.status);
  services.log({ level: problem.status >= 500 ? "error" : "info", event: "refused", requestId: id, route, status: problem.status, code: problem.code });
  const body = JSON.stringify(problemBody(problem));
  const headers = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)), "x-request-id": id, ...problemHeaders(problem), connection: "close" };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? "Refused"}\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
  socket.once("finish", () => socket.destroy());
}
