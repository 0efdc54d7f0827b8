import type { Context } from "hono";
import type { ServerEnvironment } from "./route.ts";

const prepared = new WeakMap<Context<ServerEnvironment>, Readonly<Record<string, string>>>();

/** Notes, before a handler is called, the headers that its answer has to have whatever it is. */
export function prepareAnswerHeaders(context: Context<ServerEnvironment>, headers: Readonly<Record<string, string>>): void {
  prepared.set(context, headers);
}

/**
 * The headers that every answer to this request has: its id, what CORS needs, `connection: close` while the server drains. Names are in lower case. A
 * handler that writes to the socket by itself merges them into its own; for a `Response` that is done around it.
 */
export function answerHeaders(context: Context<ServerEnvironment>): Record<string, string> {
  return { ...prepared.get(context) };
}
