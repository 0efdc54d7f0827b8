import type { Mark, MarkKind, TTSError } from "@parlando/engine";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import type { AudioProcessor } from "../audio/audio-processor.ts";
import type { Sink } from "../sinks/sink.ts";
import type { TextStage } from "../text/mapped-text.ts";
import type { SentSegment, Warning } from "./stream-events.ts";
import type { StreamReport } from "./stream-report.ts";

export interface StreamOptions {
  voice?: string | undefined;
  language?: string | undefined;
  rate?: number | undefined;
  pitch?: number | undefined;
  volume?: number | undefined;
  ssml?: boolean | undefined;
  /** When to send text: "soonest" first audio, "smoothest" whole sentences only (then cutting does not depend on time). Default "balanced". */
  latency?: "soonest" | "balanced" | "smoothest" | undefined;
  /** Audio held ahead of the consumer before the engine is no longer asked. Default 1000. */
  highWaterMs?: number | undefined;
  lowWaterMs?: number | undefined;
  /** Text waiting to be sent before `feed()` waits, and before it refuses. Defaults 2,000 and 1,000,000 characters. */
  highWaterCharacters?: number | undefined;
  maxCharacters?: number | undefined;
  output?: { sampleRate?: number | undefined; channels?: number | undefined; chunkMs?: number | undefined } | undefined;
  marks?: readonly MarkKind[] | undefined;
  textStages?: (readonly (() => TextStage)[]) | undefined;
  processors?: (readonly (() => AudioProcessor)[]) | undefined;
  /** "pull": an iterator, `readable` or `encoded()` will take the audio. Default when there is no `onChunk`: the speaker, where there is one. */
  sink?: Sink | "speaker" | "pull" | undefined;
  signal?: AbortSignal | undefined;
  /** Checked by the engine's own schema. */
  engineOptions?: Readonly<Record<string, unknown>> | undefined;
  /** Taker. Its promise holds the stream back; a rejection ends the stream with CONSUMER_FAILED. */
  onChunk?: ((chunk: AudioChunk) => void | Promise<void>) | undefined;
  /** Every mark, when its audio is handed out (or when it becomes known, if later). Never revoked, never twice. */
  onMark?: ((mark: Mark) => void) | undefined;
  /** Every mark when the listener reaches it: for highlighting. */
  onSpoken?: ((mark: Mark) => void) | undefined;
  onSegment?: ((segment: SentSegment) => void) | undefined;
  onWarning?: ((warning: Warning) => void) | undefined;
  onMetrics?: ((report: StreamReport) => void) | undefined;
  onError?: ((error: TTSError) => void) | undefined;
  onDone?: ((report: StreamReport) => void) | undefined;
}
