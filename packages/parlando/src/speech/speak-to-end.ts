import type { SpeechStream, StreamReport } from "@parlando/core";
import type { SpeechText } from "../tts.ts";
import { feedInBackground } from "./feed-in-background.ts";

/** Feeds a stream, waits for its end and closes it. */
export async function speakToEnd(stream: SpeechStream, text: SpeechText): Promise<StreamReport> {
  feedInBackground(stream, text);
  try {
    return await stream.waitUntilDone();
  } finally {
    await stream.close();
  }
}
