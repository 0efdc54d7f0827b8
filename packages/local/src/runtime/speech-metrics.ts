/** What is told with each piece of sound: the numbers that Audar's own streaming gives, in our units. */
export interface ChunkMetrics {
  /** Counted from 0. */
  readonly chunk: number;
  /** Codes in this piece. */
  readonly codes: number;
  readonly totalCodes: number;
  /** Of this piece of sound. */
  readonly durationMs: number;
  /** Since the request reached the model. */
  readonly elapsedMs: number;
  readonly codesPerSecond: number;
  /** From the request to the first piece of sound. */
  readonly firstChunkMs: number;
  /** The time of the decoder for this piece. */
  readonly decodeMs: number;
  /** The last piece of its speech. */
  readonly final: boolean;
}

/** The sum of one speech. */
export interface SpeechMetrics {
  readonly chunks: number;
  readonly codes: number;
  readonly audioMs: number;
  readonly elapsedMs: number;
  readonly queuedMs: number;
  readonly prefillMs: number;
  readonly firstChunkMs: number;
  readonly codesPerSecond: number;
  /** Time to make over time to play, without the wait in the queue. */
  readonly realTimeFactor: number;
  /** Tokens of the voice's prefix that were evaluated: 0 when it was kept. */
  readonly evaluatedPrefixTokens: number;
  readonly evaluatedPromptTokens: number;
  /** "stop": the model ended it. "length": the limit did. */
  readonly endedBy: "stop" | "length";
}
