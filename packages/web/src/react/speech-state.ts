import type { StreamOptions, StreamReport } from "@parlando/core";
import type { Mark, TTSError } from "@parlando/engine";
import type { Player } from "../player/player.ts";
import type { SpeechSource } from "../client/speech-source.ts";

/** Options of `useSpeech`. */
export interface UseSpeechOptions {
  readonly source: SpeechSource;
  /** Default: one player for the whole page, made at the first `speak()`. */
  readonly player?: Player | undefined;
  readonly voice?: string | undefined;
  /** What else streams are made with. */
  readonly stream?: Omit<StreamOptions, "sink" | "signal" | "onChunk" | "voice"> | undefined;
}

/** Where an utterance is. */
export type SpeechPhase = "idle" | "connecting" | "buffering" | "playing" | "paused" | "ended" | "error";

/** What a component shows; a new object at each change, about four times a second at most while it plays. */
export interface SpeechState {
  readonly phase: SpeechPhase;
  /** What was fed so far. */
  readonly text: string;
  /** The word that is heard now. */
  readonly word: Mark | undefined;
  /** Heard and received, in milliseconds. */
  readonly heardMs: number;
  readonly receivedMs: number;
  readonly bufferedMs: number;
  readonly underruns: number;
  readonly firstAudioMs: number | undefined;
  readonly report: StreamReport | undefined;
  readonly error: TTSError | undefined;
}

/** What `useSpeech` gives: the state and what can be done. The functions stay the same ones over the life of the component. */
export interface Speech extends SpeechState {
  /** Speaks; what was spoken before is stopped. Unlocks the player: call it in the handler of a gesture. Never rejects: see `phase` and `error`. */
  speak(text: string | AsyncIterable<string>, options?: { readonly voice?: string | undefined }): void;
  stop(): void;
  pause(): void;
  resume(): void;
  /** The last utterance as a WAV file; undefined before its end. Kept up to ten minutes of it. */
  recording(): Blob | undefined;
  subscribeLevel: Player["subscribeLevel"];
  /** The envelope of what was received, for a waveform: peaks of 20 ms, 0 to 1. */
  readonly peaks: Float32Array;
}
