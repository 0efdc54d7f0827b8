import type * as Http from "node:http";
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { TTSError } from "@parlando/engine";
import { engineClosed, throwIfCalledOff } from "./call-context.ts";
import { connectionError } from "./connection-error.ts";
import { lateError, readHttpCall, redirectError, type HttpCall } from "./http-settings.ts";
import type { HttpClient, HttpClientOptions, HttpResponse, ResponseHeaders } from "./http-types.ts";
import { pullNodeBody } from "./node-body.ts";
import { beginExchange, type NodeExchange } from "./node-exchange.ts";

/** Connections without a request that are kept for one host. */
const IDLE_SOCKETS = 8;
/** Kept no longer than this: below the limits of common servers, so that few die while they wait. */
const IDLE_MS = 30_000;

/** HTTP by Node's own modules. */
export function createNodeTransport(options: HttpClientOptions): HttpClient {
  const agents = new Map<string, Agent>();
  const underWay = new Set<NodeExchange>();
  let closed = false;

  function agentFor(protocol: string): Agent {
    const found = agents.get(protocol);
    if (found !== undefined) return found;
    const { Agent } = httpModule(protocol);
    const agent = new Agent({ keepAlive: true, maxFreeSockets: IDLE_SOCKETS, timeout: IDLE_MS });
    agents.set(protocol, agent);
    return agent;
  }

  /** Undefined: the kept connection that it took was dead, and another may be tried. */
  async function attempt(call: HttpCall, agent: Agent, isLast: boolean): Promise<HttpResponse | undefined> {
    const exchange = beginExchange(call, underWay);
    try {
      return await sendRequest(exchange, agent);
    } catch (error) {
      exchange.finish();
      if (isLast || !exchange.diedIdle) throw error;
      return undefined;
    }
  }

  async function retry(call: HttpCall, agent: Agent): Promise<HttpResponse> {
    if (closed) throw engineClosed(call);
    // What waited beside the dead one has waited as long: only a new connection is sure to be alive.
    if (options.agent === undefined) Object.values(agent.freeSockets).forEach((sockets) => sockets?.forEach((socket) => socket.destroy()));
    const response = await attempt(call, agent, true);
    if (response === undefined) throw connectionError(call, undefined, call.address);
    return response;
  }

  return {
    async open(request) {
      const call = readHttpCall(options, request);
      throwIfCalledOff(call, call.signal);
      if (closed) throw engineClosed(call);
      const agent = options.agent ?? agentFor(call.url.protocol);
      return (await attempt(call, agent, false)) ?? retry(call, agent);
    },
    async close() {
      closed = true;
      for (const exchange of underWay) exchange.fail(engineClosed(exchange.call));
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

type HttpModule = Pick<typeof Http, "Agent" | "request">;

const modules = new Map<string, HttpModule>();

/** Node's own look-up costs a tenth of a millisecond each time. */
function httpModule(protocol: string): HttpModule {
  const found = modules.get(protocol);
  if (found !== undefined) return found;
  const loaded: HttpModule = protocol === "https:" ? process.getBuiltinModule("node:https") : process.getBuiltinModule("node:http");
  modules.set(protocol, loaded);
  return loaded;
}

function sendRequest(exchange: NodeExchange, agent: Agent): Promise<HttpResponse> {
  const { call } = exchange;
  return new Promise((resolve, reject) => {
    const request = startRequest(call, agent);
    exchange.fail = (error) => {
      reject(error);
      request.destroy();
    };
    exchange.break = exchange.fail;
    let isAnswered = false;
    // Stays for good: an error after all is over would otherwise end the process.
    request.on("error", (error) => {
      exchange.diedIdle = !isAnswered && request.reusedSocket && isReset(error);
      exchange.break(connectionError(call, error, call.address));
    });
    // Of a connection that ends in the body, the answer itself tells.
    request.once("close", () => {
      if (!isAnswered) exchange.break(connectionError(call, undefined, call.address));
    });
    request.once("response", (response) => {
      isAnswered = true;
      try {
        resolve(takeResponse(exchange, request, response));
      } catch (error) {
        reject(error);
      }
    });
    watchPhases(exchange, request);
    request.end(call.body);
  });
}

function startRequest(call: HttpCall, agent: Agent): ClientRequest {
  const { url, method, headers } = call;
  const options: RequestOptions = { method, headers: { "accept-encoding": "identity", ...headers }, agent };
  try {
    return httpModule(url.protocol).request(url, options);
  } catch (error) {
    throw connectionError(call, error, call.address);
  }
}

function isReset(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ECONNRESET" || code === "EPIPE";
}

function watchPhases(exchange: NodeExchange, request: ClientRequest): void {
  const { call, watch } = exchange;
  const expectAnswer = (): void => watch.expect(call.firstByteMs, () => exchange.fail(lateError(call, "no answer came", call.firstByteMs)));
  watch.expect(call.connectMs, () => exchange.fail(lateError(call, "no connection was made", call.connectMs)));
  request.once("socket", (socket) => {
    if (!socket.connecting) return expectAnswer();
    socket.once(call.url.protocol === "https:" ? "secureConnect" : "connect", expectAnswer);
  });
}

function takeResponse(exchange: NodeExchange, request: ClientRequest, response: IncomingMessage): HttpResponse {
  const { call } = exchange;
  const status = response.statusCode ?? 0;
  const headers = readHeaders(response);
  const body = pullNodeBody(exchange, request, response);
  const refusal = refusalOf(call, status, headers);
  if (refusal === undefined) return { status, headers, body };
  body.cancel();
  throw refusal;
}

function refusalOf(call: HttpCall, status: number, headers: ResponseHeaders): TTSError | undefined {
  if (status >= 300 && status < 400) return redirectError(call, status, headers["location"]);
  const coding = headers["content-encoding"] ?? "identity";
  if (status >= 400 || coding === "identity") return undefined;
  return new TTSError("PROTOCOL", `${call.doing} at ${call.address}: the answer is compressed, which was not asked for. Check what stands between here and the service.`, { engine: call.engine });
}

function readHeaders(response: IncomingMessage): ResponseHeaders {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(response.headers)) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  return headers;
}
