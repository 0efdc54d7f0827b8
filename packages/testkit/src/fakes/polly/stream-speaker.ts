import { byteBlocks } from "../shared/byte-blocks.ts";
import { createFakeSpeech, type FakeSpeechFormat } from "../shared/fake-speech.ts";
import type { PollySettings } from "./polly-options.ts";
import type { PollyRefusal } from "./polly-refusal.ts";

/** Makes audio of text as it comes. */
export interface StreamSpeaker {
  /** Adds text. Its whole words are spoken; the last one waits for white space, a flush or the end. */
  add(text: string): void;
  /** What waits is spoken. */
  flush(): void;
  /** No more text comes; what waits is spoken. */
  close(): void;
  /** Everything ends here and now. */
  fail(refused: PollyRefusal): void;
  /** Audio, in blocks; at the end, why it ended: undefined when all is spoken. */
  audio(): AsyncGenerator<Uint8Array, PollyRefusal | undefined, undefined>;
}

/** What the audio of a stream is made with. */
export interface StreamSpeakerOptions {
  format: FakeSpeechFormat;
  sampleRate: number;
  settings: Pick<PollySettings, "speech" | "blocks">;
  gone: AbortSignal;
}

/** Begins to speak a stream of text. The audio of the parts together is that of the whole text. */
export function createStreamSpeaker(options: StreamSpeakerOptions): StreamSpeaker {
  const { settings, gone } = options;
  const stop = new AbortController();
  const pieces: string[] = [];
  let waiting = "";
  let closed = false;
  let failure: PollyRefusal | undefined;
  let wake = (): void => {};

  function say(until: number): void {
    if (until > 0) pieces.push(waiting.slice(0, until));
    waiting = waiting.slice(until);
    wake();
  }
  function end(): void {
    stop.abort();
    wake();
  }
  async function* audio(): AsyncGenerator<Uint8Array, PollyRefusal | undefined, undefined> {
    gone.addEventListener("abort", end, { once: true });
    for (let spoken = 0; !gone.aborted && failure === undefined;) {
      const text = pieces.shift();
      if (text !== undefined) yield* speak(text, spoken, stop.signal, options);
      else if (closed) return undefined;
      else await new Promise<void>((resolve) => (wake = resolve));
      if (text !== undefined && text.trim() !== "") spoken += 1;
    }
    return failure;
  }
  return {
    add(text) {
      waiting += text;
      say(waiting.length - (/\S*$/u.exec(waiting)?.[0].length ?? 0));
    },
    flush: () => say(waiting.length),
    close() {
      closed = true;
      say(waiting.length);
    },
    fail(refused) {
      failure ??= refused;
      end();
    },
    audio,
  };

  function speak(text: string, spoken: number, signal: AbortSignal, { format, sampleRate }: StreamSpeakerOptions): AsyncGenerator<Uint8Array, void, undefined> {
    const { encoding, ...speech } = settings.speech;
    const { firstAudioMs, raggedSeed, ...blocks } = settings.blocks;
    const made = createFakeSpeech(text, { ...speech, sampleRate, format, encoding: format === "pcm-s16le" ? encoding : "tones" });
    return byteBlocks(made, { ...blocks, signal, firstAudioMs: spoken === 0 ? firstAudioMs : 0, raggedSeed: raggedSeed === undefined ? undefined : raggedSeed + spoken });
  }
}
