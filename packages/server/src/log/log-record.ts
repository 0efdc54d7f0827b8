/** One thing that happened. Never text that was spoken, a key, a ticket, a voice, or an address of a client. */
export interface LogRecord {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly level: "info" | "warning" | "error";
  readonly event: "listening" | "request" | "speech" | "socket" | "slow-listener" | "refused" | "draining" | "closed" | "defect";
  readonly requestId?: string | undefined;
  /** Name in the route table. */
  readonly route?: string | undefined;
  readonly status?: number | undefined;
  /** How a speech ended; see `SpeechOutcome`. */
  readonly outcome?: string | undefined;
  readonly model?: string | undefined;
  readonly engine?: string | undefined;
  /** Code of the error: `TTSError.code`, or that of a refusal. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly characters?: number | undefined;
  readonly firstAudioMs?: number | undefined;
  readonly audioMs?: number | undefined;
  readonly elapsedMs?: number | undefined;
}

/** A record without what the server adds: the time. */
export type LogEntry = Omit<LogRecord, "time">;
