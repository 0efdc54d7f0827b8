import { answerText, type FakeExchange } from "../shared/fake-http-server.ts";

/** An answer that refuses, in OpenAI's words. */
export interface OpenAIRefusal {
  status: number;
  message: string;
  type?: string | undefined;
  parameter?: string | undefined;
  code?: string | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
}

/** The refusal of a request that is wrong: 400. */
export function badRequest(message: string, parameter?: string, code?: string): OpenAIRefusal {
  return { status: 400, message, parameter, code };
}

/** The body of an error. */
export function errorBody({ message, type = "invalid_request_error", parameter, code }: OpenAIRefusal): string {
  return JSON.stringify({ error: { message, type, param: parameter ?? null, code: code ?? null } }, undefined, 2);
}

/** Sends a refusal. */
export function refuse(exchange: FakeExchange, refusal: OpenAIRefusal): void {
  answerText(exchange, refusal.status, { "content-type": "application/json", ...refusal.headers }, errorBody(refusal));
}

/** What OpenAI says with a status when nothing else is known. */
export function refusalOfStatus(status: number): OpenAIRefusal {
  if (status === 401) return wrongKey("sk-fake-key-that-is-not-known");
  if (status === 429) return rateLimited({});
  if (status === 404) return { status, message: "The model `fake` does not exist or you do not have access to it.", code: "model_not_found" };
  if (status === 503) return { status, message: "The engine is currently overloaded, please try again later.", type: "server_error" };
  if (status >= 500) return { status, message: "The server had an error while processing your request. Sorry about that!", type: "server_error" };
  return { status, message: "The request was refused." };
}

/** The refusal of a key; the real server shows its ends too. */
export function wrongKey(key: string): OpenAIRefusal {
  const shown = key.length > 16 ? `${key.slice(0, 8)}${"*".repeat(key.length - 12)}${key.slice(-4)}` : "*".repeat(key.length);
  return { status: 401, message: `Incorrect API key provided: ${shown}. You can find your API key at https://platform.openai.com/account/api-keys.`, code: "invalid_api_key" };
}

/** The refusal of a request without a key. */
export function noKey(): OpenAIRefusal {
  return { status: 401, message: "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)." };
}

/** Too many requests at a time: trying again later is of use. */
export function rateLimited(headers: Readonly<Record<string, string>>): OpenAIRefusal {
  const message = "Rate limit reached for gpt-4o-mini-tts on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 1s.";
  const limits = { "x-ratelimit-limit-requests": "3", "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1s" };
  return { status: 429, message, type: "requests", code: "rate_limit_exceeded", headers: { ...limits, ...headers } };
}

/** Nothing left to spend: trying again is of no use. */
export function quotaSpent(): OpenAIRefusal {
  const message = "You exceeded your current quota, please check your plan and billing details.";
  return { status: 429, message, type: "insufficient_quota", code: "insufficient_quota" };
}
