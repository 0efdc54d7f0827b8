/** Noise that follows from a seed, as bytes of 16-bit samples at 24 kHz. */
export interface Noise {
  readonly seed: number;
  readonly bytes: number;
  readonly durationMs: number;
  read(from: number, to: number): Buffer;
  matches(from: number, piece: Uint8Array): boolean;
}

export declare const SAMPLE_RATE: 24_000;
export declare const BYTES_PER_MS: 48;
export declare function noiseText(seed: number, durationMs: number): string;
export declare function readNoise(text: string): Noise | undefined;
export declare function createNoise(seed: number, bytes: number): Noise;
