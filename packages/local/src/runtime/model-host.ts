import type { ModelReport, ModelSpec, SpeechJob, VoiceReference } from "./model-spec.ts";
import type { ChunkMetrics, SpeechMetrics } from "./speech-metrics.ts";

/** What a speech gives, in order. */
export type SpeechEvent =
  | { readonly type: "queued"; readonly ahead: number; readonly waitMs: number }
  | { readonly type: "warning"; readonly code: string; readonly message: string }
  | { readonly type: "audio"; readonly samples: Float32Array; readonly metrics: ChunkMetrics }
  | { readonly type: "done"; readonly metrics: SpeechMetrics };

/** A model that runs somewhere else. It is loaded with the first use, and again after the process was lost. */
export interface HostedModel {
  /** Loads it, if it is not. */
  load(signal: AbortSignal): Promise<ModelReport>;
  /**
   * Speaks. What is read is reported to the process; leaving the loop, or `signal`, cancels.
   *
   * @throws TTSError `CONCURRENCY_LIMIT` with `retryAfterMs` when the wait would be too long; `SERVICE` (retryable) when the process ended; `ABORTED`;
   * `DEVICE_UNAVAILABLE`, `MODEL_NOT_FOUND`, `ENGINE_UNAVAILABLE` and `TEXT_TOO_LONG` as their names say.
   */
  speak(job: SpeechJob, signal: AbortSignal): AsyncIterable<SpeechEvent>;
  /** Evaluates a voice's prefix and keeps it. */
  prepare(voice: VoiceReference, signal: AbortSignal): Promise<void>;
  /** Of the process, while it runs: for tests and `doctor`. */
  processId(): number | undefined;
  /** Lets the model go; the last one ends the process. Twice is no harm. */
  close(): Promise<void>;
}

/** Gives models to engines; those on the same device share a process. */
export interface ModelHost {
  open(spec: ModelSpec): HostedModel;
}
