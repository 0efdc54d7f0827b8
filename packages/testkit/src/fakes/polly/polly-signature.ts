import type { IncomingHttpHeaders } from "node:http";
import { refusal, type PollyRefusal } from "./polly-refusal.ts";

const signed = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/\d{8}\/[^/,\s]+\/polly\/aws4_request, ?SignedHeaders=([^,\s]+), ?Signature=[0-9a-f]{64}$/u;

/**
 * Refuses a request without a signature (SigV4), or with another access key id than `accepted`. The signature itself is not computed: the
 * fake knows no secret.
 */
export function checkSignature(headers: IncomingHttpHeaders, accepted: string | undefined): PollyRefusal | undefined {
  const authorization = headers.authorization;
  if (authorization === undefined) return refusal("MissingAuthenticationTokenException");
  const [, keyId, signedHeaders = ""] = signed.exec(authorization) ?? [];
  if (keyId === undefined || headers["x-amz-date"] === undefined) return refusal("IncompleteSignatureException");
  // On HTTP/2 the current client signs ":authority" in place of "host".
  if (!/(?:^|;)(?:host|:authority)(?:;|$)/u.test(signedHeaders)) return refusal("InvalidSignatureException", { message: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization." });
  return accepted === undefined || keyId === accepted ? undefined : refusal("UnrecognizedClientException");
}
