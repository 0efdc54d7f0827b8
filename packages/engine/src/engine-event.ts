import type { AudioFormat } from "./audio-format.ts";
import type { Mark } from "./mark.ts";

/** What comes out of an engine while it speaks one request, in order. */
export type EngineEvent =
  /** Always first: what is really coming. */
  | { type: "start"; format: AudioFormat; requestId?: string | undefined }
  /** Bytes of `format`, cut anywhere. */
  | { type: "audio"; bytes: Uint8Array }
  /** Samples, mono, in [-1, 1], at `format.sampleRate`. */
  | { type: "pcm"; samples: Float32Array }
  /** May come before or after its audio. */
  | { type: "mark"; mark: Mark }
  /** What the request was billed for, in the provider's characters. */
  | { type: "usage"; characters: number; details?: Readonly<Record<string, number>> | undefined }
  /** Something asked for was not honoured; the audio is still real. */
  | { type: "warning"; code: string; message: string };

/**
 * Everything written up to a `flush()` is one segment. Its audio and marks all come before its `flushed`, which tells the offset
 * reached. Offsets and times count from the start of the turn. A flush with nothing written yields no segment.
 */
export type SessionEvent = EngineEvent | { type: "flushed"; through: number };
