import type { StreamOptions, StreamReport } from "@parlando/core";
import type { Mark, TTSError } from "@parlando/engine";
import type { Player, PlayerSinkOptions } from "../player/player.ts";
import type { SpeechSource } from "../client/speech-source.ts";

/** Options of `useSpeech`. */
export interface UseSpeechOptions {
  /** Speaks: a `TTS` of `createTTS()`, or a client of a server. */
  readonly source: SpeechSource;
  /** Default: one player for the whole page, made at the first `speak()`. */
  readonly player?: Player | undefined;
  /** How this is played: its gain, which may change while it plays, and what is held before its first sound. */
  readonly playerSink?: PlayerSinkOptions | undefined;
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
  /** Received and not heard yet. */
  readonly bufferedMs: number;
  /** Times that the sound stopped because nothing more had come. */
  readonly underruns: number;
  /** From `speak()` to the first audio that came. */
  readonly firstAudioMs: number | undefined;
  readonly report: StreamReport | undefined;
  readonly error: TTSError | undefined;
}

/** Where an utterance is at this very moment, in milliseconds of its audio. */
export interface SpeechPosition {
  readonly heardMs: number;
  readonly receivedMs: number;
  /** Whether all of it was received: its length is known then. */
  readonly isComplete: boolean;
}

/** What `useSpeech` gives: the state and what can be done. The functions stay the same ones over the life of the component. */
export interface Speech extends SpeechState {
  /** Speaks; what was spoken before is stopped. Unlocks the player: call it in the handler of a gesture. Never rejects: see `phase` and `error`. */
  speak(text: string | AsyncIterable<string>, options?: { readonly voice?: string | undefined }): void;
  /** Silence at once; the engines are called off. Does nothing where nothing is spoken. */
  stop(): void;
  /** Holds the sound where it is; no sample is lost. */
  pause(): void;
  /** Goes on behind `pause()`. */
  resume(): void;
  /** The last utterance as a WAV file; undefined before its end. Kept up to ten minutes of it. */
  recording(): Blob | undefined;
  /** How loud it is, as of the player: nothing is rendered for it. */
  subscribeLevel: Player["subscribeLevel"];
  /** For what is drawn at each frame; the same numbers in the state are up to a quarter of a second old. */
  position(): SpeechPosition;
  /** The envelope of what was received, for a waveform: peaks of 20 ms, 0 to 1. */
  readonly peaks: Float32Array;
}
