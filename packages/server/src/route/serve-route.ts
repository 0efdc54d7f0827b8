import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { TTSError } from "@parlando/engine";
import type { Context } from "hono";
import { refuseCredentialsInUrl } from "../access/credentials.ts";
import { presentedBy, presentedToAll } from "../access/presented.ts";
import { Problem, problemBody, problemHeaders, problemOf } from "../problem/problem.ts";
import type { ServerState } from "../server-state.ts";
import { onceAnswerClosed } from "./answer-closed.ts";
import { answerHeaders, prepareAnswerHeaders } from "./answer-headers.ts";
import { answerRefused } from "./linger.ts";
import { isEncrypted, type PageRequest } from "./origin-guard.ts";
import { readBody, type ReadForm } from "./read-body.ts";
import type { Route, ServerEnvironment } from "./route.ts";
import { createRequestId, type OpenScope } from "./scope-shelf.ts";
import { watchBody, watchClient } from "./watch-client.ts";

/** What a route is served with. */
export interface RouteSetting {
  readonly state: ServerState;
  /** Names of routes that need no key, by the options. */
  readonly publicRoutes: ReadonlySet<string>;
  readonly readForm: ReadForm;
}

/** Serves one request of a route: looks who asks, reads what he brings, and tells what goes wrong. Never rejects. */
export async function serveRoute(route: Route, context: Context<ServerEnvironment>, setting: RouteSetting): Promise<Response> {
  const { state } = setting;
  const id = createRequestId();
  const since = state.services.clock.now();
  prepareAnswerHeaders(context, baseHeaders(id, state));
  let open: OpenScope | undefined;
  let response: Response;
  let problem: Problem | undefined;
  try {
    open = admit(route, context, setting, id);
    response = await handle(route, context, setting, open);
  } catch (error) {
    problem = problemOf(error);
    const hasGone = open?.scope.endedBy() === "gone";
    if (problem.status >= 500 && !(error instanceof Problem) && !hasGone) tellDefect(error, { id, route: route.name, state });
    response = hasGone ? nobodyReads(context) : problemResponse(problem, route.problems);
  }
  tellAnswer(state, { route: route.name, isQuiet: route.isQuiet === true, id, since, problem, status: statusOf(response, context) });
  const answer = withHeaders(response, answerHeaders(context));
  return problem === undefined ? answer : await answerRefused(answer, context);
}

function statusOf(response: Response, context: Context<ServerEnvironment>): number {
  return response === RESPONSE_ALREADY_SENT ? (context.env?.outgoing?.headersSent === true ? context.env.outgoing.statusCode : clientGone) : response.status;
}

/** What nginx logs for a client that hung up before there was an answer. */
const clientGone = 499;

function nobodyReads(context: Context<ServerEnvironment>): Response {
  return context.env?.outgoing === undefined ? new Response(null, { status: clientGone }) : RESPONSE_ALREADY_SENT;
}

/** An answer, for metrics and log. */
interface Answered {
  readonly route: string;
  readonly isQuiet: boolean;
  readonly id: string;
  readonly since: number;
  readonly status: number;
  readonly problem: Problem | undefined;
}

function tellAnswer({ services }: ServerState, { route, isQuiet, id, since, status, problem }: Answered): void {
  services.metrics.answered(route, status);
  if (isQuiet && problem === undefined) return;
  services.log({
    level: status >= 500 ? "error" : "info",
    event: problem === undefined ? "request" : "refused",
    requestId: id,
    route,
    status,
    code: problem?.code,
    elapsedMs: Math.round(services.clock.now() - since),
  });
}

function baseHeaders(id: string, { services }: ServerState): Record<string, string> {
  return { "x-request-id": id, "x-content-type-options": "nosniff", ...(services.draining.aborted && { connection: "close" }) };
}

/** Host, Origin, key, rate: in the order of what they cost. */
function admit(route: Route, context: Context<ServerEnvironment>, { state, publicRoutes }: RouteSetting, id: string): OpenScope {
  const { headers } = context.req.raw;
  const host = hostOf(context);
  const access = publicRoutes.has(route.name) ? "public" : route.access;
  state.hosts.check(host);
  // What everybody may read needs no permission of a page's origin; it is not given one either.
  if (access !== "public" || headers.get("origin") !== null) prepareAnswerHeaders(context, { ...answerHeaders(context), ...originHeaders(access, { origin: headers.get("origin"), host, isSecure: isSecure(context) }, state) });
  if (access !== "public") refuseCredentialsInUrl(new URL(context.req.url).searchParams);
  const incoming = context.env?.incoming;
  const isForAll = access === "public" || !state.identify.hasKeys;
  const caller = state.identify.callerOf(access, isForAll ? presentedToAll(incoming) : presentedBy(headers, incoming));
  if (route.isRated) state.rate.take(caller.id);
  return state.scopes.open({ route: route.name, caller, id });
}

/** A request that was made in this process has no header for it, but an address. */
export function hostOf(context: Context<ServerEnvironment>): string {
  return context.req.raw.headers.get("host") ?? new URL(context.req.url).host;
}

/** Whether the request came to this process by TLS; one that was made in it says so by its address. */
export function isSecure(context: Context<ServerEnvironment>): boolean {
  const incoming = context.env?.incoming;
  return incoming === undefined ? context.req.url.startsWith("https:") : isEncrypted(incoming);
}

function originHeaders(access: Route["access"], page: PageRequest, { origins }: ServerState): Record<string, string> {
  try {
    return origins.check(page);
  } catch (error) {
    if (access === "public") return {};
    throw error;
  }
}

async function handle(route: Route, context: Context<ServerEnvironment>, { state, readForm }: RouteSetting, open: OpenScope): Promise<Response> {
  const stopWatching = watchClient(context, open.gone);
  const hold = state.uploads.open();
  let isLeft = false;
  const leave = (): void => {
    if (isLeft) return;
    isLeft = true;
    stopWatching();
    hold.release();
    open.leave();
  };
  try {
    const { services } = state;
    const { body, upload } = await readBody(context, route.body, { limits: services.limits, signal: open.scope.signal, hold, readForm });
    const response = await route.handle({ context, scope: open.scope, body, upload }, services);
    return keepUntilSent(response, context, { leave, gone: open.gone, stallMs: services.limits.stallMs });
  } catch (error) {
    leave();
    throw error;
  }
}

/** What is to be done while an answer is sent. */
interface Sending {
  readonly leave: () => void;
  readonly gone: () => void;
  readonly stallMs: number;
}

/** The request is under way until its answer has left, not only until there is one. */
function keepUntilSent(response: Response, context: Context<ServerEnvironment>, { leave, gone, stallMs }: Sending): Response {
  const outgoing = context.env?.outgoing;
  if (outgoing === undefined) return watchBody(response, { ended: leave, cancelled: () => (gone(), leave()) });
  // Who writes by himself looks after that. Node takes it back when the answer has left.
  if (response !== RESPONSE_ALREADY_SENT) outgoing.setTimeout(stallMs);
  const connection = context.env.incoming?.socket;
  const over = (): void => {
    // Destroyed and not closed yet: nobody has told the scope.
    if (!outgoing.writableFinished) gone();
    leave();
  };
  if (outgoing.closed || outgoing.destroyed || connection?.destroyed === true) over();
  else onceAnswerClosed(outgoing, connection, over);
  return response;
}

function tellDefect(error: unknown, { id, route, state }: { readonly id: string; readonly route: string; readonly state: ServerState }): void {
  const isOurs = TTSError.isInstance(error);
  state.services.log({
    level: "error",
    event: isOurs ? "speech" : "defect",
    requestId: id,
    route,
    code: isOurs ? error.code : "INTERNAL",
    // What an error of nobody's says may hold anything; only its kind is told.
    message: isOurs ? error.message : `A handler failed with ${error instanceof Error ? error.name : typeof error}.`,
  });
}

/** A problem as the clients of a route read it. */
export function problemResponse(problem: Problem, kind: Route["problems"] = "openai"): Response {
  const body = kind === "detail" ? { detail: problem.message } : problemBody(problem);
  return new Response(JSON.stringify(body), { status: problem.status, headers: { "content-type": "application/json", "cache-control": "no-store", ...problemHeaders(problem) } });
}

function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  if (response === RESPONSE_ALREADY_SENT) return response;
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}
