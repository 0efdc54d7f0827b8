import { Hono, type Context } from "hono";
import { Problem, problemHeaders } from "../problem/problem.ts";
import type { SocketRoute } from "../socket/socket-route.ts";
import { answerRefused } from "./linger.ts";
import { createRequestId } from "./scope-shelf.ts";
import { hostOf, isSecure, problemResponse, serveRoute, type RouteSetting } from "./serve-route.ts";
import type { Route, ServerEnvironment } from "./route.ts";

const noUpgrade = "This path is a WebSocket, and the request did not ask for one. Where it did when it left the client, a proxy has dropped its headers `Upgrade` and `Connection`, which have to be passed on.";

/** Makes the app of a route table: every path answers its own methods, what a browser asks before a request, and 405 to others; that of a WebSocket, 426. */
export function buildApp(routes: readonly Route[], sockets: readonly Pick<SocketRoute, "path">[], setting: RouteSetting): Hono<ServerEnvironment> {
  // No middleware: an answer that was sent already is one object for all requests, which nothing may change.
  const app = new Hono<ServerEnvironment>();
  for (const route of routes) app.on(route.method, route.path, (context) => serveRoute(route, context, setting));
  for (const [path, methods] of methodsByPath(routes)) {
    app.options(path, (context) => preflight(context, setting));
    app.all(path, (context) => refuse(new Problem(405, "method_not_allowed", `This path answers to ${methods.join(" and ")}.`, { headers: { allow: [...methods, "OPTIONS"].join(", ") } }), context, setting));
  }
  // Closed behind it: Node leaves a connection open whose answer names it otherwise, also where the client wants its end.
  for (const { path } of sockets) app.all(path, (context) => refuse(new Problem(426, "upgrade_required", noUpgrade, { headers: { upgrade: "websocket", connection: "Upgrade, close" } }), context, setting));
  app.notFound((context) => refuse(new Problem(404, "not_found", "There is nothing at this path. GET /openapi.json lists what there is."), context, setting));
  // Routes deal with their own failures; what comes here is a defect.
  app.onError((error, context) => {
    setting.state.services.log({ level: "error", event: "defect", code: "INTERNAL", message: `The server failed with ${error.name}.` });
    return refuse(new Problem(500, "internal", "The server failed on its own side."), context, setting);
  });
  return app;
}

function methodsByPath(routes: readonly Route[]): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, string[]>();
  for (const { path, method } of routes) paths.set(path, [...(paths.get(path) ?? []), method]);
  return paths;
}

function preflight(context: Context<ServerEnvironment>, { state }: RouteSetting): Response {
  const { headers } = context.req.raw;
  try {
    const host = hostOf(context);
    state.hosts.check(host);
    return new Response(null, { status: 204, headers: state.origins.preflight({ origin: headers.get("origin"), host, isSecure: isSecure(context), requested: headers.get("access-control-request-headers") }) });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return new Response(null, { status: error.status, headers: problemHeaders(error) });
  }
}

function refuse(problem: Problem, context: Context<ServerEnvironment>, { state }: RouteSetting): Promise<Response> {
  const response = problemResponse(problem);
  response.headers.set("x-request-id", createRequestId());
  response.headers.set("x-content-type-options", "nosniff");
  if (state.services.draining.aborted) response.headers.set("connection", problem.headers["connection"] ?? "close");
  return answerRefused(response, context);
}
