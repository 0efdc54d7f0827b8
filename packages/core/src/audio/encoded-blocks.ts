import type { AudioChunk } from "./audio-chunk.ts";

/** Blocks of bytes: at once where no codec is needed. */
export type EncodedBlocks = Uint8Array<ArrayBuffer>[] | Promise<Uint8Array<ArrayBuffer>[]>;

/** Turns chunks into blocks of bytes. */
export interface ChunkEncoder {
  /** What goes before the audio, where it can be known before any has come. */
  begin(): EncodedBlocks;
  push(chunk: AudioChunk): EncodedBlocks;
  flush(): EncodedBlocks;
  /** Frees a codec, at the end or before. May be called twice. */
  close(): void;
}
