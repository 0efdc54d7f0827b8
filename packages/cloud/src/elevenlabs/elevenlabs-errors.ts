import type { ErrorContext, ErrorRule, ProviderErrors } from "../transport/provider-errors.ts";

/** What the provider's codes mean: `detail.status` of an answer, `error` of a socket's message. */
const codes: Readonly<Record<string, ErrorRule>> = {
  too_many_concurrent_requests: { code: "CONCURRENCY_LIMIT" },
  max_active_conversations: { code: "CONCURRENCY_LIMIT", says: "too many contexts are open on one connection" },
  system_busy: { code: "SERVICE", retryable: true, says: "the service is under heavy traffic and asks to try again" },
  quota_exceeded: { code: "QUOTA_EXCEEDED" },
  invalid_api_key: { code: "AUTHENTICATION" },
  needs_authorization: { code: "AUTHENTICATION" },
  missing_permissions: { code: "PERMISSION", says: "the API key lacks the permission for this: give it \"Text to Speech\" and read access to \"Voices\"" },
  detected_unusual_activity: { code: "PERMISSION", says: "the service has seen unusual activity of this account and does not serve its free tier now" },
  max_character_limit_exceeded: { code: "TEXT_TOO_LONG" },
  text_too_long: { code: "TEXT_TOO_LONG" },
  voice_not_found: { code: "VOICE_NOT_FOUND" },
  voice_id_does_not_exist: { code: "VOICE_NOT_FOUND" },
  invalid_uid: { code: "VOICE_NOT_FOUND" },
  model_not_found: { code: "INVALID_CONFIG", says: "the service has no such model: check the option `model`" },
  output_format_not_allowed: { code: "PERMISSION", says: "the account's tier does not have this output format: check the options `outputFormat` and `tier`" },
  unsupported_output_format: { code: "UNSUPPORTED", says: "the service does not have this output format" },
  input_timeout_exceeded: { code: "TIMEOUT", says: "the service got no text for longer than it waits" },
  invalid_input_message: { code: "PROTOCOL", says: "the service could not read what was sent" },
};

/** `only_for_creator+` and its like. */
const tierOnly: ErrorRule = { code: "PERMISSION", says: "only a higher tier of the account may do this" };

/** The table that the classifier is handed. */
export const elevenLabsErrors: ProviderErrors = {
  codes: { ...codes, ...Object.fromEntries(["starter", "creator", "pro", "scale", "business"].map((tier) => [`only_for_${tier}+`, tierOnly])) },
  closeCodes: {
    // The message before it tells more; the reason of the close is its beginning.
    1008: (reason) => (/within the timeout|input_timeout/i.test(reason) ? codes["input_timeout_exceeded"] : { code: "PERMISSION", says: "the service ended the connection because of its rules" }),
  },
};

/** What errors of one call need to know. */
export function errorContext(doing: string, sent: readonly (string | undefined)[]): ErrorContext {
  return { engine: "elevenlabs", doing, errors: elevenLabsErrors, sent };
}
