import type { ErrorCode } from "@parlando/engine";
import type { DeviceMemory } from "./device.ts";
import type { ModelReport, ModelSpec, SpeechJob, VoiceReference } from "./model-spec.ts";
import type { ChunkMetrics, SpeechMetrics } from "./speech-metrics.ts";

/**
 * To the model process. `id` is chosen by the app and never used again; whatever has one is answered by exactly one of `loaded`, `done`, `stopped` and
 * `failed`. `model` is the id of the `load`.
 */
export type HostMessage =
  | { readonly type: "load"; readonly id: number; readonly spec: ModelSpec }
  | { readonly type: "unload"; readonly id: number; readonly model: number }
  /** Evaluates a voice's prefix and keeps it. */
  | { readonly type: "prepare"; readonly id: number; readonly model: number; readonly voice: VoiceReference }
  | { readonly type: "speak"; readonly id: number; readonly model: number; readonly job: SpeechJob }
  /** The reader took so many samples more: what lets a full speech go on, and what tells who will run dry first. */
  | { readonly type: "taken"; readonly id: number; readonly samples: number }
  /** Answered with `stopped` when nothing of it runs any more. */
  | { readonly type: "cancel"; readonly id: number }
  | { readonly type: "close" };

/** From the model process. */
export type ProcessMessage =
  /** Once, first. */
  | { readonly type: "ready"; readonly processId: number }
  | { readonly type: "loaded"; readonly id: number; readonly report: ModelReport }
  /** The speech waits; told again when its place changes. */
  | { readonly type: "queued"; readonly id: number; readonly ahead: number; readonly waitMs: number }
  | { readonly type: "warning"; readonly id: number; readonly code: string; readonly message: string }
  | { readonly type: "audio"; readonly id: number; readonly samples: Float32Array; readonly metrics: ChunkMetrics }
  | { readonly type: "done"; readonly id: number; readonly metrics: SpeechMetrics | undefined }
  | { readonly type: "stopped"; readonly id: number }
  /** `broken`: the process ends after this. Messages hold no text that was to be spoken. */
  | { readonly type: "failed"; readonly id: number; readonly failure: ProcessFailure }
  /** Now and then while something is loaded. */
  | { readonly type: "health"; readonly memory: DeviceMemory; readonly residentBytes: number; readonly running: number; readonly waiting: number };

/** An error as plain data. */
export interface ProcessFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean | undefined;
  readonly retryAfterMs: number | undefined;
  readonly broken: boolean;
}
