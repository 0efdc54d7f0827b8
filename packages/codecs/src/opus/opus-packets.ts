import { TTSError } from "@parlando/engine";
import { createDecoder, DecoderCtl, type OpusDecoderHandle } from "libopus-wasm";
import { opusPacketFrames } from "./opus-packet.ts";
import { opusRate, type OpusHead } from "./opus-head.ts";

/** Decodes Opus packets to mono at 48 kHz. */
export interface OpusPackets {
  /** A new stream begins: nothing of the one before is kept. */
  begin(head: OpusHead): void;
  /** @throws TTSError `BAD_AUDIO` for what is no packet, or where a few bytes would make hours of audio. */
  decode(packet: Uint8Array): Float32Array;
  close(): void;
}

/**
 * A packet of one byte stands for up to 60 ms. Speech has 500 bytes a second at the very least (4 kbit/s), so that what goes beyond that
 * by a long pause is not speech, but an attempt to fill the memory.
 */
const leastBytesPerSecond = 500;
/** Longest pause that packets of silence may bridge, in sample frames. */
const longestPause = 20 * opusRate;

/** Opens a decoder of packets. The second of two decoders stands by, since making one takes a turn of the event loop and a stream may follow at once. */
export async function openOpusPackets(): Promise<OpusPackets> {
  let current = await openMono();
  let spare: OpusDecoderHandle | undefined = await openMono();
  let hasBegun = false;
  let isClosed = false;
  let budget = longestPause;

  const replace = (): void => {
    // Where streams of a few bytes follow each other in one push, the old decoder goes on: its echo fades within the pre-skip.
    if (spare === undefined) return;
    current.free();
    current = spare;
    spare = undefined;
    openMono().then((next) => {
      if (isClosed) next.free();
      else spare = next;
    }, ignore);
  };

  return {
    begin({ gain }) {
      if (hasBegun) replace();
      hasBegun = true;
      current.decoderCtl(DecoderCtl.SetGain, gain);
    },
    decode(packet) {
      const frames = opusPacketFrames(packet);
      if (frames === 0) throw badPacket(packet, undefined);
      budget += (packet.length * opusRate) / leastBytesPerSecond - frames;
      if (budget < 0) throw new TTSError("BAD_AUDIO", `Reading Opus audio: more than ${longestPause / opusRate} s beyond what so few bytes can hold. Ask the engine for another format.`);
      try {
        return current.decodeFloat(packet);
      } catch (cause) {
        throw badPacket(packet, cause);
      }
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      current.free();
      spare?.free();
    },
  };
}

async function openMono(): Promise<OpusDecoderHandle> {
  return await createDecoder({ sampleRate: opusRate, channels: 1 });
}

function badPacket(packet: Uint8Array, cause: unknown): TTSError {
  return new TTSError("BAD_AUDIO", `Reading Opus audio: a packet of ${packet.length} bytes is damaged. Try again, or ask the engine for another format.`, { cause });
}

/** A spare that could not be made is missed when it is needed, and only then. */
function ignore(): void {}
