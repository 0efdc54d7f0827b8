import type { ErrorCode } from "@parlando/engine";

/** What a stream did, in numbers. */
export interface StreamReport {
  /** To the first audible sample, from the first text fed. */
  firstAudioMs: number | undefined;
  audioMs: number;
  /**
   * Audio that engines made for the stream, in milliseconds as it would be heard: what was handed out (`audioMs`), and what was dropped, by a try that failed, at an
   * interruption or at the end. Silence that is trimmed from segments is not in it. What an engine had made and was not read from it yet nobody knows.
   */
  madeMs: number;
  elapsedMs: number;
  realTimeFactor: number;
  underruns: number;
  underrunMs: number;
  characters: number;
  segments: number;
  attempts: number;
  engines: readonly string[];
  failovers: readonly { segment: number; from: string; to: string; code: ErrorCode; basis: "marks" | "estimate" }[];
  interrupted: boolean;
}

/** What the listener had heard when the stream was interrupted. */
export interface Interruption {
  /** A word is heard when its middle was played. heardText + unheardText is what was fed, always. */
  heardText: string;
  /** Offset in the fed text: the end of the last word heard. */
  heardUntil: number;
  unheardText: string;
  heardMs: number;
  billedCharacters: number;
  wastedCharacters: number;
  /** How words were placed in the audio. */
  basis: "marks" | "estimate";
  /** How the playhead was known. "assumed": real time from the first delivery. */
  playhead: "sink" | "reported" | "assumed";
}
