import type { ErrorCode } from "@parlando/engine";

/** How the audio of an utterance is sent: bare samples only, little-endian, interleaved. */
export interface WireFormat {
  readonly encoding: "pcm-s16le" | "pcm-f32le" | "mulaw" | "alaw";
  /** In Hz. */
  readonly sampleRate: number;
  readonly channels: number;
}

/** An error as it crosses the wire: never a key, a stack or spoken text. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number | undefined;
  /** Id of the engine that failed. */
  readonly engine?: string | undefined;
  readonly requestId?: string | undefined;
}

/** What was heard of an utterance that was interrupted; the meanings are those of core's `Interruption`. The unheard text is not sent back: the client has it. */
export interface WireInterruption {
  /** Offset in the text of the utterance: the end of the last word heard. */
  readonly heardUntil: number;
  readonly heardMs: number;
  readonly billedCharacters: number;
  readonly wastedCharacters: number;
  readonly basis: "marks" | "estimate";
  readonly playhead: "sink" | "reported" | "assumed";
}
