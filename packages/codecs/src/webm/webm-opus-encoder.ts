import type { AudioEncoder } from "@parlando/core";
import type { EncoderOptions } from "../encoder-options.ts";
import { joinBytes } from "../join.ts";
import { opusRate, writeOpusHead } from "../opus/opus-head.ts";
import { openOpusPacketEncoder, packetFrames, type OpusPacketEncoder } from "../opus/opus-packet-encoder.ts";
import { createPacketGroups, type PacketGroup } from "../opus/packet-groups.ts";
import { ebmlIds } from "./ebml-ids.ts";
import { ebmlElement, ebmlFloat, ebmlText, ebmlUnsigned, openElement } from "./ebml-writer.ts";

/** What a decoder is to decode before a place that it jumps to, in nanoseconds (RFC 7845, 4.6). */
const seekPreRoll = 80_000_000;
const packetMs = (packetFrames * 1000) / opusRate;
const keyFrame = 0x80;

/**
 * Opens an encoder for Opus in WebM that can be played while it is written: no sizes to be filled in later, a cluster for each 100 ms,
 * the first packet in one of its own. Codec delay and discarded padding tell where the audio begins and ends.
 */
export async function openWebmOpusEncoder(options: EncoderOptions): Promise<AudioEncoder> {
  const opus = await openOpusPacketEncoder(options);
  const groups = createPacketGroups();

  return {
    sampleRate: opus.sampleRate,
    channels: opus.channels,
    begin: () => joinBytes([ebmlHead(), openElement(ebmlIds.segment), info(), tracks(opus, options.sampleRate)]),
    push: (samples) => joinBytes(groups.push(opus.push(samples)).map((group) => cluster(group, 0))),
    flush() {
      const { packets, endFrame } = opus.flush();
      const rest = [...groups.push(packets), ...groups.flush()];
      return joinBytes(rest.map((group, index) => cluster(group, index === rest.length - 1 ? paddingOf(group, endFrame) : 0)));
    },
    close: () => opus.close(),
  };
}

/** Sample frames behind the end of the audio. */
function paddingOf({ packets, firstPacket }: PacketGroup, endFrame: number): number {
  return (firstPacket + packets.length) * packetFrames - endFrame;
}

function ebmlHead(): Uint8Array {
  // Version 4 of the format knows DiscardPadding; readers of version 2 can read the rest.
  return ebmlElement(ebmlIds.ebml, ebmlText(ebmlIds.docType, "webm"), ebmlUnsigned(0x4287, 4), ebmlUnsigned(0x4285, 2));
}

function info(): Uint8Array {
  return ebmlElement(ebmlIds.info, ebmlUnsigned(ebmlIds.timestampScale, 1_000_000), ebmlText(ebmlIds.muxingApp, "Parlando"), ebmlText(ebmlIds.writingApp, "Parlando"));
}

function tracks({ channels, preSkip }: OpusPacketEncoder, inputRate: number): Uint8Array {
  const entry = ebmlElement(
    ebmlIds.trackEntry,
    ebmlUnsigned(ebmlIds.trackNumber, 1),
    ebmlUnsigned(ebmlIds.trackUid, 1),
    ebmlUnsigned(ebmlIds.trackType, 2),
    ebmlText(ebmlIds.codecId, "A_OPUS"),
    ebmlElement(ebmlIds.codecPrivate, writeOpusHead({ channels, preSkip, inputRate })),
    ebmlUnsigned(ebmlIds.codecDelay, nanoseconds(preSkip)),
    ebmlUnsigned(ebmlIds.seekPreRoll, seekPreRoll),
    ebmlElement(ebmlIds.audio, ebmlFloat(ebmlIds.samplingFrequency, opusRate), ebmlUnsigned(ebmlIds.channels, channels)),
  );
  return ebmlElement(ebmlIds.tracks, entry);
}

function cluster({ packets, firstPacket }: PacketGroup, padding: number): Uint8Array {
  const blocks = packets.map((packet, index) => {
    const isLast = index === packets.length - 1;
    return padding > 0 && isLast ? paddedBlock(packet, index * packetMs, padding) : ebmlElement(ebmlIds.simpleBlock, blockHead(index * packetMs, keyFrame), packet);
  });
  return ebmlElement(ebmlIds.cluster, ebmlUnsigned(ebmlIds.timestamp, firstPacket * packetMs), ...blocks);
}

function paddedBlock(packet: Uint8Array, timeMs: number, padding: number): Uint8Array {
  const value = new Uint8Array(8);
  new DataView(value.buffer).setBigInt64(0, BigInt(nanoseconds(padding)));
  return ebmlElement(ebmlIds.blockGroup, ebmlElement(ebmlIds.block, blockHead(timeMs, 0), packet), ebmlElement(ebmlIds.discardPadding, value));
}

/** Track 1, time within the cluster, flags. */
function blockHead(timeMs: number, flags: number): Uint8Array {
  return Uint8Array.of(0x81, timeMs >> 8, timeMs & 0xff, flags);
}

function nanoseconds(frames: number): number {
  return Math.round((frames * 1_000_000_000) / opusRate);
}
