import { TTSError, type ErrorCode, type TTSErrorOptions } from "@parlando/engine";
import { closeCodes, type WireError } from "@parlando/protocol";

/** Lower case, stable: what config names. */
export const engineId = "remote";

/** Characters of the server's own words that an error shows. */
const longestMessage = 400;

/** An error of this engine. */
export function remoteError(code: ErrorCode, message: string, options: TTSErrorOptions = {}): TTSError {
  return new TTSError(code, message, { ...options, engine: engineId });
}

/** The error of work whose signal is aborted. */
export function calledOff(doing: string, signal: AbortSignal): TTSError {
  return remoteError("ABORTED", `${doing}: it was called off.`, { cause: signal.reason });
}

/** The error of work that was under way when its engine was closed. */
export function engineClosed(doing: string): TTSError {
  return remoteError("ABORTED", `${doing}: the engine "${engineId}" was closed. Make a new one to go on.`);
}

/** What was sent from elsewhere, as an error may show it: plain, on one line, not long. */
export function shown(text: string): string {
  const plain = text.replaceAll(/[^\x20-\x7e]+/g, " ").trim();
  return plain.length > longestMessage ? `${plain.slice(0, longestMessage)}...` : plain;
}

/** What the server says that went wrong. Its message holds no spoken text: that is the server's promise. */
export function errorFromWire(doing: string, { code, message, retryable, retryAfterMs, engine, requestId }: WireError): TTSError {
  const whose = engine === undefined ? "" : ` (its engine ${JSON.stringify(shown(engine))})`;
  const says = `${doing}: the server says${whose}: ${shown(message)}`;
  // It was not called off from here: on the server's side something ended.
  return code === "ABORTED" ? remoteError("SERVICE", says, { retryAfterMs, requestId }) : remoteError(code, says, { retryable, retryAfterMs, requestId });
}

/** How a connection ended: by a close code, 1006 where there was none. */
export interface SocketEnd {
  readonly code: number;
  readonly reason: string;
}

interface Meaning {
  readonly code: ErrorCode;
  readonly says: string;
  readonly retryable?: boolean;
}

const endedEarly: Meaning = { code: "TRUNCATED", says: "the server ended the connection before the end of the speech" };

const meanings: Readonly<Record<number, Meaning>> = {
  [closeCodes.normal]: endedEarly,
  1005: endedEarly,
  [closeCodes.goingAway]: { code: "TRUNCATED", says: "the server was closed" },
  1006: { code: "CONNECTION", says: "the connection broke" },
  [closeCodes.policy]: { code: "AUTHENTICATION", says: "the key or ticket is not good any more", retryable: true },
  [closeCodes.tooBig]: { code: "PROTOCOL", says: "a message was longer than the server takes" },
  [closeCodes.internal]: { code: "SERVICE", says: "the server failed on its side" },
  [closeCodes.restart]: { code: "SERVICE", says: "the server restarts" },
  // It was another utterance that stood still; those beside it may be spoken anew.
  [closeCodes.slowConsumer]: { code: "CONNECTION", says: "the server gave the connection up, because audio on it was not taken" },
  [closeCodes.badMessage]: { code: "PROTOCOL", says: "the server does not know what was sent. Server and client may be of different versions" },
  [closeCodes.idle]: { code: "CONNECTION", says: "the server ended the connection, since nothing was spoken on it" },
};

/** The error for a connection that ended while something was spoken on it. */
export function closeError(doing: string, { code }: SocketEnd): TTSError {
  const { code: error, says, retryable } = meanings[code] ?? { code: "PROTOCOL", says: "the server closed the connection" };
  return remoteError(error, `${doing}: ${says} (close code ${code}).`, { retryable });
}

/** Any failure as a typed one. */
export function asRemoteError(doing: string, error: unknown): TTSError {
  return TTSError.isInstance(error) ? error : remoteError("INTERNAL", `${doing}: something failed that should not. See the cause.`, { cause: error });
}
