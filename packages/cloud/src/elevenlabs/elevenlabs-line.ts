import { TTSError } from "@parlando/engine";
import type { SocketMessage } from "../transport/socket-types.ts";
import { errorFromAnswer } from "../transport/error-from-response.ts";
import type { ErrorContext } from "../transport/provider-errors.ts";
import { readMessage, type SpeechMessage } from "./elevenlabs-wire.ts";

/** Where the texts of a session go and come from. Each text has a name of its own, is written in pieces, and is over with its last message. */
export interface SpeechLine {
  /** Texts that may be under way at once. */
  readonly mostTexts: number;
  /** Sends text. The first piece opens the text. Resolves when more may be sent. */
  write(id: string, text: string): Promise<void>;
  /** No more of this text comes: all of it is to be spoken, and its last message is to tell when it was. */
  finish(id: string): Promise<void>;
  /** More of this text will come, only later. */
  keepAlive(id: string): void;
  /** Nothing more is wanted of these texts. */
  cancel(ids: readonly string[]): void;
  /** The next message: of this text, or of any. May be asked again before it has come. */
  receive(id: string): Promise<SpeechMessage>;
  /** The session is over. `isClean`: what it used may be used again. */
  release(isClean: boolean): Promise<void>;
}

/**
 * Reads a message of a socket.
 *
 * @throws TTSError `PROTOCOL` for what is no JSON object. The parser's own error would quote it.
 */
export function parseSocketMessage(received: SocketMessage, context: ErrorContext): SpeechMessage {
  let value: unknown;
  try {
    value = JSON.parse(typeof received === "string" ? received : new TextDecoder().decode(received));
  } catch {
    value = undefined;
  }
  const message = readMessage(value);
  if (message !== undefined) return message;
  throw new TTSError("PROTOCOL", `${context.doing}: a message is not a JSON object, which was expected.`, { engine: context.engine });
}

/** The typed error of a message that tells of one. */
export function socketError(message: SpeechMessage, context: ErrorContext): TTSError {
  return errorFromAnswer({ json: message.error }, context, { code: "SERVICE", says: "the service failed to speak the text" });
}
