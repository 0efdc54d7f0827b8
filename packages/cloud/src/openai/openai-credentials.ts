import { TTSError, type CredentialReport } from "@parlando/engine";
import { errorFromResponse } from "../transport/error-from-response.ts";
import type { HttpClient } from "../transport/http-types.ts";
import type { ErrorContext } from "../transport/provider-errors.ts";
import { addressOf, type OpenAISettings } from "./openai-settings.ts";
import { contextOf } from "./openai-wire.ts";

/** What one question about the key was answered. */
type Answer = "accepted" | "unclear" | TTSError;

/**
 * Looks at the key: `GET /models`, which costs nothing. A key may be good for speech and not for that list, and a server may not have it: then
 * an empty request for speech is sent, which is refused before anything is made, for its key or for its emptiness.
 *
 * @throws TTSError `ABORTED` when it is called off.
 */
export async function reportCredentials(http: HttpClient, settings: OpenAISettings, signal: AbortSignal): Promise<CredentialReport> {
  const hasKey = settings.headers()["authorization"] !== undefined;
  if (!hasKey && settings.isOpenAI) {
    return { status: "missing", missing: ["apiKey (OPENAI_API_KEY)"], message: "OpenAI needs a key: set the option `apiKey` or the variable OPENAI_API_KEY." };
  }
  const context = contextOf(settings, "a look at the credentials");
  let answer = await ask(http, settings, { context, path: "/models", signal });
  if (answer === "unclear" || (TTSError.isInstance(answer) && answer.code === "PERMISSION")) answer = await ask(http, settings, { context, path: "/audio/speech", body: "{}", signal });
  return reportOf(answer, hasKey);
}

function reportOf(answer: Answer, hasKey: boolean): CredentialReport {
  if (answer === "accepted" || answer === "unclear") {
    return hasKey ? { status: "valid", message: "The key is accepted." } : { status: "not-needed", message: "The server answers without a key." };
  }
  const { code, message } = answer;
  if (code === "AUTHENTICATION" || code === "PERMISSION") {
    return hasKey ? { status: "invalid", message } : { status: "missing", missing: ["apiKey (OPENAI_API_KEY)"], message: `${message} Set the option \`apiKey\`.` };
  }
  if (code === "QUOTA_EXCEEDED" || code === "RATE_LIMITED" || code === "CONCURRENCY_LIMIT") return { status: "valid", message: `The key is known, but: ${message}` };
  return { status: "unreachable", message };
}

interface Question {
  readonly context: ErrorContext;
  readonly path: string;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
}

async function ask(http: HttpClient, settings: OpenAISettings, { context, path, body, signal }: Question): Promise<Answer> {
  try {
    const response = await http.open({ doing: context.doing, url: addressOf(settings, path), headers: settings.headers(), body, signal });
    const { status } = response;
    if (status < 300) {
      response.body.cancel();
      return "accepted";
    }
    const error = await errorFromResponse(response, context);
    // Where the request was empty on purpose, its refusal shows that the key came through.
    if (body !== undefined && (status === 400 || status === 422)) return "accepted";
    return status === 404 || status === 405 || status === 501 ? unclear(body, error) : error;
  } catch (error) {
    if (TTSError.isInstance(error) && error.code !== "ABORTED") return error;
    throw error;
  }
}

/** A server without `/models` may still speak; one without `/audio/speech` does not. */
function unclear(body: string | undefined, error: TTSError): Answer {
  return body === undefined ? "unclear" : error;
}
