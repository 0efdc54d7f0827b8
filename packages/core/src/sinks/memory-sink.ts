import type { AudioChunk } from "../audio/audio-chunk.ts";
import { encodePcm } from "../audio/pcm.ts";
import { joinSamples } from "../audio/join-samples.ts";
import { wavHeader } from "../audio/wav-header.ts";
import { createGatedSink } from "./gated-sink.ts";
import type { SinkFormatOptions } from "./sink-format.ts";
import { createSinkGate } from "./sink-gate.ts";
import type { Sink } from "./sink.ts";

/** Keeps everything it is given. */
export interface MemorySink extends Sink {
  /** What was written, in order. */
  readonly chunks: readonly AudioChunk[];
  /** All samples in one array, interleaved as the chunks are. */
  samples(): Float32Array;
  /** All of it as a WAV file of 16 bits. */
  toWav(): Uint8Array<ArrayBuffer>;
}

/** Rate of a file in which there is no audio to tell one. */
const emptyRate = 24_000;

/**
 * Makes a sink that keeps the audio in memory, for tests and for short speech: it has no bound. It takes audio as fast as it is
 * made, and has no playhead.
 *
 * @param options The format to ask the stream for.
 * @example
 * ```ts
 * const sink = createMemorySink();
 * await tts.speak("Good morning.", { sink });
 * const file = sink.toWav();
 * ```
 */
export function createMemorySink(options: SinkFormatOptions = {}): MemorySink {
  const chunks: AudioChunk[] = [];
  const samples = (): Float32Array => joinSamples(chunks.map((chunk) => chunk.samples));
  const sink = createGatedSink({
    gate: createSinkGate("the memory sink"),
    format: options,
    append: (chunk) => chunks.push(chunk) > 0,
  });

  return {
    ...sink,
    chunks,
    samples,
    toWav() {
      const bytes = encodePcm(samples(), "pcm-s16le");
      const sampleRate = chunks[0]?.sampleRate ?? options.sampleRate ?? emptyRate;
      const header = wavHeader({ sampleRate, channels: chunks[0]?.channels ?? options.channels ?? 1, dataBytes: bytes.length });
      const file = new Uint8Array(header.length + bytes.length);
      file.set(header);
      file.set(bytes, header.length);
      return file;
    },
  };
}
