import { open, type FileHandle } from "node:fs/promises";
import { TTSError } from "@parlando/engine";

/** Reads numbers out of a file, little endian, through one bounded window. `ensure` brings bytes in; the other calls take them. */
export interface ByteReader {
  readonly position: number;
  /** Bytes of the whole file. */
  readonly length: number;
  /** How many bytes can be taken without waiting. */
  readonly buffered: number;
  /**
   * Waits until so many bytes can be taken; at most {@link windowBytes}.
   *
   * @throws TTSError `MODEL_NOT_FOUND` when the file ends before.
   */
  ensure(count: number): Promise<void>;
  /** Leaves bytes out without reading them. @throws TTSError `MODEL_NOT_FOUND` when the file ends before. */
  skip(count: number): void;
  byte(): number;
  /** The bytes themselves, valid until the next `ensure`. */
  take(count: number): DataView;
  text(count: number): string;
  close(): Promise<void>;
}

/** Bytes that are held at once. */
export const windowBytes = 65_536;

/**
 * Opens a file for reading from its start.
 *
 * @throws TTSError `MODEL_NOT_FOUND` when it cannot be opened.
 */
export async function openByteReader(path: string): Promise<ByteReader> {
  const handle = await openFile(path);
  const { size: length } = await handle.stat();
  const window = new Uint8Array(windowBytes);
  const decoder = new TextDecoder();
  let position = 0;
  let start = 0;
  let filled = 0;

  function check(count: number): void {
    if (count > length - position) throw cutShort(path, position, count, length);
  }

  async function ensure(count: number): Promise<void> {
    if (start + filled - position >= count && position >= start) return;
    check(count);
    start = position;
    filled = 0;
    while (filled < count) {
      const { bytesRead } = await handle.read(window, filled, windowBytes - filled, start + filled);
      if (bytesRead === 0) throw cutShort(path, position, count, start + filled);
      filled += bytesRead;
    }
  }

  function take(count: number): DataView {
    const view = new DataView(window.buffer, position - start, count);
    position += count;
    return view;
  }

  return {
    get position() {
      return position;
    },
    length,
    get buffered() {
      return position >= start ? Math.max(0, start + filled - position) : 0;
    },
    ensure,
    skip(count) {
      check(count);
      position += count;
    },
    byte: () => take(1).getUint8(0),
    take,
    text: (count) => decoder.decode(take(count)),
    close: () => handle.close(),
  };
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (cause) {
    throw new TTSError("MODEL_NOT_FOUND", `Opening the model file ${path}: ${(cause as NodeJS.ErrnoException).code ?? "it cannot be read"}. Put the file there, or correct the path.`, { cause });
  }
}

function cutShort(path: string, position: number, count: number, length: number): TTSError {
  return new TTSError(
    "MODEL_NOT_FOUND",
    `Reading the model file ${path}: it is cut short or damaged. At byte ${String(position)} it announces ${String(count)} more, but it has ${String(length)} in all. Fetch it again.`,
  );
}
