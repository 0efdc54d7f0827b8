import type { AudioFormat, EngineEvent } from "@parlando/engine";
import type { Random } from "../random.ts";
import type { SizeRange } from "./scripted-options.ts";
import { wavHeader, type WavLength } from "./wav-header.ts";

/** Turns blocks of samples into the events of one request or turn. */
export interface AudioEvents {
  push(samples: Float32Array<ArrayBuffer>): EngineEvent[];
  /** What is left when no more comes. */
  flush(): EngineEvent[];
}

/** How audio goes out. */
export interface AudioEventsOptions {
  delivery: "pcm" | "bytes";
  format: AudioFormat;
  chunkBytes: SizeRange | undefined;
  wavLength: WavLength;
  /** Frames that will come, for the header of a WAV; undefined where nobody knows. */
  totalFrames: number | undefined;
  random: Random;
}

/** Draws a size. */
export function drawSize(range: SizeRange, random: Random): number {
  return typeof range === "number" ? range : random.integer(range[0], range[1]);
}

/** Makes what turns samples into events: themselves, or bytes cut as the options say. */
export function createAudioEvents(options: AudioEventsOptions): AudioEvents {
  if (options.delivery === "pcm") return { push: (samples) => (samples.length === 0 ? [] : [{ type: "pcm", samples }]), flush: () => [] };
  const { format, chunkBytes, random } = options;
  let waiting = format.encoding === "wav" ? headerOf(options) : new Uint8Array(0);

  function push(samples: Float32Array): EngineEvent[] {
    waiting = joinBytes(waiting, encode(samples, format));
    if (chunkBytes === undefined) return flush();
    const events: EngineEvent[] = [];
    for (let size = drawSize(chunkBytes, random); waiting.length >= size; size = drawSize(chunkBytes, random)) {
      events.push({ type: "audio", bytes: waiting.slice(0, size) });
      waiting = waiting.slice(size);
    }
    return events;
  }
  function flush(): EngineEvent[] {
    const bytes = waiting;
    waiting = new Uint8Array(0);
    return bytes.length === 0 ? [] : [{ type: "audio", bytes }];
  }
  return { push, flush };
}

function headerOf({ format, wavLength, totalFrames }: AudioEventsOptions): Uint8Array<ArrayBuffer> {
  const { sampleRate, channels } = format;
  const length = totalFrames === undefined ? "unknown" : wavLength;
  return wavHeader({ sampleRate, channels, dataBytes: (totalFrames ?? 0) * 2 * channels, length });
}

/** Mono samples as interleaved little-endian bytes, the same in every channel. */
function encode(samples: Float32Array, { encoding, channels }: AudioFormat): Uint8Array<ArrayBuffer> {
  const width = encoding === "pcm-f32le" ? 4 : 2;
  const bytes = new DataView(new ArrayBuffer(samples.length * channels * width));
  samples.forEach((sample, frame) => {
    for (let channel = 0; channel < channels; channel += 1) {
      const at = (frame * channels + channel) * width;
      if (width === 4) bytes.setFloat32(at, sample, true);
      else bytes.setInt16(at, Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))), true);
    }
  });
  return new Uint8Array(bytes.buffer);
}

function joinBytes(first: Uint8Array, second: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
