import { healthRoutes } from "../health/health-routes.ts";
import { metaRoutes } from "../meta-routes.ts";
import { httpRoutes } from "../http-routes.ts";
import type { PageFiles } from "../page/page-files.ts";
import { createPageRoutes } from "../page/page-routes.ts";
import { socketRoutes } from "../socket/socket-routes.ts";
import type { SocketRoute } from "../socket/socket-route.ts";
import { createOpenAPIRoute, describeRoutes } from "./openapi.ts";
import type { Route } from "./route.ts";

/** Every WebSocket of a server. */
export const socketTable: readonly SocketRoute[] = socketRoutes;

/** Every route of a server; those of the page only where it has one. */
export function createRoutes(page: PageFiles | undefined): readonly Route[] {
  const routes: readonly Route[] = [
    ...httpRoutes,
    ...metaRoutes,
    ...healthRoutes,
    createOpenAPIRoute(() => describeRoutes(routes, socketTable)),
    ...(page === undefined ? [] : createPageRoutes(page)),
  ];
  return routes;
}

/** One line of the table of routes. */
export interface RouteLine {
  /** `GET`, `POST`, or `WS` for a WebSocket. */
  readonly method: string;
  readonly path: string;
  /** "public": everybody. "ops": a key, but not on a loopback address. "caller": a key or a ticket. "key": a key. Without keys, everybody. */
  readonly access: string;
  readonly summary: string;
  /** What options, metrics and logs call it. */
  readonly name: string;
}

/** All routes that a server can have, for tables in documents. */
export function routeTable(): readonly RouteLine[] {
  const routes = [...createRoutes(undefined), ...createPageRoutes(undefined)];
  const lines = routes.map(({ method, path, access, summary, name }) => ({ method, path, access, summary, name }));
  return [...lines, ...socketTable.map(({ path, summary, name }) => ({ method: "WS", path, access: "caller", summary, name }))];
}
