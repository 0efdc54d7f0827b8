import type { Mark, MarkKind, TTSError } from "@parlando/engine";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import type { AudioProcessor } from "../audio/audio-processor.ts";
import type { Sink } from "../sinks/sink.ts";
import type { TextStage } from "../text/mapped-text.ts";
import type { SentSegment, Warning } from "./stream-events.ts";
import type { StreamReport } from "./stream-report.ts";

/**
 * What a stream is to be like. Everything may be left out. Given both in config and here, the value here counts.
 *
 * @example
 * ```ts
 * tts.createStream({ latency: "soonest", output: { sampleRate: 16_000, chunkMs: 20 }, onChunk: (chunk) => socket.send(chunk.bytes()) });
 * ```
 */
export interface StreamOptions {
  /** One of the engine's voices; `tts.voices()` lists them. Default: the engine's own for the language. */
  voice?: string | undefined;
  /** BCP-47, of the text: chooses a voice where none is named, and the rules of cutting. */
  language?: string | undefined;
  /** Speed, 0.1 to 10; 1 is normal. */
  rate?: number | undefined;
  /** Semitones, -24 to 24; 0 is normal. */
  pitch?: number | undefined;
  /** Linear, 0 to 10; 1 is normal. Where the engine cannot change it, core does. */
  volume?: number | undefined;
  /**
   * The text is SSML, and may be fed as it comes: it is cut like other text, and each segment is sent as a document of its own. What an engine does not
   * honour is written in another way or left out, with a warning.
   */
  ssml?: boolean | undefined;
  /** When to send text: "soonest" first audio, "smoothest" whole sentences only (then cutting does not depend on time). Default "balanced". */
  latency?: "soonest" | "balanced" | "smoothest" | undefined;
  /** Audio held ahead of the consumer before the engine is no longer asked. Default 1000. */
  highWaterMs?: number | undefined;
  /** An engine that was held goes on when no more than this is ahead. Default: three quarters of `highWaterMs`. */
  lowWaterMs?: number | undefined;
  /**
   * Audio ahead before the first of it is handed out, in milliseconds; at most `highWaterMs`, and less where no more is being made. Default
   * "auto": nothing where the engine is fast and steady, else as much as it needed before; and only for a sink with a playhead (the
   * speaker). A callback that sends to a player far away may ask for it by a number.
   */
  prebufferMs?: number | "auto" | undefined;
  /**
   * How long an engine may be waited for before the attempt ends with `TIMEOUT`, in milliseconds: to the first audio of a request (default
   * 30,000, and more for a long request to an engine that gives its audio whole), whatever else it sends; and from one event to the next after
   * that (default 15,000), where no audio comes at most the longer of both.
   */
  timeouts?: { firstAudioMs?: number | undefined; betweenMs?: number | undefined } | undefined;
  /** Text waiting to be sent before `feed()` waits, and before it refuses. Defaults 2,000 and 1,000,000 characters. */
  highWaterCharacters?: number | undefined;
  maxCharacters?: number | undefined;
  /**
   * What the taker gets. `sampleRate` in Hz (default: the sink's, else the engine's), `channels` (default: the sink's, else 1),
   * `chunkMs`: length of every chunk but the last, and of those at which the text has run out. Default: whatever is there, up to 100 ms.
   */
  output?: { sampleRate?: number | undefined; channels?: number | undefined; chunkMs?: number | undefined } | undefined;
  /** The kinds of marks to be told of. Default: word, sentence and bookmark. */
  marks?: readonly MarkKind[] | undefined;
  /** Changes of the text before it is cut; one of each is made for the stream. */
  textStages?: (readonly (() => TextStage)[]) | undefined;
  /** Changes of the samples before they are handed out; one of each is made for the stream. */
  processors?: (readonly (() => AudioProcessor)[]) | undefined;
  /** "pull": an iterator, `readable` or `encoded()` will take the audio. Default when there is no `onChunk`: the speaker, where there is one. */
  sink?: Sink | "speaker" | "pull" | undefined;
  /** Aborted: the stream ends at once with `ABORTED`. */
  signal?: AbortSignal | undefined;
  /** Checked by the engine's own schema. */
  engineOptions?: Readonly<Record<string, unknown>> | undefined;
  /** Taker. Its promise holds the stream back; a rejection ends the stream with CONSUMER_FAILED. */
  onChunk?: ((chunk: AudioChunk) => void | Promise<void>) | undefined;
  /** Every mark, when its audio is handed out (or when it becomes known, if later). Never revoked, never twice. */
  onMark?: ((mark: Mark) => void) | undefined;
  /** Every mark when the listener reaches its beginning: for highlighting. */
  onSpoken?: ((mark: Mark) => void) | undefined;
  /** A segment was sent to the engine. */
  onSegment?: ((segment: SentSegment) => void) | undefined;
  /** Something could not be done as asked. */
  onWarning?: ((warning: Warning) => void) | undefined;
  /** The report so far, after each segment and at the end, whatever the end is. */
  onMetrics?: ((report: StreamReport) => void) | undefined;
  /** The stream has failed, or text was refused. */
  onError?: ((error: TTSError) => void) | undefined;
  /** The stream has ended well or was interrupted. */
  onDone?: ((report: StreamReport) => void) | undefined;
}
