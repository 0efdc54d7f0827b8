import { toJsonSchema } from "@valibot/to-json-schema";
import { object, string, nullable, type GenericSchema } from "valibot";
import type { SocketRoute } from "../socket/socket-route.ts";
import { commonAnswers, socketAnswers } from "./common-answers.ts";
import { defineRoute, type Route, type RouteAnswer } from "./route.ts";

/** A part of the document. */
type Part = Readonly<Record<string, unknown>>;

const problemSchema = object({ error: object({ message: string(), type: string(), param: nullable(string()), code: string() }) });
const detailSchema = object({ detail: string() });

/** How refusals are told, as parts that all answers point to. */
const refusals = { openai: { $ref: "#/components/schemas/Problem" }, detail: { $ref: "#/components/schemas/Detail" } } as const;

/** Describes a table of routes as OpenAPI 3.1. */
export function describeRoutes(routes: readonly Route[], sockets: readonly SocketRoute[]): Part {
  const paths: Record<string, Record<string, Part>> = {};
  for (const route of routes) paths[pathOf(route.path)] = { ...paths[pathOf(route.path)], [route.method.toLowerCase()]: operationOf(route) };
  for (const socket of sockets) paths[pathOf(socket.path)] = { ...paths[pathOf(socket.path)], get: socketOperation(socket) };
  return {
    openapi: "3.1.0",
    info: { title: "Parlando", version: "1", description: "A stream of text in, a stream of speech out." },
    paths,
    components: {
      schemas: { Problem: schemaOf(problemSchema), Detail: schemaOf(detailSchema) },
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "A key of the server, or a ticket that was made with one." },
        apiKey: { type: "apiKey", in: "header", name: "xi-api-key" },
      },
    },
  };
}

/** The route that serves the description of all routes, itself included. */
export function createOpenAPIRoute(describe: () => Part): Route {
  let text: string | undefined;
  return defineRoute({
    name: "openapi",
    method: "GET",
    path: "/openapi.json",
    summary: "This description.",
    access: "public",
    isRated: false,
    body: { kind: "none" },
    answers: [{ status: 200, description: "OpenAPI 3.1.", content: ["application/json"] }],
    handle: async ({ context }) => context.body((text ??= JSON.stringify(describe())), 200, { "content-type": "application/json", "cache-control": "public, max-age=60" }),
  });
}

function pathOf(path: string): string {
  return path.replaceAll(/:([a-z]+)/g, "{$1}");
}

const securityOf: Readonly<Record<Route["access"], readonly Part[]>> = { public: [], ops: [{}, { bearer: [] }, { apiKey: [] }], caller: [{ bearer: [] }, { apiKey: [] }], key: [{ bearer: [] }, { apiKey: [] }] };

function operationOf(route: Route): Part {
  const parameters = [
    ...[...route.path.matchAll(/:([a-z]+)/g)].map((match) => ({ name: match[1], in: "path", required: true, schema: { type: "string" } })),
    ...(route.query ?? []).map(({ name, description }) => ({ name, in: "query", required: false, description, schema: { type: "string" } })),
  ];
  return {
    operationId: route.name,
    summary: route.summary,
    security: securityOf[route.access],
    ...(parameters.length > 0 && { parameters }),
    ...(route.body.kind !== "none" && { requestBody: requestBodyOf(route.body) }),
    responses: responsesOf([...commonAnswers(route), ...route.answers], refusals[route.problems ?? "openai"]),
  };
}

function requestBodyOf(body: Exclude<Route["body"], { kind: "none" }>): Part {
  const schema = schemaOf(body.schema);
  if (body.kind === "json") return { required: body.mayBeEmpty !== true, content: { "application/json": { schema } } };
  const withFile = body.file === undefined ? schema : { ...schema, properties: { ...(schema["properties"] as Part), [body.file]: { type: "string", format: "binary" } } };
  return { required: true, content: { "application/json": { schema }, "multipart/form-data": { schema: withFile }, "application/x-www-form-urlencoded": { schema } } };
}

/** The last that is said about a status counts. */
function responsesOf(answers: readonly RouteAnswer[], problem: Part): Part {
  return Object.fromEntries(answers.map((answer) => [String(answer.status), { description: answer.description, ...contentOf(answer, problem) }]));
}

function contentOf({ status, content = [], schema }: RouteAnswer, problem: Part): Part {
  if (content.length === 0) return {};
  const described = schema === undefined ? (status >= 400 ? problem : undefined) : schemaOf(schema);
  return { content: Object.fromEntries(content.map((type) => [type, described === undefined ? {} : { schema: described }])) };
}

/** What a schema cannot say in JSON Schema is left out: the server checks it all the same. */
function schemaOf(schema: GenericSchema): Part {
  const { $schema, ...rest } = toJsonSchema(schema, { errorMode: "ignore", typeMode: "input" });
  return rest;
}

function socketOperation(route: SocketRoute): Part {
  const { name, summary, protocols } = route;
  const offered = protocols.length === 0 ? [] : [{ name: "Sec-WebSocket-Protocol", in: "header", required: true, description: `Has to offer ${protocols.join(" or ")}. A browser offers \`parlando.ticket.\` and its ticket too.`, schema: { type: "string" } }];
  return {
    operationId: name,
    summary,
    "x-websocket": true,
    security: securityOf.caller,
    ...(offered.length > 0 && { parameters: offered }),
    responses: responsesOf(socketAnswers(route), refusals.openai),
  };
}
