import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { GenericSchema, InferOutput } from "valibot";
import type { ServerServices } from "../services.ts";
import type { RequestScope } from "./request-scope.ts";

/** Types of the Hono app. `incoming` and `outgoing` are there when `@hono/node-server` serves it; elsewhere handlers answer with a web stream. */
export interface ServerEnvironment {
  Bindings: Partial<HttpBindings>;
}

/** What a request brings. JSON and forms are read up to their limit and checked by the schema before the handler is called; unknown fields are refused. */
export type RouteBody =
  | { readonly kind: "none" }
  /** `mayBeEmpty`: no body at all is the same as `{}`. */
  | { readonly kind: "json"; readonly schema: GenericSchema; readonly mayBeEmpty?: boolean | undefined }
  /** `application/json`, `multipart/form-data` or `application/x-www-form-urlencoded`; text fields go through the schema. `file`: the one field that may be an upload. */
  | { readonly kind: "form"; readonly schema: GenericSchema; readonly file?: string | undefined };

/** What a handler gets of the body. */
export type BodyOf<Body extends RouteBody> = Body extends { readonly schema: infer Schema extends GenericSchema } ? InferOutput<Schema> : undefined;

/** One answer, for the OpenAPI document. */
export interface RouteAnswer {
  readonly status: number;
  readonly description: string;
  /** Media types of the body; none: it has none. */
  readonly content?: readonly string[] | undefined;
  /** Schema of a JSON body. */
  readonly schema?: GenericSchema | undefined;
}

/** One call of a route. */
export interface RouteCall<Body> {
  readonly context: Context<ServerEnvironment>;
  readonly scope: RequestScope;
  readonly body: Body;
  /** What was uploaded in the field that the route names; undefined where nothing was. */
  readonly upload: Uint8Array | undefined;
}

/**
 * A line of the route table: what Hono serves, OpenAPI describes and the docs list. Keys, limits, body and errors are dealt with around the handler.
 */
export interface Route<Body extends RouteBody = RouteBody> {
  /** Stable: label of metrics and logs, `operationId`, what `publicRoutes` names. */
  readonly name: string;
  readonly method: "GET" | "POST";
  /** With Hono's `:name` for parameters. */
  readonly path: string;
  readonly summary: string;
  /** "public": everybody. "ops": a key, but not on a loopback address. "caller": a key or a ticket. "key": a key, where there are keys. */
  readonly access: "public" | "ops" | "caller" | "key";
  /** Asked every few seconds by machines: answers that are well are counted, and not logged. */
  readonly isQuiet?: boolean | undefined;
  /** Whether it counts against the rate. Concurrency is counted by `openSpeech`. */
  readonly isRated: boolean;
  /** What it asks of engines, whose failures are its own then: "speak", or "list" their voices. Undefined: nothing. */
  readonly engines?: "speak" | "list" | undefined;
  readonly body: Body;
  /** What may stand behind the `?`; for the OpenAPI document. */
  readonly query?: readonly { readonly name: string; readonly description: string }[] | undefined;
  /** What is its own; the OpenAPI document has those too that follow from the rest of the line (`common-answers.ts`). */
  readonly answers: readonly RouteAnswer[];
  /** How a problem is told. Default: as JSON in OpenAI's shape. */
  readonly problems?: "openai" | "detail" | undefined;
  /**
   * Answers. May throw a `Problem` or a `TTSError` as long as nothing was sent. What it sends itself (`outgoing`) it answers with `RESPONSE_ALREADY_SENT`; nothing
   * around it touches the headers of that.
   */
  handle(call: RouteCall<BodyOf<Body>>, services: ServerServices): Promise<Response>;
}

/** A line of the table, with the type of its body known to its handler. */
export function defineRoute<const Body extends RouteBody>(route: Route<Body>): Route {
  return route;
}
