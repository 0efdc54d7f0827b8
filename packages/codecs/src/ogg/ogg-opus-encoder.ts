import type { AudioEncoder } from "@parlando/core";
import type { EncoderOptions } from "../encoder-options.ts";
import { joinBytes } from "../join.ts";
import { writeOpusHead } from "../opus/opus-head.ts";
import { openOpusPacketEncoder, packetFrames } from "../opus/opus-packet-encoder.ts";
import { createPacketGroups, type PacketGroup } from "../opus/packet-groups.ts";
import { createOggPageWriter } from "./ogg-page-writer.ts";

/**
 * Opens an encoder for Opus in Ogg (RFC 7845): packets of 20 ms, the first on a page of its own, then five to a page. The last page
 * tells where the audio ends, so that a decoder gives as many samples as were put in.
 */
export async function openOggOpusEncoder(options: EncoderOptions): Promise<AudioEncoder> {
  const opus = await openOpusPacketEncoder(options);
  const pages = createOggPageWriter({ serial: Math.floor(Math.random() * 2 ** 32) });
  const groups = createPacketGroups();
  const write = ({ packets, firstPacket }: PacketGroup): Uint8Array => pages.write({ packets, granule: (firstPacket + packets.length) * packetFrames });

  return {
    sampleRate: opus.sampleRate,
    channels: opus.channels,
    begin() {
      const head = writeOpusHead({ channels: opus.channels, preSkip: opus.preSkip, inputRate: options.sampleRate });
      return joinBytes([pages.write({ packets: [head], granule: 0 }), pages.write({ packets: [comments()], granule: 0 })]);
    },
    push: (samples) => joinBytes(groups.push(opus.push(samples)).map(write)),
    flush() {
      const { packets, endFrame } = opus.flush();
      const rest = [...groups.push(packets), ...groups.flush()];
      const last = rest.pop();
      const written = rest.map(write);
      if (last !== undefined) written.push(pages.write({ packets: last.packets, granule: endFrame, isLast: true }));
      return joinBytes(written);
    },
    close: () => opus.close(),
  };
}

/** The comments that every stream has to have (RFC 7845, 5.2): who wrote it, and none. */
function comments(): Uint8Array {
  const name = "Parlando";
  const bytes = new Uint8Array(8 + 4 + name.length + 4);
  for (const [index, character] of [..."OpusTags"].entries()) bytes[index] = character.charCodeAt(0);
  new DataView(bytes.buffer).setUint32(8, name.length, true);
  for (const [index, character] of [...name].entries()) bytes[12 + index] = character.charCodeAt(0);
  return bytes;
}
