import { TTSError, type AudioFormat } from "@parlando/engine";
import type { AudioDecoder } from "./audio-decoder.ts";
import { openDecoder } from "./open-decoder.ts";
import { createGain } from "./gain.ts";
import type { AudioProcessor } from "./audio-processor.ts";
import { createResampler, type Resampler } from "./resampler.ts";
import { createSegmentEdges, type SegmentEdges } from "./segment-edges.ts";

/** How the audio of one attempt becomes samples of the stream. */
export interface AudioPathOptions {
  /** Rate of the stream, in Hz. */
  readonly sampleRate: number;
  /** Silence left before the first sound, in milliseconds. */
  readonly leadMs: number;
  /** Silence left after the last sound, in milliseconds. */
  readonly pauseMs: number;
  /** Linear, for engines that do not change the volume themselves; 1 changes nothing. */
  readonly gain: number;
  readonly engine: string;
  /** Takes mono samples at the rate of the stream; `trimmedFrames` were left out before the first of them. */
  readonly onSamples: (samples: Float32Array, trimmedFrames: number) => void;
  /** The samples that follow at once are the last ones. */
  readonly onLast: () => void;
  /** Lets the event loop go on in the middle of a long conversion. */
  readonly breathe: () => Promise<void>;
}

/** Converted in one go: about a millisecond of work. */
const SLICE_FRAMES = 8192;

/** Decodes, resamples and trims the audio of one attempt. A conversion that is not needed is not made. */
export class SegmentAudioPath {
  readonly #options: AudioPathOptions;
  readonly #edges: SegmentEdges;
  readonly #gain: AudioProcessor;
  #format: AudioFormat | undefined;
  #decoder: AudioDecoder | undefined;
  #resampler: Resampler | undefined;

  constructor(options: AudioPathOptions) {
    this.#options = options;
    this.#gain = createGain(options.gain);
    this.#edges = createSegmentEdges({ sampleRate: options.sampleRate, leadMs: options.leadMs, pauseMs: options.pauseMs });
  }

  /** The engine says what is coming; the request is not believed. */
  async start(event: { readonly format: AudioFormat }): Promise<void> {
    this.#format = event.format;
    assertRate(event.format.sampleRate, this.#options.engine);
  }

  /** Bytes of the announced format, cut anywhere. */
  bytes(bytes: Uint8Array): void | Promise<void> {
    if (this.#decoder !== undefined) return this.#decode(this.#decoder, bytes);
    return this.#openDecoder().then((decoder) => this.#decode(decoder, bytes));
  }

  /** Mono samples at the announced rate. */
  samples(samples: Float32Array): void | Promise<void> {
    return this.#convert(finite(samples), this.#format?.sampleRate ?? this.#options.sampleRate);
  }

  /** The engine has ended well: what was held back comes out. */
  flush(): void {
    if (this.#decoder !== undefined) this.#resample(this.#decoder.flush(), this.#decoder.sampleRate);
    if (this.#resampler !== undefined) this.#emit(this.#edges.process(this.#resampler.flush()));
    const last = this.#edges.flush();
    if (last.length > 0) this.#options.onLast();
    this.#emit(last);
  }

  async #openDecoder(): Promise<AudioDecoder> {
    const format = this.#format;
    if (format === undefined) throw new TTSError("PROTOCOL", `The engine "${this.#options.engine}" sent audio before it told its format.`, { engine: this.#options.engine });
    this.#decoder = await openDecoder(format);
    return this.#decoder;
  }

  #decode(decoder: AudioDecoder, bytes: Uint8Array): void | Promise<void> {
    const samples = decoder.push(bytes);
    return samples.length === 0 ? undefined : this.#convert(samples, decoder.sampleRate);
  }

  #convert(samples: Float32Array, sampleRate: number): void | Promise<void> {
    if (samples.length <= SLICE_FRAMES || sampleRate === this.#options.sampleRate) return this.#resample(samples, sampleRate);
    return this.#convertInSlices(samples, sampleRate);
  }

  async #convertInSlices(samples: Float32Array, sampleRate: number): Promise<void> {
    for (let start = 0; start < samples.length; start += SLICE_FRAMES) {
      if (start > 0) await this.#options.breathe();
      this.#resample(samples.subarray(start, start + SLICE_FRAMES), sampleRate);
    }
  }

  #resample(samples: Float32Array, sampleRate: number): void {
    if (samples.length === 0) return;
    this.#resampler ??= createResampler(sampleRate, this.#options.sampleRate);
    this.#emit(this.#edges.process(this.#resampler.process(samples)));
  }

  #emit(samples: Float32Array): void {
    if (samples.length > 0) this.#options.onSamples(this.#gain.process(samples, this.#options.sampleRate), this.#edges.trimmedFrames);
  }
}

function assertRate(sampleRate: number, engine: string): void {
  if (Number.isFinite(sampleRate) && sampleRate >= 1000 && sampleRate <= 768_000) return;
  throw new TTSError("BAD_AUDIO", `The engine "${engine}" announced a sample rate of ${String(sampleRate)} Hz; expected 1,000 to 768,000.`, { engine });
}

/** NaN would silence everything behind a filter, so it becomes silence itself. */
function finite(samples: Float32Array): Float32Array {
  for (let index = 0; index < samples.length; index += 1) {
    if (!Number.isFinite(samples[index])) return samples.map((sample) => (Number.isFinite(sample) ? sample : 0));
  }
  return samples;
}
