import type { Device } from "../runtime/device.ts";

/** What a decoder makes of codes. Found by probing the graph, not assumed. */
export interface CodecGeometry {
  /** Of the sound, in Hz: 24,000 for NeuCodec. */
  readonly sampleRate: number;
  /** Samples of one code: 480 for NeuCodec. */
  readonly samplesPerCode: number;
  /** The first sample of a decoded window is this one of its first code: 0 in torch, 240 in NeuCodec's ONNX form. */
  readonly leadSamples: number;
  /** How many samples a window of F codes has less than F · samplesPerCode: 0 in torch, 480 in NeuCodec's ONNX form. */
  readonly missingSamples: number;
  /** Codes that one window may have at most: 6,000 for NeuCodec. */
  readonly maximumCodes: number;
}

/** A decoder without memory: each window is decoded by itself, and what surrounds a code changes how it sounds (NeuCodec). */
export interface WindowCodec {
  readonly kind: "window";
  readonly geometry: CodecGeometry;
  readonly device: Device;
  /** Decodes one window: `codes.length · samplesPerCode − missingSamples` samples. Runs one at a time, in the order asked. */
  decode(codes: Int32Array, signal: AbortSignal): Promise<Float32Array>;
  close(): Promise<void>;
}

/** A decoder that goes on where it stopped (Mimi): no look-back, no look-ahead. Codes of one step lie one codebook after the other. */
export interface StatefulCodec {
  readonly kind: "stateful";
  readonly geometry: CodecGeometry;
  readonly device: Device;
  readonly codebooks: number;
  open(): CodecState;
  close(): Promise<void>;
}

/** What a stateful decoder remembers of one speech. */
export interface CodecState {
  /** The sound of `codes.length / codebooks` steps. */
  decode(codes: Int32Array, signal: AbortSignal): Promise<Float32Array>;
  /** Frees what is remembered. */
  close(): void;
}

/** Codes in, sound out. */
export type Codec = WindowCodec | StatefulCodec;
