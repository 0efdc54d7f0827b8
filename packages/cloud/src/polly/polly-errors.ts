import { TTSError, type ErrorCode } from "@parlando/engine";
import { connectionError } from "../transport/connection-error.ts";
import { errorFromAnswer } from "../transport/error-from-response.ts";
import type { ErrorContext, ErrorRule, ProviderErrors } from "../transport/provider-errors.ts";

const rule = (code: ErrorCode, says?: string, retryable?: boolean): ErrorRule => ({ code, says, retryable });

const noVoice = "voiceId.refused";
const inputTimeout = "the two-way stream was not written to for too long, or lasted too long";

/** Polly's errors by name, as in `x-amzn-errortype` and in the two-way stream. Names of other services of AWS come from its common errors. */
const codes: Readonly<Record<string, ErrorRule>> = {
  [noVoice]: rule("VOICE_NOT_FOUND", "the service has no such voice; choose one that voices() lists"),
  "concurrency.throttled": rule("CONCURRENCY_LIMIT"),
  ThrottlingException: rule("RATE_LIMITED", "too many requests in too short a time", true),
  TooManyRequestsException: rule("RATE_LIMITED", undefined, true),
  "input-stream-inbound-event-timeout": rule("TIMEOUT", inputTimeout),
  "input-stream-timeout": rule("TIMEOUT", inputTimeout),
  ServiceQuotaExceededException: rule("QUOTA_EXCEEDED", "a quota of the account is used up"),
  ServiceFailureException: rule("SERVICE", "the service failed on its side", true),
  ServiceUnavailableException: rule("SERVICE", "the service is not available", true),
  ValidationException: rule("INVALID_INPUT", "the service does not accept a value of the request"),
  TextLengthExceededException: rule("TEXT_TOO_LONG"),
  InvalidSsmlException: rule("INVALID_INPUT", "the service does not accept the SSML; this engine of Polly may not know an element or attribute of it"),
  InvalidSampleRateException: rule("UNSUPPORTED", "the service has no such sample rate for this format"),
  LanguageNotSupportedException: rule("UNSUPPORTED", "the voice does not speak this language"),
  EngineNotSupportedException: rule("UNSUPPORTED", "the voice does not have this engine, or the region has it not; set the option `engine`, or choose another voice"),
  LexiconNotFoundException: rule("INVALID_CONFIG", "the account has no such lexicon in this region; correct `lexicons`"),
  MarksNotSupportedForFormatException: rule("UNSUPPORTED", "the service has no marks for this format"),
  SsmlMarksNotSupportedForTextTypeException: rule("UNSUPPORTED", "the service has no bookmarks for plain text"),
  UnrecognizedClientException: rule("AUTHENTICATION", "the service does not know the access key, or its session token is wrong"),
  InvalidClientTokenId: rule("AUTHENTICATION"),
  MissingAuthenticationTokenException: rule("AUTHENTICATION"),
  IncompleteSignatureException: rule("AUTHENTICATION"),
  InvalidSignatureException: rule("AUTHENTICATION", "the signature does not fit: check the secret access key, and this machine's clock"),
  SignatureDoesNotMatch: rule("AUTHENTICATION", "the signature does not fit: check the secret access key, and this machine's clock"),
  ExpiredTokenException: rule("AUTHENTICATION", "the temporary credentials have expired"),
  ExpiredToken: rule("AUTHENTICATION", "the temporary credentials have expired"),
  RequestExpired: rule("AUTHENTICATION", "the request came too late: check this machine's clock"),
  OptInRequired: rule("PERMISSION", "the account has not opted in to this region or service"),
  AccessDeniedException: rule("PERMISSION", "the key may not do this; it needs the permission polly:SynthesizeSpeech (polly:DescribeVoices for the list of voices)"),
};

/** What Polly's errors mean. 402 is a quota, throttling is a 400. */
export const pollyErrors: ProviderErrors = { codes };

/** Errors of AWS's client itself, before anything was sent. */
const local: Readonly<Record<string, ErrorRule>> = {
  CredentialsProviderError: rule("AUTHENTICATION", "AWS's chain finds no credentials: set the options `credentials` or `profile`, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
  TokenProviderError: rule("AUTHENTICATION", "AWS's chain finds no valid token: sign in again, or set `credentials`"),
};

/** Codes of Node's HTTP/2 for connections and requests that break. */
const broken = /^ERR_HTTP2_|^ERR_STREAM_PREMATURE_CLOSE$/;
/** What the reader of the event stream says of bytes that are none, or not all. It has no codes. */
const cutMessage = /^Truncated event message/;
const badMessage = /checksum|event message|event stream|Unrecognized header|Unable to read/i;

interface SdkError {
  name?: unknown;
  message?: unknown;
  code?: unknown;
  quotaCode?: unknown;
  fields?: unknown;
  throttlingReasons?: unknown;
  $metadata?: { httpStatusCode?: unknown; requestId?: unknown } | undefined;
  $response?: { headers?: unknown } | undefined;
}

/**
 * The typed error for what AWS's client threw: by the service's name for it, by the status where the answer could not be read, or by what
 * broke below.
 */
export function pollyError(error: unknown, context: ErrorContext): TTSError {
  if (TTSError.isInstance(error)) return error;
  const found: SdkError = typeof error === "object" && error !== null ? error : {};
  const name = typeof found.name === "string" ? found.name : "";
  const status = typeof found.$metadata?.httpStatusCode === "number" ? found.$metadata.httpStatusCode : undefined;
  const isService = Object.hasOwn(codes, name) || "$fault" in found;
  if (isService || (status !== undefined && status >= 300)) {
    const told = isService ? [...finerCodes(found), name] : [];
    return errorFromAnswer({ status, headers: headersOf(found), json: told.length === 0 ? undefined : { code: told.find((code) => Object.hasOwn(codes, code)) ?? name } }, context);
  }
  return lowerError(error, found, name, context);
}

function lowerError(error: unknown, { code, message, $metadata }: SdkError, name: string, context: ErrorContext): TTSError {
  const { engine, doing } = context;
  const own = Object.hasOwn(local, name) ? local[name] : undefined;
  const text = typeof message === "string" ? message : "";
  if (own !== undefined) return new TTSError(own.code, `${doing}: ${own.says ?? "it failed"}.`, { engine });
  if (/region is missing/i.test(text)) return new TTSError("INVALID_CONFIG", `${doing}: no region is set. Set the option \`region\`, or AWS_REGION.`, { engine });
  if (/credential is missing/i.test(text)) return new TTSError("AUTHENTICATION", `${doing}: there are no credentials. Set the option \`credentials\`, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`, { engine });
  if (cutMessage.test(text)) return new TTSError("TRUNCATED", `${doing}: the answer ended inside a message. What was delivered is real; try again.`, { engine });
  if (badMessage.test(text)) return new TTSError("PROTOCOL", `${doing}: the answer is no event stream, or a message of it is damaged.`, { engine, retryable: true });
  if (name === "SyntaxError" || $metadata !== undefined && code === undefined) return new TTSError("PROTOCOL", `${doing}: the answer is not what the service should send.`, { engine, retryable: true });
  if (typeof code === "string" && broken.test(code)) return new TTSError("CONNECTION", `${doing}: the connection, or this request, was broken off (${code}).`, { engine });
  return connectionError(context, error, "Amazon Polly");
}

/** What an error says beyond its name: which quota, which field, why it throttles. */
function finerCodes({ name, quotaCode, fields, throttlingReasons, message }: SdkError): readonly string[] {
  const finer: string[] = [];
  if (typeof quotaCode === "string") finer.push(quotaCode);
  if (/concurren/i.test(JSON.stringify(throttlingReasons ?? ""))) finer.push("concurrency.throttled");
  const isVoice = /'voiceId'/.test(typeof message === "string" ? message : "") || /"voiceId"/i.test(JSON.stringify(fields ?? ""));
  if (name === "ValidationException" && isVoice) finer.push(noVoice);
  return finer;
}

function headersOf({ $response, $metadata }: SdkError): Readonly<Record<string, string | undefined>> {
  const headers = typeof $response?.headers === "object" && $response.headers !== null ? ($response.headers as Readonly<Record<string, string>>) : {};
  const requestId = typeof $metadata?.requestId === "string" ? $metadata.requestId : undefined;
  return { ...headers, ...(requestId === undefined ? {} : { "x-amzn-requestid": requestId }) };
}
