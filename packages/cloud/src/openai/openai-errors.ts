import type { ErrorRule, ProviderErrors } from "../transport/provider-errors.ts";
import { usualCodes } from "../transport/error-from-response.ts";

/** Made from the parameter that an error names, where the provider's own code says only that some value is wrong. */
const noVoice = "voice.refused";
const noModel = "model.refused";

const codes: Readonly<Record<string, ErrorRule>> = {
  [noVoice]: { code: "VOICE_NOT_FOUND", says: "the service has no such voice; choose one that voices() lists" },
  [noModel]: { code: "INVALID_CONFIG", says: "the service does not know the model, or the key may not use it; set `model`" },
  model_not_found: { code: "INVALID_CONFIG", says: "the service does not know the model, or the key may not use it; set `model`" },
  string_above_max_length: { code: "TEXT_TOO_LONG" },
  context_length_exceeded: { code: "TEXT_TOO_LONG" },
  unsupported_value: { code: "UNSUPPORTED", says: "the service, or the model, cannot do what was asked" },
  billing_not_active: { code: "QUOTA_EXCEEDED" },
  access_terminated: { code: "QUOTA_EXCEEDED" },
  account_deactivated: { code: "AUTHENTICATION", says: "the account is not active any more" },
  invalid_organization: { code: "AUTHENTICATION", says: "the key does not belong to the organization; check `organization`" },
  mismatched_organization: { code: "AUTHENTICATION", says: "the key does not belong to the organization; check `organization`" },
  mismatched_project: { code: "AUTHENTICATION", says: "the key does not belong to the project; check `project`" },
  unsupported_country_region_territory: { code: "PERMISSION", says: "the service may not be used from this country" },
  content_policy_violation: { code: "INVALID_INPUT", says: "the service refuses to say this" },
  server_error: { code: "SERVICE" },
};

/** What OpenAI's errors mean, and those of servers that copy them. Codes beyond those of the fake are from OpenAI's own guide, not seen. */
export const openAIErrors: ProviderErrors = { codes, codesIn };

function codesIn(body: unknown): readonly string[] {
  const parameter = parameterOf(body);
  const usual = usualCodes(body);
  if (parameter === "voice") return [noVoice, ...usual];
  return parameter === "model" ? [noModel, ...usual] : usual;
}

/** The parameter that is wrong: `error.param`, or the end of `detail[0].loc` as FastAPI has it. */
function parameterOf(body: unknown): string | undefined {
  const error = field(body, "error");
  const parameter = field(error, "param");
  if (typeof parameter === "string") return parameter;
  const details = field(body, "detail");
  const location = field(Array.isArray(details) ? (details as readonly unknown[])[0] : details, "loc");
  const last: unknown = Array.isArray(location) ? location.at(-1) : undefined;
  return typeof last === "string" ? last : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
