import { TTSError, type AudioFormat } from "@parlando/engine";
import type { AudioDecoder } from "./audio-decoder.ts";
import { decodableEncodings, type LoadCodecs } from "./codecs.ts";
import { disguiseOf } from "./disguised.ts";
import { engineSamples } from "./engine-samples.ts";
import { openDecoder } from "./open-decoder.ts";
import { createGain } from "./gain.ts";
import type { AudioProcessor } from "./audio-processor.ts";
import { createResampler, type Resampler } from "./resampler.ts";
import { createInt16Reader, isLittleEndian, type Int16Reader } from "./int16-reader.ts";
import { toFloat, type Samples } from "./samples.ts";
import { createSegmentEdges, type SegmentEdges } from "./segment-edges.ts";

/** Where the samples of one attempt go. */
export interface AudioPathOutput {
  /** Takes mono samples at the rate of the stream, 16-bit where they came so and nothing had to be changed; `trimmedFrames` were left out before the first of them. */
  samples(samples: Samples, trimmedFrames: number): void;
  /** The samples that follow at once are the last ones. */
  last(): void;
  /** Samples that were no numbers became silence; told once. */
  replaced(): void;
}

/** How the audio of one attempt becomes samples of the stream. */
export interface AudioPathOptions {
  /** Rate of the stream, in Hz. */
  readonly sampleRate: number;
  /** Reads compressed audio; without it only uncompressed audio can be read. */
  readonly codecs?: LoadCodecs | undefined;
  /** Silence left before the first sound, in milliseconds. */
  readonly leadMs: number;
  /** Silence left after the last sound, in milliseconds. */
  readonly pauseMs: number;
  /** Linear, for engines that do not change the volume themselves; 1 changes nothing. */
  readonly gain: number;
  readonly engine: string;
  readonly output: AudioPathOutput;
  /** Lets the event loop go on in the middle of a long conversion. */
  readonly breathe: () => Promise<void>;
}

/** Decompressed in one go: a few milliseconds of work, for a third of a second of MP3 or a second of Opus. */
const SLICE_BYTES = 2048;
/** Converted in one go: about a millisecond of work. */
const SLICE_FRAMES = 8192;

const RAW: ReadonlySet<AudioFormat["encoding"]> = new Set<AudioFormat["encoding"]>(["pcm-s16le", "pcm-f32le", "mulaw", "alaw"]);

/** Decodes, resamples and trims the audio of one attempt. A conversion that is not needed is not made. */
export class SegmentAudioPath {
  readonly #options: AudioPathOptions;
  readonly #edges: SegmentEdges<Samples>;
  readonly #gain: AudioProcessor | undefined;
  #format: AudioFormat | undefined;
  #decoder: AudioDecoder | undefined;
  /** In place of a decoder, where 16-bit samples go through as they are. */
  #reader: Int16Reader | undefined;
  #resampler: Resampler | undefined;
  #isLookedAt = false;
  #isClosed = false;
  #hasReplaced = false;

  constructor(options: AudioPathOptions) {
    this.#options = options;
    this.#gain = options.gain === 1 ? undefined : createGain(options.gain);
    this.#edges = createSegmentEdges<Samples>({ sampleRate: options.sampleRate, leadMs: options.leadMs, pauseMs: options.pauseMs });
  }

  /** Frames that the engine has made and that are held back, because what follows decides about them. */
  get heldFrames(): number {
    return this.#edges.heldFrames;
  }

  /** The engine says what is coming; the request is not believed. */
  async start(event: { readonly format: AudioFormat }): Promise<void> {
    this.#format = event.format;
    assertRate(event.format.sampleRate, this.#options.engine);
    const { encoding, sampleRate, channels } = event.format;
    const isAsWanted = encoding === "pcm-s16le" && channels === 1 && sampleRate === this.#options.sampleRate && this.#gain === undefined;
    this.#reader = isAsWanted && isLittleEndian ? createInt16Reader() : undefined;
  }

  /** Bytes of the announced format, cut anywhere. */
  bytes(bytes: Uint8Array): void | Promise<void> {
    if (!this.#isLookedAt) this.#lookAt(bytes);
    if (this.#reader !== undefined) return this.#emit(this.#edges.process(this.#reader.push(bytes)));
    if (this.#decoder !== undefined) return this.#decode(this.#decoder, bytes);
    return this.#openDecoder().then((decoder) => (this.#isClosed ? decoder.close?.() : this.#decode(decoder, bytes)));
  }

  /** Raw samples are what was announced by luck only: nothing in them tells. */
  #lookAt(bytes: Uint8Array): void {
    const { engine } = this.#options;
    this.#isLookedAt = true;
    if (this.#format === undefined || !RAW.has(this.#format.encoding) || disguiseOf(bytes, engine) === undefined) return;
    this.#format = { ...this.#format, encoding: "wav" };
    this.#reader = undefined;
  }

  /** Mono samples at the announced rate. */
  samples(samples: Float32Array): void | Promise<void> {
    return this.#convert(this.#finite(engineSamples(samples, this.#options.engine)), this.#format?.sampleRate ?? this.#options.sampleRate);
  }

  /** Samples that were no numbers became silence, also where that was done before they came here. */
  replaced(): void {
    if (this.#hasReplaced) return;
    this.#hasReplaced = true;
    this.#options.output.replaced();
  }

  /** Whether anything but silence has come, below -60 dBFS. */
  get hasSound(): boolean {
    return this.#edges.hasSound;
  }

  /** The engine has ended well: what was held back comes out. */
  flush(): void {
    if (this.#decoder !== undefined) this.#resample(this.#decoder.flush(), this.#decoder.sampleRate);
    if (this.#resampler !== undefined) this.#emit(this.#edges.process(this.#resampler.flush()));
    const last = this.#edges.flush();
    if (last.length > 0) this.#options.output.last();
    this.#emit(last);
  }

  /** The engine has failed: what was held back comes out, faded, for whoever goes on behind it. */
  salvage(): void {
    this.#emit(this.#edges.flush());
  }

  /** Frees what decodes; may be called twice. */
  close(): void {
    this.#isClosed = true;
    this.#decoder?.close?.();
  }

  async #openDecoder(): Promise<AudioDecoder> {
    const format = this.#format;
    if (format === undefined) throw new TTSError("PROTOCOL", `The engine "${this.#options.engine}" sent audio before it told its format.`, { engine: this.#options.engine });
    this.#decoder = await openDecoder(format, this.#options.codecs);
    return this.#decoder;
  }

  #decode(decoder: AudioDecoder, bytes: Uint8Array): void | Promise<void> {
    if (bytes.length > SLICE_BYTES && decodableEncodings.has(this.#format?.encoding ?? "wav")) return this.#decodeInSlices(decoder, bytes);
    const samples = decoder.push(bytes);
    if (decoder.hasReplaced === true) this.replaced();
    return samples.length === 0 ? undefined : this.#convert(samples, decoder.sampleRate);
  }

  async #decodeInSlices(decoder: AudioDecoder, bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
      if (start > 0) await this.#options.breathe();
      if (this.#isClosed) return;
      await this.#decode(decoder, bytes.subarray(start, start + SLICE_BYTES));
    }
  }

  /** NaN would silence everything behind a filter, so it becomes silence itself; the engine's own array stays as it is. */
  #finite(samples: Float32Array): Float32Array {
    if (areFinite(samples)) return samples;
    this.replaced();
    return samples.map((sample) => (Number.isFinite(sample) ? sample : 0));
  }

  #convert(samples: Float32Array, sampleRate: number): void | Promise<void> {
    if (samples.length <= SLICE_FRAMES || sampleRate === this.#options.sampleRate) return this.#resample(samples, sampleRate);
    return this.#convertInSlices(samples, sampleRate);
  }

  async #convertInSlices(samples: Float32Array, sampleRate: number): Promise<void> {
    for (let start = 0; start < samples.length; start += SLICE_FRAMES) {
      if (start > 0) await this.#options.breathe();
      if (this.#isClosed) return;
      this.#resample(samples.subarray(start, start + SLICE_FRAMES), sampleRate);
    }
  }

  #resample(samples: Float32Array, sampleRate: number): void {
    if (samples.length === 0) return;
    this.#resampler ??= createResampler(sampleRate, this.#options.sampleRate);
    this.#emit(this.#edges.process(this.#resampler.process(samples)));
  }

  #emit(samples: Samples): void {
    if (samples.length === 0) return;
    const louder = this.#gain === undefined ? samples : this.#gain.process(toFloat(samples), this.#options.sampleRate);
    this.#options.output.samples(louder, this.#edges.trimmedFrames);
  }
}

function assertRate(sampleRate: number, engine: string): void {
  if (Number.isFinite(sampleRate) && sampleRate >= 1000 && sampleRate <= 768_000) return;
  throw new TTSError("BAD_AUDIO", `The engine "${engine}" announced a sample rate of ${String(sampleRate)} Hz; expected 1,000 to 768,000.`, { engine });
}

/** A sum tells of all of them at once, and costs less than a look at each; single precision cannot overflow it. Four sums, because each addition to one would wait for the one before. */
function areFinite(samples: Float32Array): boolean {
  const { length } = samples;
  let first = 0, second = 0, third = 0, fourth = 0;
  let index = 0;
  for (; index + 3 < length; index += 4) {
    first += samples[index] as number;
    second += samples[index + 1] as number;
    third += samples[index + 2] as number;
    fourth += samples[index + 3] as number;
  }
  for (; index < length; index += 1) first += samples[index] as number;
  return Number.isFinite(first + second + third + fourth);
}
