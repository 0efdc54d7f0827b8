import { answerCrossOrigin } from "../shared/cross-origin.ts";
import type { FakeExchange } from "../shared/fake-http-server.ts";
import { endRequest } from "../shared/fake-request.ts";
import { characterLimit, defaultModel, modelList, subscription, userRecord, voicePage } from "./account.ts";
import { elevenLabsCrossOrigin, type FakeElevenLabsEndpoint } from "./fake-elevenlabs-options.ts";
import { answerWithSpeech, sendAnswer } from "./http-speech.ts";
import { readOutputFormat } from "./output-format.ts";
import { refusalBody, validationBody } from "./provider-errors.ts";
import { beginRequest, chooseFault, hasRoom, listRequest, noteText, type FakeElevenLabsState, type OpenRequest } from "./shared-state.ts";

const speechPath = /^\/v1\/text-to-speech\/([^/]+?)(?:\/(stream\/with-timestamps|stream|with-timestamps))?$/u;

/** Answers one HTTP request. */
export async function handleHttp(state: FakeElevenLabsState, exchange: FakeExchange): Promise<void> {
  const { method, path, query } = exchange;
  if (state.settings.crossOrigin !== false && answerCrossOrigin(exchange, elevenLabsCrossOrigin)) return;
  state.calls.push(`${method} ${path}`);
  const refusal = refuseKey(state.settings.key, exchange.headers["xi-api-key"]);
  if (refusal !== undefined) return sendAnswer(exchange, refusalBody(refusal));
  const speech = speechPath.exec(path);
  if (method === "POST" && speech !== null) return handleSpeech(state, exchange, speech);
  const { voices, voicesPerPage } = state.settings;
  const routes: Record<string, () => unknown> = {
    "GET /v2/voices": () => voicePage(voices, query, voicesPerPage),
    "GET /v1/voices": () => ({ voices }),
    "GET /v1/models": modelList,
    "GET /v1/user": userRecord,
    "GET /v1/user/subscription": subscription,
  };
  const route = routes[`${method} ${path}`];
  if (route === undefined) return sendAnswer(exchange, { status: 404, body: JSON.stringify({ detail: "Not Found" }) });
  sendAnswer(exchange, { status: 200, body: JSON.stringify(route()) });
}

/** Which refusal a key earns; undefined: it is accepted. */
export function refuseKey(accepted: string | undefined, given: unknown): "needs_authorization" | "invalid_api_key" | undefined {
  if (typeof given !== "string" || given === "") return "needs_authorization";
  return accepted === undefined || accepted === given ? undefined : "invalid_api_key";
}

async function handleSpeech(state: FakeElevenLabsState, exchange: FakeExchange, path: RegExpExecArray): Promise<void> {
  const body = readJson(await exchange.body());
  const { text, ...rest } = body ?? {};
  const endpoint = (path[2] ?? "convert") as FakeElevenLabsEndpoint;
  const seen = beginRequest(state, { endpoint, voice: decodeURIComponent(path[1] ?? ""), parameters: { ...Object.fromEntries(exchange.query), ...rest } });
  if (typeof text === "string") noteText(seen, text);
  listRequest(state, seen);
  const fault = chooseFault(state, seen);
  const refusal = fault === undefined ? refuseSpeech(state, seen, text) : undefined;
  const format = readOutputFormat(exchange.query.get("output_format") ?? "mp3_44100_128");
  if (refusal === undefined && format !== undefined) return answerWithSpeech(state, { exchange, seen, format }, fault);
  endRequest(seen, "failed");
  sendAnswer(exchange, refusal ?? refusalBody("unsupported_output_format"));
}

function refuseSpeech(state: FakeElevenLabsState, seen: OpenRequest, text: unknown): { status: number; body: string } | undefined {
  if (text === undefined) return validationBody(["body", "text"], "Field required", "missing");
  if (typeof text !== "string") return validationBody(["body", "text"], "Input should be a valid string", "string_type");
  const previous = seen.parameters["previous_request_ids"];
  if (Array.isArray(previous) && previous.length > 3) return validationBody(["body", "previous_request_ids"], "List should have at most 3 items", "too_long");
  const name = refuseVoiceAndModel(state, seen, defaultModel);
  if (name !== undefined) return refusalBody(name);
  return hasRoom(state) ? undefined : refusalBody("too_many_concurrent_requests");
}

/** Which refusal a request earns for its voice, its model, or too much text for its model; undefined: none. */
export function refuseVoiceAndModel({ settings }: FakeElevenLabsState, seen: OpenRequest, otherwise: string): string | undefined {
  const model = seen.parameters["model_id"] ?? otherwise;
  const limit = typeof model === "string" ? characterLimit(model) : undefined;
  if (!settings.voices.some(({ voice_id: id }) => id === seen.voice)) return "voice_not_found";
  if (limit === undefined) return "model_not_found";
  return seen.text.length > limit ? "max_character_limit_exceeded" : undefined;
}

/** Reads an object; undefined for anything else. */
export function readJson(data: Uint8Array | string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(typeof data === "string" ? data : Buffer.from(data).toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
