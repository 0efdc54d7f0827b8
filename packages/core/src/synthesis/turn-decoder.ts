import { TTSError, type AudioFormat } from "@parlando/engine";
import type { AudioDecoder } from "../audio/audio-decoder.ts";
import { decodableEncodings, type LoadCodecs } from "../audio/codecs.ts";
import { engineSamples } from "../audio/engine-samples.ts";
import { openDecoder } from "../audio/open-decoder.ts";

/** What {@link TurnDecoder} needs. */
export interface TurnDecoderOptions {
  readonly engine: string;
  readonly codecs: LoadCodecs | undefined;
  /** Samples of bytes that were no numbers became silence; told with each piece behind them. */
  readonly onReplaced: () => void;
  /** Lets the event loop go on in the middle of a long piece. */
  readonly breathe: () => Promise<void>;
  /** Takes mono samples, in order. */
  readonly onSamples: (samples: Float32Array, sampleRate: number) => void | Promise<void>;
}

/** Decompressed in one go: a few milliseconds of work. */
const SLICE_BYTES = 2048;

/** Turns the audio of one turn into samples. One decoder for the whole turn: its header comes once, and pieces of it go over segments. */
export class TurnDecoder {
  readonly #options: TurnDecoderOptions;
  #format: AudioFormat | undefined;
  #decoder: AudioDecoder | undefined;
  #isClosed = false;

  constructor(options: TurnDecoderOptions) {
    this.#options = options;
  }

  /** The engine says what is coming. */
  start(format: AudioFormat): void {
    this.#format = format;
  }

  samples(samples: Float32Array): void | Promise<void> {
    return this.#options.onSamples(engineSamples(samples, this.#options.engine), this.#announced().sampleRate);
  }

  /** Bytes of the announced format, cut anywhere. */
  async bytes(bytes: Uint8Array): Promise<void> {
    const format = this.#announced();
    this.#decoder ??= await openDecoder(format, this.#options.codecs);
    const sliceBytes = decodableEncodings.has(format.encoding) ? SLICE_BYTES : Math.max(1, bytes.length);
    for (let start = 0; start < bytes.length && !this.#isClosed; start += sliceBytes) {
      if (start > 0) await this.#options.breathe();
      await this.#pass(this.#decoder, this.#decoder.push(bytes.subarray(start, start + sliceBytes)));
    }
    if (this.#isClosed) this.#decoder.close?.();
  }

  /** The turn has ended well: what was held back comes out. */
  async flush(): Promise<void> {
    if (this.#decoder !== undefined) await this.#pass(this.#decoder, this.#decoder.flush());
  }

  /** Frees what decodes; may be called twice. */
  close(): void {
    this.#isClosed = true;
    this.#decoder?.close?.();
  }

  #announced(): AudioFormat {
    if (this.#format !== undefined) return this.#format;
    throw new TTSError("PROTOCOL", `The engine "${this.#options.engine}" sent audio before it told its format.`, { engine: this.#options.engine });
  }

  async #pass(decoder: AudioDecoder, samples: Float32Array): Promise<void> {
    if (decoder.hasReplaced === true) this.#options.onReplaced();
    if (samples.length > 0) await this.#options.onSamples(samples, decoder.sampleRate);
  }
}
