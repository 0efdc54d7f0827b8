import { createTTS, type AudioChunk, type TTSConfig } from "parlando";
import { base64Of } from "./base64.ts";
import { shownError, type ShownError } from "./shown-error.ts";

/** What came of speech by config. */
export interface ConfiguredSpeech {
  /** Float32, little-endian, in base64. */
  readonly samples: string;
  readonly error: ShownError | undefined;
}

/** Speaks as an app does that has nothing but a config. */
export async function speakByConfig({ config, text }: { config: TTSConfig | string; text: string }): Promise<ConfiguredSpeech> {
  const chunks: AudioChunk[] = [];
  const samples = (): string => base64Of(chunks.map((chunk) => chunk.bytes("pcm-f32le")));
  try {
    const tts = await createTTS(config);
    const stream = tts.createStream({ onChunk: (chunk) => void chunks.push(chunk), onError: () => {} });
    try {
      await stream.feed(text);
      stream.done();
      await stream.waitUntilDone();
    } finally {
      await tts.close();
    }
    return { samples: samples(), error: undefined };
  } catch (error) {
    return { samples: samples(), error: shownError(error) };
  }
}
