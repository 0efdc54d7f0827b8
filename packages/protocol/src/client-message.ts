import type { MarkKind } from "@parlando/engine";

/**
 * Begins an utterance. `utterance` is the client's: 1 to 4,294,967,295, greater than all before on this connection; it may be used while others are spoken.
 * Fields that are left out are the server's.
 */
export interface SpeechStart {
  readonly type: "speech.start";
  readonly utterance: number;
  /** One of `session.ready.models`. Default: the first. */
  readonly model?: string | undefined;
  readonly voice?: string | undefined;
  /** BCP-47. */
  readonly language?: string | undefined;
  /** As in core's stream options: 1, 0 and 1 are normal. */
  readonly rate?: number | undefined;
  readonly pitch?: number | undefined;
  readonly volume?: number | undefined;
  /** The text is SSML. Where it is absent, text is text. */
  readonly ssml?: boolean | undefined;
  readonly latency?: "soonest" | "balanced" | "smoothest" | undefined;
  readonly marks?: readonly MarkKind[] | undefined;
  /** Default `pcm-s16le`. */
  readonly encoding?: "pcm-s16le" | "pcm-f32le" | "mulaw" | "alaw" | undefined;
  /** In Hz, 8,000 to 192,000; the server converts. Default: the engine's own. */
  readonly sampleRate?: number | undefined;
  /** How far what is sent may be ahead of what was played, in milliseconds, 100 to 30,000. Default: `session.ready.windowMs`. */
  readonly windowMs?: number | undefined;
  /** Options of the engine; what it does not have gives a `speech.warning`. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** A piece of the text, any size up to the limit of a message. */
export interface InputText {
  readonly type: "input.text";
  readonly utterance: number;
  readonly text: string;
}

/** What was sent so far is one segment: speak it without waiting for more. Answered by `speech.flushed` behind the last of its audio. */
export interface InputFlush {
  readonly type: "input.flush";
  readonly utterance: number;
}

/** No more text comes for this utterance. */
export interface InputDone {
  readonly type: "input.done";
  readonly utterance: number;
}

/**
 * The credit: all frames of the utterance before `frame` were played (by a player), or taken for good (by a client that is itself the buffer of one). The
 * server sends at most `windowMs` beyond the greatest that it was told. Smaller and unknown ones do nothing. A client tells it at least every quarter window.
 */
export interface SpeechPlayed {
  readonly type: "speech.played";
  readonly utterance: number;
  readonly frame: number;
}

/** Silence now. Answered by `speech.interrupted`, or by the `speech.done`/`speech.failed` that crossed it. No frame comes after the answer. */
export interface SpeechInterrupt {
  readonly type: "speech.interrupt";
  readonly utterance: number;
  /** What the listener has heard at this moment, in frames. Default: the last `speech.played`. */
  readonly playedFrame?: number | undefined;
}

/** Everything that a client says. A message for an utterance that is over is ignored: it may have crossed its end. */
export type ClientMessage = SpeechStart | InputText | InputFlush | InputDone | SpeechPlayed | SpeechInterrupt;
