import { sniffBytes } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import { createHeldBytes } from "../held-bytes.ts";
import { checksumOffset, oggChecksum } from "./ogg-checksum.ts";

/** One page of an Ogg stream. */
export interface OggPage {
  /** The first packet goes on from the page before. */
  readonly isContinued: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Sample frames up to the end of the last packet that ends here; undefined where none does. */
  readonly granule: number | undefined;
  readonly serial: number;
  /** Views of packets, in memory that the next page takes. */
  readonly parts: readonly Uint8Array[];
  /** The last part goes on in the next page. */
  readonly isOpen: boolean;
}

/** Finds the pages of Ogg that arrives in pieces. */
export interface OggPageReader {
  /**
   * Takes bytes cut anywhere; calls back for each page, whose views are good during the call only.
   *
   * @throws TTSError `BAD_AUDIO` for what is not Ogg, or is damaged.
   */
  push(bytes: Uint8Array, onPage: (page: OggPage) => void): void;
  /** @throws TTSError `BAD_AUDIO` or `TRUNCATED` where the bytes ended inside a page. */
  flush(): void;
}

const headLength = 27;

/** The longest page: its head, 255 lengths, 255 segments of 255 bytes (RFC 3533, 6). */
export const longestPage: number = headLength + 255 + 255 * 255;

const capture = [0x4f, 0x67, 0x67, 0x53] as const;

/** Makes a reader. It holds one page at most. */
export function createOggPageReader(): OggPageReader {
  const held = createHeldBytes(longestPage);
  return {
    push(bytes, onPage) {
      for (let offset = 0; offset < bytes.length; ) {
        const part = bytes.subarray(offset, offset + pageLength(held.view()) - held.length);
        held.append(part);
        offset += part.length;
        const page = held.view();
        assertCapture(page);
        if (page.length < pageLength(page)) continue;
        held.clear();
        onPage(readPage(page));
      }
    },
    flush() {
      if (held.length > 0) throw new TTSError("TRUNCATED", "Reading Ogg audio: it ended inside a page. Try again.");
    },
  };
}

/** Bytes of a page, as far as those that have come can tell. */
function pageLength(page: Uint8Array): number {
  if (page.length < headLength) return headLength;
  const table = headLength + (page[headLength - 1] ?? 0);
  if (page.length < table) return table;
  return page.subarray(headLength, table).reduce((sum, length) => sum + length, table);
}

function assertCapture(bytes: Uint8Array): void {
  if (capture.every((byte, index) => index >= bytes.length || bytes[index] === byte) && (bytes[4] ?? 0) === 0) return;
  throw new TTSError(
    "BAD_AUDIO",
    `Reading Ogg audio: found ${sniffBytes(bytes)}, expected a page. The engine may have answered with an error instead of audio, or in another format than it announced.`,
  );
}

function readPage(page: Uint8Array): OggPage {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  if (view.getUint32(checksumOffset, true) !== oggChecksum(page)) throw new TTSError("BAD_AUDIO", "Reading Ogg audio: a page does not agree with its checksum. Try again.");
  const flags = view.getUint8(5);
  const granule = view.getBigInt64(6, true);
  const count = view.getUint8(headLength - 1);
  const parts: Uint8Array[] = [];
  let start = headLength + count;
  let end = start;
  let isOpen = false;
  for (const length of page.subarray(headLength, headLength + count)) {
    end += length;
    isOpen = length === 255;
    if (isOpen) continue;
    parts.push(page.subarray(start, end));
    start = end;
  }
  if (isOpen) parts.push(page.subarray(start, end));
  return {
    isContinued: (flags & 1) !== 0,
    isFirst: (flags & 2) !== 0,
    isLast: (flags & 4) !== 0,
    granule: granule < 0n || granule > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(granule),
    serial: view.getUint32(14, true),
    parts,
    isOpen,
  };
}
