import type { Context } from "hono";
import type { RequestScope } from "../route/request-scope.ts";
import type { ServerEnvironment } from "../route/route.ts";
import type { BodyWriter, BodyWriterOptions } from "./body-writer.ts";
import { createResponseWriter } from "./response-writer.ts";
import { createStreamWriter } from "./stream-writer.ts";

/** Makes the writer for the answer to a request. Nothing is sent before the first `write` or `end`. */
export function createBodyWriter(context: Pick<Context<ServerEnvironment>, "env">, scope: Pick<RequestScope, "signal">, options: BodyWriterOptions): BodyWriter {
  // Where the app is called without a server (`app.request()`, another runtime), there are no bindings at all.
  const outgoing = (context.env as ServerEnvironment["Bindings"] | undefined)?.outgoing;
  return outgoing === undefined ? createStreamWriter(scope.signal, options) : createResponseWriter(outgoing, scope.signal, options);
}
