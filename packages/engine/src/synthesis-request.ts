import type { AudioFormat } from "./audio-format.ts";
import type { MarkKind } from "./mark.ts";

/** One segment to be spoken: what an engine is asked. */
export interface SynthesisRequest {
  /** Plain text, or SSML when `ssml` is true. Never empty. */
  text: string;
  ssml: boolean;
  voice?: string | undefined;
  /** BCP-47. */
  language?: string | undefined;
  /** 1 is normal. */
  rate?: number | undefined;
  /** Semitones, 0 is normal. */
  pitch?: number | undefined;
  /** Linear, 1 is normal. */
  volume?: number | undefined;
  /** The format wanted; what really comes is told by the `start` event. */
  format: AudioFormat;
  /** The marks wanted; others need not be sent. */
  marks: readonly MarkKind[];
  /** What was said just before, for engines that keep prosody across requests. */
  previousText?: string | undefined;
  /** Checked by the engine's own schema. */
  engineOptions?: Readonly<Record<string, unknown>> | undefined;
}
