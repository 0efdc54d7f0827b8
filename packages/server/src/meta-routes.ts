import { array, literal, number, object, optional, record, strictObject, string } from "valibot";
import { defineRoute, type Route } from "./route/route.ts";
import type { ServedModel } from "./speech/model-shelf.ts";

const nothing = { kind: "none" } as const;

/** What changes seldom, for one client alone. */
const shortlyKept = { "cache-control": "private, max-age=60" };
const neverKept = { "cache-control": "no-store" };

const voice = object({ id: string(), name: string(), language: optional(string()), languages: array(string()), gender: string(), engine: string(), model: string() });

const voices = defineRoute({
  name: "voices",
  method: "GET",
  path: "/v1/audio/voices",
  summary: "The voices that a request may name.",
  access: "caller",
  isRated: false,
  engines: "list",
  body: nothing,
  query: [
    { name: "model", description: "Only the voices of this model." },
    { name: "format", description: "`legacy`: names alone, as some older clients want them." },
  ],
  answers: [
    { status: 200, description: "The voices.", content: ["application/json"], schema: object({ voices: array(voice) }) },
    { status: 404, description: "No such model.", content: ["application/json"] },
  ],
  handle: async ({ context, scope }, { models }) => {
    const name = context.req.query("model");
    const model = name === undefined ? undefined : models.find(name);
    const listed = (await models.voices(scope.signal)).filter((candidate) => model === undefined || candidate.model === model.name);
    // The provider's own record stays here: nobody knows what is in it.
    const shown = listed.map(({ id, name: title, languages, gender, engine, model: ofModel }) => ({ id, name: title, language: languages[0], languages, gender, engine, model: ofModel }));
    return context.json({ voices: context.req.query("format") === "legacy" ? shown.map(({ id }) => id) : shown }, 200, shortlyKept);
  },
});

const modelSchema = object({ id: string(), object: literal("model"), created: number(), owned_by: string(), engines: array(string()), input: array(string()), marks: array(string()) });

// In seconds since 1970; OpenAI's clients want a number.
const created = Math.floor(performance.timeOrigin / 1_000);

function describeModel({ name, tts }: ServedModel): object {
  const first = tts.engines[0]?.capabilities;
  return { id: name, object: "model", created, owned_by: "parlando", engines: tts.engines.map((engine) => engine.id), input: first?.input ?? [], marks: first?.marks ?? [] };
}

const models = defineRoute({
  name: "models",
  method: "GET",
  path: "/v1/models",
  summary: "What is served, the default first.",
  access: "caller",
  isRated: false,
  body: nothing,
  answers: [{ status: 200, description: "The models.", content: ["application/json"], schema: object({ object: literal("list"), data: array(modelSchema) }) }],
  handle: async ({ context }, services) => context.json({ object: "list", data: services.models.models.map(describeModel) }, 200, shortlyKept),
});

const model = defineRoute({
  name: "model",
  method: "GET",
  path: "/v1/models/:id",
  summary: "One model.",
  access: "caller",
  isRated: false,
  body: nothing,
  answers: [
    { status: 200, description: "It is served.", content: ["application/json"], schema: modelSchema },
    { status: 404, description: "It is not.", content: ["application/json"] },
  ],
  handle: async ({ context }, services) => context.json(describeModel(services.models.find(context.req.param("id"))), 200, shortlyKept),
});

const tickets = defineRoute({
  name: "tickets",
  method: "POST",
  path: "/v1/tickets",
  summary: "A ticket for a browser, which is to have no key: good for some minutes, for speech and lists.",
  access: "key",
  isRated: true,
  body: { kind: "json", schema: strictObject({}), mayBeEmpty: true },
  answers: [{ status: 200, description: "The ticket, and until when it is good in seconds since 1970.", content: ["application/json"], schema: object({ ticket: string(), expires_at: number() }) }],
  handle: async ({ context, scope }, services) => {
    const { ticket, expiresAtMs } = services.tickets.issue(scope.caller.id);
    return context.json({ ticket, expires_at: Math.floor(expiresAtMs / 1_000) }, 200, neverKept);
  },
});

const times = object({ p50: number(), p95: number(), p99: number() });

const stats = defineRoute({
  name: "stats",
  method: "GET",
  path: "/stats",
  summary: "How the server does, in a few numbers.",
  access: "ops",
  isRated: false,
  body: nothing,
  answers: [
    {
      status: 200,
      description: "The numbers since the start; times in milliseconds, percentiles over the last 1,000 utterances.",
      content: ["application/json"],
      schema: object({ uptimeMs: number(), running: number(), waiting: number(), requests: number(), outcomes: record(string(), number()), audioMs: number(), firstAudioMs: optional(times) }),
    },
  ],
  handle: async ({ context }, { metrics }) => context.json(metrics.snapshot(), 200, neverKept),
});

const metrics = defineRoute({
  name: "metrics",
  method: "GET",
  path: "/metrics",
  summary: "The same and more for Prometheus.",
  access: "ops",
  isRated: false,
  body: nothing,
  answers: [{ status: 200, description: "The text format of Prometheus, version 0.0.4.", content: ["text/plain"] }],
  handle: async ({ context }, services) => context.body(await services.metrics.exposition(), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8", ...neverKept }),
});

/** What tells clients what there is, and those who run the server how it does. */
export const metaRoutes: readonly Route[] = [voices, models, model, tickets, stats, metrics];
