import { TTSError } from "@parlando/engine";
import { joinBytes } from "../join.ts";
import type { OggPage } from "./ogg-page-reader.ts";

/** Puts the packets of one logical stream together from its pages. */
export interface OggPackets {
  /** The packets that end on this page. */
  take(page: OggPage): Uint8Array[];
}

/** Longest packet that is put together: beyond 120 ms at the highest bitrate (RFC 7845, 6), but comments, with their pictures, may be longer. */
export const longestPacket = 65_536;

/** Makes one. `skipLong` tells whether a packet that is too long is comments, to be left out as if it were empty. */
export function createOggPackets({ skipLong }: { skipLong: () => boolean }): OggPackets {
  let open: Uint8Array[] = [];
  let openBytes = 0;
  let isInside = false;

  const keep = (part: Uint8Array): void => {
    isInside = true;
    openBytes += part.length;
    if (openBytes <= longestPacket) open.push(part.slice());
    else if (skipLong()) open = [];
    else throw new TTSError("BAD_AUDIO", `Reading Ogg audio: a packet of more than ${longestPacket} bytes. Ask the engine for another format.`);
  };
  const close = (): Uint8Array => {
    const packet = openBytes <= longestPacket ? joinBytes(open) : new Uint8Array(0);
    open = [];
    openBytes = 0;
    isInside = false;
    return packet;
  };

  return {
    take({ parts, isContinued, isOpen }) {
      const packets: Uint8Array[] = [];
      // A part whose beginning or end was lost is left out.
      if (isInside && !isContinued) close();
      parts.forEach((part, index) => {
        const isOrphan = index === 0 && isContinued && !isInside;
        const endsHere = index < parts.length - 1 || !isOpen;
        if (isOrphan) return;
        if (!endsHere) return keep(part);
        if (!isInside) return void packets.push(part);
        keep(part);
        packets.push(close());
      });
      return packets;
    },
  };
}
