import type { SocketRoute } from "../socket/socket-route.ts";
import type { Route, RouteAnswer } from "./route.ts";

/** What decides the answers that a route shares with others. */
type RouteFacts = Pick<Route, "access" | "body" | "isRated" | "engines">;

const refusal = (status: number, description: string): RouteAnswer => ({ status, description, content: ["application/json"] });

/** Node says these itself, without a body, before anybody knows which route is asked. */
const unread: readonly RouteAnswer[] = [
  { status: 408, description: "The request has not come in time." },
  { status: 431, description: "The head of the request is too long." },
];

/**
 * What can go wrong with a request before its handler is called, and with the engines behind it. Derived from the line of the table, so that no route can forget it; what
 * a route says itself about a status comes before this.
 */
export function commonAnswers({ access, body, isRated, engines }: RouteFacts): readonly RouteAnswer[] {
  return [
    refusal(400, access === "public" ? "The request cannot be." : "The request cannot be, or has a key in its address."),
    ...accessAnswers(access),
    ...unread,
    ...(body.kind === "none" ? [] : bodyAnswers(body)),
    ...(isRated ? [refusal(429, "Too often.")] : []),
    refusal(500, "The server failed on its own side."),
    ...(engines === undefined ? [] : engineAnswers(engines)),
  ];
}

function accessAnswers(access: Route["access"]): readonly RouteAnswer[] {
  const name = "The server is not reached by this name";
  if (access === "public") return [refusal(403, `${name}.`)];
  const ticket = access === "caller" ? "" : ", or this needs a key and not a ticket";
  return [refusal(401, "No key or ticket of this server, or more than one."), refusal(403, `${name}, or not by pages of this origin${ticket}.`)];
}

function bodyAnswers(body: Exclude<Route["body"], { readonly kind: "none" }>): readonly RouteAnswer[] {
  const hasUpload = body.kind === "form" && body.file !== undefined;
  return [
    refusal(413, "The body is too long."),
    refusal(415, "The body is of another type, or packed."),
    refusal(503, hasUpload ? "The server is going down, or has no room for one more upload." : "The server is going down."),
  ];
}

function engineAnswers(engines: NonNullable<Route["engines"]>): readonly RouteAnswer[] {
  const failed = [refusal(502, "The engine, or its provider, failed."), refusal(504, "The engine took too long.")];
  if (engines === "list") return [...failed, refusal(503, "The server or its engine cannot at the moment.")];
  return [
    ...failed,
    refusal(404, "No such model or voice."),
    refusal(413, "The text or the body is too long."),
    refusal(429, "Too many at once, or too often."),
    refusal(503, "The server or its engine cannot at the moment. `retry-after` says when it may, where that is known."),
  ];
}

/** What a request for a WebSocket is answered with. */
export function socketAnswers({ protocols }: Pick<SocketRoute, "protocols">): readonly RouteAnswer[] {
  return [
    { status: 101, description: "The connection becomes a WebSocket." },
    refusal(400, protocols.length === 0 ? "The request cannot be, or has a key in its address." : "The request cannot be, has a key in its address, or offers none of the subprotocols."),
    ...accessAnswers("caller"),
    refusal(404, "The server was mounted without its WebSockets, or is not asked for one."),
    ...unread,
    refusal(426, "It is not asked for as a WebSocket."),
    refusal(429, "Too many are open."),
    refusal(500, "The server failed on its own side."),
    refusal(503, "All are taken, or the server is going down."),
  ];
}
