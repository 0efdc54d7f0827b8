import { TTSError } from "@parlando/engine";
import type { ErrorRule, ProviderErrors } from "../transport/provider-errors.ts";

const refused: ErrorRule = {
  code: "PERMISSION",
  says: "the service does not let this client in. Check this machine's clock; if it is right, the service has changed what it takes: set `version` to that of a current Edge, or update this package",
};

/** Too many requests also come as a close code that means something else: then only its words tell. */
function byWords(reason: string): ErrorRule | undefined {
  if (/concurren/i.test(reason)) return { code: "CONCURRENCY_LIMIT", says: "too many requests at once from here" };
  if (/throttl|too many/i.test(reason)) return { code: "RATE_LIMITED", says: "too many requests in too short a time" };
  if (/voice/i.test(reason)) return { code: "VOICE_NOT_FOUND", says: "the service does not have the voice; choose one that voices() lists" };
  return undefined;
}

/** What the service's refusals mean. They are documented nowhere: the words are those that its users report. */
export const edgeErrors: ProviderErrors = {
  statuses: { 403: refused },
  closeCodes: { 1007: byWords, 1008: byWords, 1013: byWords, 4429: (reason) => byWords(reason) ?? { code: "RATE_LIMITED", says: "too many requests in too short a time" } },
};

/** The error of a message that the protocol does not know: what came before may be whole or not, so asking again is worth it. */
export function protocolError(what: string): TTSError {
  return new TTSError("PROTOCOL", `Reading what Edge's voice service sends: ${what} Try again; if it stays, the service has changed.`, { engine: "edge", retryable: true });
}
