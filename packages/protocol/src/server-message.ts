import type { Mark } from "@parlando/engine";
import type { WireError, WireFormat, WireInterruption } from "./wire-types.ts";

/** The first message of a connection. Nothing may be sent by the client before it has come. */
export interface SessionReady {
  readonly type: "session.ready";
  /** Names that `speech.start.model` may have; the first is the default. */
  readonly models: readonly string[];
  /** Default of `speech.start.windowMs`. */
  readonly windowMs: number;
  /** An utterance whose client tells no progress for so long, while audio waits, fails and the connection is closed with `slowConsumer`. */
  readonly stallMs: number;
  /** Utterances that may be under way at once on this connection. */
  readonly maxUtterances: number;
  /** Whether `ssml: true` is taken. */
  readonly ssml: boolean;
}

/** The utterance has a place: its engine is being asked. */
export interface SpeechAccepted {
  readonly type: "speech.accepted";
  readonly utterance: number;
  /** The server's id of the utterance: in its logs, and in what is asked of its makers. */
  readonly requestId: string;
}

/** What is really coming. Before the first binary frame of the utterance, once; absent where it ends without audio. */
export interface SpeechStarted {
  readonly type: "speech.started";
  readonly utterance: number;
  readonly format: WireFormat;
}

/** Marks, by the text and the time of the utterance; before or after their audio, but before the `speech.flushed` of their segment, and before `speech.sent`. */
export interface SpeechMarks {
  readonly type: "speech.marks";
  readonly utterance: number;
  readonly marks: readonly Mark[];
}

/** All audio and all marks of the text before a flush were sent, and no audio of text behind it: a binary frame ends there. One for each `input.flush` that had new text before it. */
export interface SpeechFlushed {
  readonly type: "speech.flushed";
  readonly utterance: number;
  /** Offset in the text of the utterance, in UTF-16 units: as much as had been sent when the flush came. */
  readonly through: number;
}

/** Whether more text is wanted. After `full: true` a client holds its text back until `full: false`; text that crosses it is still taken. */
export interface InputPressure {
  readonly type: "input.pressure";
  readonly utterance: number;
  readonly full: boolean;
}

/** The numbers of a whole utterance; the meanings are those of core's `StreamReport`. */
export interface SpokenReport {
  readonly firstAudioMs?: number | undefined;
  readonly audioMs: number;
  readonly elapsedMs: number;
  readonly realTimeFactor: number;
  readonly characters: number;
  readonly segments: number;
  readonly attempts: number;
  readonly engines: readonly string[];
}

/** Every sample and every mark of the utterance was sent. It is not over: the listener has yet to hear the rest, and may interrupt. */
export interface SpeechSent {
  readonly type: "speech.sent";
  readonly utterance: number;
  /** Frames sent in all. A client that has fewer has lost some. */
  readonly frames: number;
}

/** The utterance is over: it was played to its end, by `speech.played`; or all was sent, and the listener told nothing more for `stallMs`. */
export interface SpeechDone {
  readonly type: "speech.done";
  readonly utterance: number;
  readonly report: SpokenReport;
}

/** The utterance was interrupted. */
export interface SpeechInterrupted extends WireInterruption {
  readonly type: "speech.interrupted";
  readonly utterance: number;
}

/** The utterance ends here, incomplete. */
export interface SpeechFailed {
  readonly type: "speech.failed";
  readonly utterance: number;
  readonly error: WireError;
}

/** Something could not be done as asked; the utterance goes on. */
export interface SpeechWarning {
  readonly type: "speech.warning";
  readonly utterance: number;
  readonly code: string;
  readonly message: string;
  /** The option that was not taken, where the warning is about one, by its name in `speech.start` or in its `options`: `rate`. */
  readonly option?: string | undefined;
}

/** The server is going down: no new utterance is taken on this connection, those under way go on for so long. */
export interface ServerDraining {
  readonly type: "server.draining";
  readonly graceMs: number;
}

/** The connection cannot go on; it is closed next. */
export interface ConnectionError {
  readonly type: "error";
  readonly error: WireError;
}

/** Everything that a server says in JSON. Audio comes in binary frames. A client ignores types that it does not know. */
export type ServerMessage =
  | SessionReady | SpeechAccepted | SpeechStarted | SpeechMarks | SpeechFlushed | InputPressure
  | SpeechSent | SpeechDone | SpeechInterrupted | SpeechFailed | SpeechWarning | ServerDraining | ConnectionError;
