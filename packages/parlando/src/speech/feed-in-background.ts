import { feedAll, type SpeechStream } from "@parlando/core";
import type { SpeechText } from "../tts.ts";

/** Feeds all the text. What fails on the way ends the stream, which tells it through `waitUntilDone()` and `onError`. */
export function feedInBackground(stream: SpeechStream, text: SpeechText): void {
  feedAll(stream, text).catch(() => undefined);
}
