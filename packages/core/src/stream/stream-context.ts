import type { LoadCodecs } from "../audio/codecs.ts";
import type { Clock } from "../clock.ts";
import type { Sink } from "../sinks/sink.ts";
import type { Teller } from "./spoken-marks.ts";
import type { EngineRoute } from "../synthesis/engine-route.ts";

/** Opens the sound device as a sink. Rejects with `NO_AUDIO_DEVICE` where there is none. */
export type OpenSpeaker = (format: { sampleRate: number; channels: number }, signal: AbortSignal) => Promise<Sink>;

/** What a stream stands on; made by whoever makes streams (`createTTS`, or a test). */
export interface StreamContext {
  /** The first speaks; the others take over in order when it fails. At least one. */
  readonly engines: readonly EngineRoute[];
  /** Real time when absent. */
  readonly clock?: Clock | undefined;
  /** Absent: there is no speaker, and a stream without a taker fails with `NO_CONSUMER`. */
  readonly openSpeaker?: OpenSpeaker | undefined;
  /** How to get what reads and writes MP3 and Opus, when it is first needed. Absent: only uncompressed audio. */
  readonly codecs?: LoadCodecs | undefined;
  /** Audio is handed out only after this has resolved: the place of an utterance in a queue. Text is taken and audio made before that. */
  readonly turn?: Promise<void> | undefined;
  /** Streams add what still tells of their listeners, their own end or not; whoever made them stops it when he closes. */
  readonly telling?: Set<Teller> | undefined;
}
