import type { SpeechStream, StreamOptions } from "@parlando/core";
import type { Voice } from "@parlando/engine";

/** What the React parts and the page speak with: a `TTS` of `createTTS()`, or a `SpeechClient` of `createSpeechClient()`. */
export interface SpeechSource {
  /** A stream to feed: text goes in as it comes, speech comes out while it is made. */
  createStream(options?: StreamOptions): SpeechStream;
  /** The voices that there are; absent where nobody can tell. */
  voices?(): Promise<readonly Voice[]>;
}
