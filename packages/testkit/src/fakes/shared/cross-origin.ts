import type { FakeExchange } from "./fake-exchange.ts";

/** What a service lets pages of other origins do (CORS, as the Fetch standard has it). */
export interface CrossOriginPolicy {
  readonly methods: readonly string[];
  /** Headers that a page may send beside those that every page may, in lower case; "*": any but `authorization`. */
  readonly requestHeaders: readonly string[] | "*";
  /** Headers of the answer that a page may read beside those that every page may. */
  readonly answerHeaders: readonly string[];
}

/**
 * Lets a page of any origin read the answer, and answers the question that a browser asks before it sends a page's request. Does nothing for
 * who is no page. Tells whether the request is answered.
 */
export function answerCrossOrigin({ method, headers, response }: FakeExchange, policy: CrossOriginPolicy): boolean {
  if (headers.origin === undefined) return false;
  response.setHeader("access-control-allow-origin", "*");
  if (policy.answerHeaders.length > 0) response.setHeader("access-control-expose-headers", policy.answerHeaders.join(", "));
  if (method !== "OPTIONS" || headers["access-control-request-method"] === undefined) return false;
  response.setHeader("access-control-allow-methods", policy.methods.join(", "));
  response.setHeader("access-control-allow-headers", policy.requestHeaders === "*" ? "*" : policy.requestHeaders.join(", "));
  response.writeHead(204).end();
  return true;
}
