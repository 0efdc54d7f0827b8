import { check } from "../../fail.ts";
import { answerCrossOrigin } from "../shared/cross-origin.ts";
import type { FakeFault, FakeRequest, FakeServer } from "../shared/fake-fault.ts";
import { answerText, createFakeHttpServer, type FakeExchange } from "../shared/fake-http-server.ts";
import { createFakeRequest, endRequest } from "../shared/fake-request.ts";
import { followRequest, untilGone } from "../shared/send-body.ts";
import { openAICrossOrigin, openAIModels, openAIVendorFaults, openAIVoices, type FakeOpenAIOptions } from "./fake-openai-options.ts";
import { errorBody, quotaSpent, rateLimited, refusalOfStatus, refuse } from "./openai-refusal.ts";
import { answerSpeech, errorEvent } from "./speech-answer.ts";
import { keyOf, readSpeechBody, refusalOfBody, refusalOfKey, voiceOf, type SpeechBody } from "./speech-request.ts";

/** One request to the fake. */
interface Visit {
  exchange: FakeExchange;
  options: FakeOpenAIOptions;
  requests: FakeRequest[];
}

/**
 * Opens a fake of OpenAI's speech (and of what is compatible with it) on the loopback address: `POST /v1/audio/speech` as bytes or
 * server-sent events, in PCM and WAV, `GET /v1/models`, and `GET /v1/audio/voices` where the options say so. A good key and a good request
 * are asked for, as the service does; a fault of kind "status" comes before both. `requests` holds the refused ones too.
 *
 * In bytes, the fault "malformed" is an HTTP chunk whose size cannot be read; in events, it is one whose JSON breaks off. Not verified
 * against the service: that PCM has 24,000 Hz, the content-type of PCM, that events end without `[DONE]`, and the form of an error among them.
 *
 * @example
 * ```ts
 * const fake = await createFakeOpenAI({ key: "sk-test", fault: (request, index) => (index === 0 ? { kind: "cut", afterBytes: 5_001 } : undefined) });
 * const client = new OpenAI({ apiKey: "sk-test", baseURL: `${fake.url}/v1`, maxRetries: 0 });
 * ```
 */
export async function createFakeOpenAI(options: FakeOpenAIOptions = {}): Promise<FakeServer> {
  const requests: FakeRequest[] = [];
  let answered = 0;
  const server = await createFakeHttpServer({
    port: options.port,
    handle(exchange) {
      answered += 1;
      exchange.response.setHeader("x-request-id", `req_fake_${answered}`);
      return route({ exchange, options, requests });
    },
  });
  return {
    url: server.url,
    port: server.port,
    requests,
    get openConnections() {
      return server.openConnections;
    },
    get connections() {
      return server.connections;
    },
    close: () => server.close(),
  };
}

async function route(visit: Visit): Promise<void> {
  const { exchange, options } = visit;
  const { method, path } = exchange;
  if (options.crossOrigin !== false && answerCrossOrigin(exchange, openAICrossOrigin)) return;
  if (method === "POST" && path === "/v1/audio/speech") return speak(visit);
  if (method === "GET" && path === "/v1/models") return listModels(visit);
  // Open WebUI asks for this list without a key, so servers give it without one.
  if (method === "GET" && path === "/v1/audio/voices" && options.voiceList !== undefined) return listVoices(visit);
  refuse(exchange, { status: 404, message: `Invalid URL (${method} ${path})` });
}

function listModels({ exchange, options }: Visit): void {
  const refusal = refusalOfKey(keyOf(exchange.headers.authorization), options);
  if (refusal !== undefined) return refuse(exchange, refusal);
  if (options.modelsStatus !== undefined) return refuse(exchange, refusalOfStatus(options.modelsStatus));
  const { models = openAIModels } = options;
  const data = (models === "any" ? openAIModels : models).map((id) => ({ id, object: "model", created: 1_699_053_241, owned_by: "openai-internal" }));
  sendJson(exchange, { object: "list", data });
}

function listVoices({ exchange, options: { voices = openAIVoices, voiceList } }: Visit): void {
  const names = voices === "any" ? openAIVoices : voices;
  sendJson(exchange, { voices: voiceList === "names" ? names : names.map((name) => ({ id: name, name: `${name.slice(0, 1).toUpperCase()}${name.slice(1)}` })) });
}

function sendJson(exchange: FakeExchange, content: object): void {
  answerText(exchange, 200, { "content-type": "application/json" }, JSON.stringify(content));
}

async function speak({ exchange, options, requests }: Visit): Promise<void> {
  const body = readSpeechBody(await exchange.body());
  const seen = record(exchange, body, requests.length);
  requests.push(seen);
  const fault = options.fault?.(seen, seen.index);
  followRequest(exchange, seen);
  if (fault?.kind === "no-answer") return untilGone(exchange);
  if (answerInPlace(exchange, seen, fault, body)) return;
  const refusal = refusalOfKey(keyOf(exchange.headers.authorization), options) ?? refusalOfBody(body, options);
  if (refusal !== undefined) {
    endRequest(seen, "failed");
    return refuse(exchange, refusal);
  }
  await answerSpeech({ exchange, options, body: body ?? {}, seen, fault });
}

function record(exchange: FakeExchange, body: SpeechBody | undefined, index: number): FakeRequest {
  const { input, voice: _, ...parameters } = body ?? {};
  return createFakeRequest({ index, text: typeof input === "string" ? input : "", voice: voiceOf(body ?? {}), parameters, startedAtMs: exchange.startedAtMs });
}

/** Plays the faults that stand in place of audio; tells whether there was one. */
function answerInPlace(exchange: FakeExchange, seen: FakeRequest, fault: FakeFault | undefined, body: SpeechBody | undefined): boolean {
  if (fault?.kind === "status") {
    const refusal = refusalOfStatus(fault.status);
    endRequest(seen, "failed");
    answerText(exchange, fault.status, { "content-type": "application/json", ...refusal.headers, ...fault.headers }, fault.body ?? errorBody(refusal));
    return true;
  }
  if (fault?.kind === "wrong-body") {
    endRequest(seen, "failed");
    answerText(exchange, 200, { "content-type": wrongBodies[fault.content].contentType }, wrongBodies[fault.content].body);
    return true;
  }
  if (fault?.kind !== "vendor") return false;
  check(fault.name in openAIVendorFaults, `The fake of OpenAI has no fault "${fault.name}"; it has ${Object.keys(openAIVendorFaults).join(", ")}.`);
  checkCanBeShown(fault.name, body);
  return answerVendorRefusal(exchange, seen, fault.name, body);
}

/** A fault that cannot show in what was asked for would let a test pass that tests nothing. */
function checkCanBeShown(name: string, body: SpeechBody | undefined): void {
  const asEvents = body?.stream_format === "sse";
  const eventsOnly = ["ignores-stream-format", "no-done-event", "error-event", "done-token-usage"].includes(name);
  check(asEvents || !eventsOnly, `The fault "${name}" shows only in events; ask for them with stream_format "sse".`);
  check(!asEvents || name !== "mp3-instead", 'The fault "mp3-instead" shows only in bytes; leave stream_format "sse" out.');
  check(body?.response_format === "wav" || !name.startsWith("wav-"), `The fault "${name}" shows only in a WAV; ask for response_format "wav".`);
}

const wrongBodies: Readonly<Record<"json" | "html" | "sse-error", { contentType: string; body: string }>> = {
  json: { contentType: "application/json", body: errorBody({ status: 200, message: "The server had an error while processing your request.", type: "server_error" }) },
  html: { contentType: "text/html; charset=utf-8", body: "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>\n" },
  "sse-error": { contentType: "text/event-stream", body: `data: ${JSON.stringify(errorEvent)}\n\n` },
};

function answerVendorRefusal(exchange: FakeExchange, seen: FakeRequest, name: string, body: SpeechBody | undefined): boolean {
  const refusals: Readonly<Record<string, () => void>> = {
    "rate-limit-seconds": () => refuse(exchange, rateLimited({ "retry-after": "1" })),
    "rate-limit-date": () => refuse(exchange, rateLimited({ "retry-after": new Date(Date.now() + 2_000).toUTCString() })),
    "rate-limit-ms": () => refuse(exchange, rateLimited({ "retry-after-ms": "250" })),
    "insufficient-quota": () => refuse(exchange, quotaSpent()),
    "echoes-request": () => {
      const detail = [{ type: "value_error", loc: ["body", "input"], msg: `Value error for ${String(exchange.headers.authorization)}: ${String(body?.input)}`, input: body }];
      answerText(exchange, 422, { "content-type": "application/json" }, JSON.stringify({ detail }));
    },
  };
  const answer = refusals[name];
  if (answer === undefined) return false;
  endRequest(seen, "failed");
  answer();
  return true;
}
