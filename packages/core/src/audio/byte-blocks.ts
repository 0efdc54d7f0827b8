/** Cuts bytes into blocks of one size. */
export interface ByteBlocks {
  /** Takes bytes; returns the blocks that are complete. */
  push(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[];
  /** The last block, shorter than the others; undefined when nothing is left. */
  flush(): Uint8Array<ArrayBuffer> | undefined;
}

/** The largest block that is put together: 16 MiB, more than two minutes of 16-bit stereo at 48 kHz. */
export const largestBlock: number = 16 * 1024 * 1024;

/** Makes a cutter. Without a size every piece is a block of its own. */
export function createByteBlocks(size: number | undefined): ByteBlocks {
  if (size === undefined) return { push: (bytes) => (bytes.length > 0 ? [bytes] : []), flush: () => undefined };
  let block = new Uint8Array(size);
  let filled = 0;
  return {
    push(bytes) {
      const full: Uint8Array<ArrayBuffer>[] = [];
      for (let offset = 0; offset < bytes.length; ) {
        const part = bytes.subarray(offset, offset + size - filled);
        block.set(part, filled);
        filled += part.length;
        offset += part.length;
        if (filled < size) continue;
        full.push(block);
        block = new Uint8Array(size);
        filled = 0;
      }
      return full;
    },
    flush() {
      const rest = filled > 0 ? block.slice(0, filled) : undefined;
      filled = 0;
      return rest;
    },
  };
}
