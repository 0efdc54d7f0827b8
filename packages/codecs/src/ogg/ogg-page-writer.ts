import { checksumOffset, oggChecksum } from "./ogg-checksum.ts";

/** What stands on a page. */
export interface PageContent {
  readonly packets: readonly Uint8Array[];
  /** Sample frames up to the end of the page. */
  readonly granule: number;
  readonly isLast?: boolean | undefined;
}

/** Writes the pages of one Ogg stream. */
export interface OggPageWriter {
  write(content: PageContent): Uint8Array<ArrayBuffer>;
}

const headLength = 27;

/** Makes a writer. Packets must fit on their page: 255 segments of 255 bytes. */
export function createOggPageWriter({ serial }: { serial: number }): OggPageWriter {
  let sequence = 0;
  return {
    write({ packets, granule, isLast = false }) {
      const lengths = packets.flatMap(segmentLengths);
      const start = headLength + lengths.length;
      const page = new Uint8Array(start + lengths.reduce((sum, length) => sum + length, 0));
      const view = new DataView(page.buffer);
      page.set([0x4f, 0x67, 0x67, 0x53]);
      view.setUint8(5, (sequence === 0 ? 2 : 0) | (isLast ? 4 : 0));
      view.setBigInt64(6, BigInt(granule), true);
      view.setUint32(14, serial, true);
      view.setUint32(18, sequence, true);
      page[headLength - 1] = lengths.length;
      page.set(lengths, headLength);
      let offset = start;
      for (const packet of packets) {
        page.set(packet, offset);
        offset += packet.length;
      }
      view.setUint32(checksumOffset, oggChecksum(page), true);
      sequence += 1;
      return page;
    },
  };
}

/** A length below 255 ends a packet, so that one of 255 is followed by 0. */
function segmentLengths(packet: Uint8Array): number[] {
  return [...new Array<number>(Math.floor(packet.length / 255)).fill(255), packet.length % 255];
}
