import type { SpeechStream, StreamOptions } from "@parlando/core";
import type { Voice } from "@parlando/engine";

/** What the React parts and the page speak with: a `TTS` of `createTTS()`, or a `SpeechClient` of `createSpeechClient()`. */
export interface SpeechSource {
  createStream(options?: StreamOptions): SpeechStream;
  voices?(): Promise<readonly Voice[]>;
}
