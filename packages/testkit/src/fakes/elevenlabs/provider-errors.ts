/** One of the provider's refusals. */
export interface ProviderError {
  /** The `status` of the detail, and the `error` on a socket. */
  name: string;
  status: number;
  message: string;
}

/**
 * What the provider refuses and how it words it. Names and statuses as its error pages and the issues of its clients show them;
 * `needs_authorization` and `voice_id_does_not_exist` (the words of sockets) are hearsay.
 */
const refusals: readonly ProviderError[] = [
  { name: "too_many_concurrent_requests", status: 429, message: "Too many concurrent requests. Your current subscription is associated with a maximum number of concurrent requests (running in parallel)." },
  { name: "system_busy", status: 429, message: "The system is experiencing heavy traffic, please try again." },
  { name: "quota_exceeded", status: 401, message: "This request exceeds your quota of 100000. You have 3 credits remaining, while more credits are required for this request." },
  { name: "invalid_api_key", status: 401, message: "Invalid API key" },
  { name: "needs_authorization", status: 401, message: "Neither authorization header nor xi-api-key received, please provide one." },
  { name: "voice_not_found", status: 404, message: "A voice with this voice_id was not found." },
  { name: "voice_id_does_not_exist", status: 404, message: "A voice with this voice_id does not exist." },
  { name: "model_not_found", status: 400, message: "A model with this model_id does not exist. Please retrieve all available models through GET /v1/models." },
  { name: "max_character_limit_exceeded", status: 400, message: "This request exceeds the maximum number of characters of the model." },
  { name: "only_for_creator+", status: 403, message: "This output format is only available from the Creator tier on." },
  { name: "detected_unusual_activity", status: 401, message: "Unusual activity detected. Free Tier usage disabled." },
  { name: "unsupported_output_format", status: 400, message: "This fake speaks pcm_*, ulaw_8000 and alaw_8000. Ask for one of these as output_format." },
];

/** The names under which a fault `{ kind: "vendor" }` asks for a refusal. */
export const refusalNames: readonly string[] = [...refusals.map(({ name }) => name), "validation"];

/** Finds a refusal by its name. */
export function providerError(name: string): ProviderError | undefined {
  return refusals.find((error) => error.name === name);
}

/** A body that refuses, over HTTP. "validation" is the list of complaints of a 422. */
export function refusalBody(name: string): { status: number; body: string } {
  if (name === "validation") return validationBody(["body", "text"], "Field required", "missing");
  const { status, message } = providerError(name) ?? { status: 400, message: "Bad request" };
  return { status, body: JSON.stringify({ detail: { status: name, message } }) };
}

/** A 422 as the provider's framework words it. */
export function validationBody(place: readonly string[], message: string, type: string): { status: number; body: string } {
  return { status: 422, body: JSON.stringify({ detail: [{ loc: place, msg: message, type }] }) };
}

/** The message with which a socket ends; a close with its code follows. */
export interface SocketRefusalMessage {
  message: string;
  error: string;
  code: number;
}

/** Makes the message with which a socket ends. */
export function socketRefusal(name: string, message?: string): SocketRefusalMessage {
  return { message: message ?? providerError(name)?.message ?? "The message cannot be taken as it is.", error: name, code: 1008 };
}
