/** How an utterance ended: `done` complete; `interrupted` on request; `gone` the client hung up; `stalled` it took nothing for too long; `failed` for want of an engine; `shutdown` with the server. */
export type SpeechOutcome = "done" | "interrupted" | "gone" | "stalled" | "failed" | "shutdown";

/** What is counted of one utterance. Each is counted once; `ended` twice is the same as once. */
export interface SpeechMeter {
  /** The first audio went out. */
  firstAudio(): void;
  /** Audio was handed to the connection: for the time between chunks, and the total. */
  audio(ms: number): void;
  /** The listener is waited for; the returned function says that it is over. */
  held(): () => void;
  /** `madeMs`: what engines made for it. What of that was not told to `audio` by now was made for nobody. */
  ended(outcome: SpeechOutcome, facts: { readonly audioMs: number; readonly madeMs?: number | undefined; readonly elapsedMs: number; readonly realTimeFactor?: number | undefined; readonly engine?: string | undefined; readonly errorCode?: string | undefined }): void;
}

/**
 * The numbers of the server, and the only place that knows their names: `tts_requests_total{route,provider,outcome}`, `tts_time_to_first_audio_seconds`,
 * `tts_chunk_gap_seconds`, `tts_realtime_factor`, `tts_audio_seconds_total`, `tts_num_requests_running`,
 * `tts_num_requests_waiting`, `tts_queue_wait_seconds`, `tts_cancelled_total{reason}`, `tts_slow_consumer_total{action}`,
 * `tts_provider_errors_total{provider,class}`, `tts_http_answers_total{route,status}`, `tts_wasted_audio_seconds_total{reason}`, `tts_connections_dropped_total`. Labels are names of routes and engines and outcomes, never voices, texts or callers.
 */
export interface ServerMetrics {
  /** An utterance begins. */
  speech(route: string): SpeechMeter;
  /** A request was answered without speech, or refused. */
  answered(route: string, status: number): void;
  /** So much audio was told to {@link SpeechMeter.audio}, and nobody has heard it: besides what was never sent, which a meter counts itself. In milliseconds. */
  wasted(reason: SpeechOutcome, ms: number): void;
  /** A connection was closed unanswered, because there are too many. */
  readonly dropped: () => void;
  /** What `/stats` shows; a plain object for JSON. */
  snapshot(): StatsSnapshot;
  /** The text format of Prometheus. */
  exposition(): Promise<string>;
}

/** What `GET /stats` answers. */
export interface StatsSnapshot {
  readonly uptimeMs: number;
  readonly running: number;
  readonly waiting: number;
  readonly requests: number;
  readonly outcomes: Readonly<Record<SpeechOutcome, number>>;
  readonly audioMs: number;
  /** Over the last 1,000 utterances; undefined before the first. */
  readonly firstAudioMs: { readonly p50: number; readonly p95: number; readonly p99: number } | undefined;
}
