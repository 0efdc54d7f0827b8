/** What Polly answers in place of speech. */
export interface PollyRefusal {
  /** The name in `x-amzn-errortype`, or in `:exception-type` of the two-way stream. */
  name: string;
  status: number;
  message: string;
  /** What else the answer's body has. */
  details?: Readonly<Record<string, unknown>> | undefined;
}

/** Polly's errors with their HTTP status and the words of the service, where these are known. Throttling is 400, not 429. */
const refusals: Readonly<Record<string, Omit<PollyRefusal, "name">>> = {
  ThrottlingException: { status: 400, message: "Rate exceeded", details: { throttlingReasons: [{ reason: "RateExceeded", resource: "polly" }] } },
  ServiceQuotaExceededException: { status: 402, message: "The request would cause a service quota to be exceeded.", details: { quotaCode: "input-stream-timeout", serviceCode: "polly" } },
  ServiceFailureException: { status: 500, message: "An unknown condition has caused a service failure." },
  ValidationException: { status: 400, message: "The input fails to satisfy the constraints specified by the service.", details: { reason: "other" } },
  TextLengthExceededException: { status: 400, message: "Maximum text length has been exceeded" },
  InvalidSsmlException: { status: 400, message: "Invalid SSML request" },
  InvalidSampleRateException: { status: 400, message: "The specified sample rate is not valid." },
  LanguageNotSupportedException: { status: 400, message: "The language specified is not currently supported by Amazon Polly in this capacity." },
  EngineNotSupportedException: { status: 400, message: "This voice does not support the selected engine." },
  LexiconNotFoundException: { status: 404, message: "Lexicon not found" },
  MarksNotSupportedForFormatException: { status: 400, message: "Speech marks are not supported for the OutputFormat selected. Speech marks are only available for content in json format." },
  SsmlMarksNotSupportedForTextTypeException: { status: 400, message: "SSML speech marks are not supported for plain text-type input." },
  InvalidNextTokenException: { status: 400, message: "The NextToken is invalid. Verify that it's spelled correctly, and then try again." },
  UnrecognizedClientException: { status: 403, message: "The security token included in the request is invalid." },
  MissingAuthenticationTokenException: { status: 403, message: "Missing Authentication Token" },
  IncompleteSignatureException: { status: 403, message: "The request signature does not conform to AWS standards." },
  InvalidSignatureException: { status: 403, message: "The request signature we calculated does not match the signature you provided." },
  ExpiredTokenException: { status: 403, message: "The security token included in the request is expired" },
  AccessDeniedException: { status: 403, message: "User is not authorized to perform this operation." },
  SerializationException: { status: 400, message: "The request body is no JSON object." },
  UnknownOperationException: { status: 404, message: "" },
};

/** An error of Polly by name; undefined where it has none of that name. */
export function findRefusal(name: string): PollyRefusal | undefined {
  const known = refusals[name];
  return known === undefined ? undefined : { name, ...known };
}

/** An error of Polly, with other words or more in its body. */
export function refusal(name: string, changes: { message?: string | undefined; details?: Readonly<Record<string, unknown>> | undefined } = {}): PollyRefusal {
  const known = findRefusal(name) ?? { name, status: 400, message: "" };
  return { ...known, message: changes.message ?? known.message, details: changes.details ?? known.details };
}

/** The error that goes with a status alone. */
export function refusalOfStatus(status: number): PollyRefusal {
  const names: Readonly<Record<number, string>> = {
    400: "ValidationException",
    401: "UnrecognizedClientException",
    402: "ServiceQuotaExceededException",
    403: "AccessDeniedException",
    404: "UnknownOperationException",
    429: "ThrottlingException",
  };
  return { ...refusal(names[status] ?? "ServiceFailureException"), status };
}

/** The JSON body of an error. */
export function refusalBody({ message, details }: PollyRefusal): string {
  return JSON.stringify({ message, ...details });
}

/** The error for a parameter that has none of its values. */
export function invalidParameter(field: string, value: unknown, allowed: readonly string[]): PollyRefusal {
  const message = `1 validation error detected: Value '${String(value)}' at '${field}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(", ")}]`;
  return refusal("ValidationException", { message, details: { reason: "fieldValidationFailed", fields: [{ name: field, message }] } });
}
