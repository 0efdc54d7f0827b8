/**
 * The faults of `{ kind: "vendor" }` that the fake of Polly plays, and what each does. Errors stand in place of the answer; with `afterBytes` they
 * are exceptions in the middle of the two-way stream. All others but "marks-drift" need `afterBytes`.
 */
export const pollyVendorFaults = {
  ThrottlingException: "400 (not 429): too many requests.",
  ServiceQuotaExceededException: "402: a quota is used up.",
  "input-stream-inbound-event-timeout": "ServiceQuotaExceededException with this quotaCode: no input event for too long.",
  "input-stream-timeout": "ServiceQuotaExceededException with this quotaCode: the two-way stream lived too long.",
  ServiceFailureException: "500: the service failed.",
  ValidationException: "400: the input is not valid.",
  TextLengthExceededException: "400: the text is too long.",
  InvalidSsmlException: "400: the SSML is not valid.",
  InvalidSampleRateException: "400: the sample rate is not valid.",
  LanguageNotSupportedException: "400: the voice does not speak the language.",
  EngineNotSupportedException: "400: the voice does not have the engine.",
  LexiconNotFoundException: "404: there is no such lexicon.",
  MarksNotSupportedForFormatException: "400: marks come as json only.",
  SsmlMarksNotSupportedForTextTypeException: "400: marks of SSML for plain text.",
  InvalidNextTokenException: "400: the page of voices is not known.",
  UnrecognizedClientException: "403: the key id is not known.",
  MissingAuthenticationTokenException: "403: the request is not signed.",
  IncompleteSignatureException: "403: the signature is not whole.",
  InvalidSignatureException: "403: the signature is wrong.",
  ExpiredTokenException: "403: the session token is too old.",
  AccessDeniedException: "403: the key may not do this.",
  SerializationException: "400: the body cannot be read.",
  UnknownOperationException: "404: there is no such operation.",
  goaway: "GOAWAY with INTERNAL_ERROR, which ends the connection; over HTTP/1.1 a reset.",
  "goaway-no-error": "GOAWAY with NO_ERROR, as of a server that is drained; this request goes on.",
  "hang-up": "The connection ends (FIN) in the middle, where `cut` resets it.",
  garbage: "Bytes that are no frame; over HTTP/2 a client of Node then waits for ever, without an error.",
  "unknown-event": "Two-way stream: an event of a type that no client knows, then the rest.",
  "marks-drift": "This answer's marks, or its audio, are 15 % longer than they should be.",
} as const;

/** A name of {@link pollyVendorFaults}. */
export type PollyVendorFault = keyof typeof pollyVendorFaults;
