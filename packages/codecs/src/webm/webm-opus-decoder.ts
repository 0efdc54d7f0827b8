import type { AudioDecoder } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import { joinSamples } from "../join.ts";
import { opusRate } from "../opus/opus-head.ts";
import { openOpusPackets, type OpusPackets } from "../opus/opus-packets.ts";
import { ebmlIds } from "./ebml-ids.ts";
import { readEbmlSize, readSigned } from "./ebml-number.ts";
import { createEbmlReader, damaged, readChildren, type EbmlElement } from "./ebml-reader.ts";
import { framesOf, readTrack, type WebmTrack } from "./webm-track.ts";

interface WebmState {
  /** The first track of Opus; others are not heard. */
  track: WebmTrack | undefined;
  /** Sample frames still to be left out at the start. */
  toSkip: number;
}

/**
 * Opens a decoder for Opus in WebM that arrives in pieces: mono, 48 kHz. Each packet comes out when it is complete. Codec delay and
 * discarded padding are honoured; files that follow each other are decoded one after another.
 */
export async function openWebmOpusDecoder(): Promise<AudioDecoder> {
  const opus = await openOpusPackets();
  const reader = createEbmlReader();
  const state: WebmState = { track: undefined, toSkip: 0 };
  let hasBegun = false;
  let isClosed = false;

  const close = (): void => {
    isClosed = true;
    opus.close();
  };
  const take = (element: EbmlElement): Float32Array => {
    hasBegun = true;
    return takeElement(opus, state, element);
  };

  return {
    sampleRate: opusRate,
    push(bytes) {
      const found: Float32Array[] = [];
      if (!isClosed) reader.push(bytes, (element) => found.push(take(element)));
      return joinSamples(found.filter((samples) => samples.length > 0));
    },
    flush() {
      if (isClosed) return new Float32Array(0);
      close();
      reader.flush();
      if (hasBegun && state.track === undefined) throw new TTSError("TRUNCATED", "Reading WebM audio: it ended before any audio. Try again.");
      return new Float32Array(0);
    },
    close,
  };
}

function takeElement(opus: OpusPackets, state: WebmState, { id, body }: EbmlElement): Float32Array {
  const nothing = new Float32Array(0);
  if (id === ebmlIds.ebml) state.track = undefined;
  else if (id === ebmlIds.trackEntry) takeTrack(opus, state, body);
  else if (id === ebmlIds.cluster) requireTrack(state);
  else if (id === ebmlIds.simpleBlock) return decodeBlock(opus, state, body, 0);
  else if (id === ebmlIds.blockGroup) return decodeGroup(opus, state, body);
  return nothing;
}

function takeTrack(opus: OpusPackets, state: WebmState, body: Uint8Array): void {
  if (state.track !== undefined) return;
  state.track = readTrack(body);
  if (state.track === undefined) return;
  state.toSkip = state.track.head.preSkip;
  opus.begin(state.track.head);
}

function requireTrack(state: WebmState): WebmTrack {
  if (state.track !== undefined) return state.track;
  throw new TTSError("UNSUPPORTED", "Reading WebM audio: there is no Opus in it; expected a track of Opus, not of Vorbis or video alone. Ask the engine for Opus or PCM.");
}

function decodeGroup(opus: OpusPackets, state: WebmState, body: Uint8Array): Float32Array {
  let block = new Uint8Array(0);
  let padding = 0;
  readChildren(body, (child) => {
    if (child.id === ebmlIds.block) block = child.body.slice();
    else if (child.id === ebmlIds.discardPadding) padding = framesOf(readSigned(child.body.subarray(0, 8)));
  });
  return decodeBlock(opus, state, block, padding);
}

/** `padding` sample frames are left out: at the end, or where it is negative, at the start. */
function decodeBlock(opus: OpusPackets, state: WebmState, block: Uint8Array, padding: number): Float32Array {
  const track = requireTrack(state);
  const number = readEbmlSize(block, 0);
  if (number === undefined || number === "bad" || block.length < number.length + 3) throw damaged("a block without a head");
  if (number.value !== track.number) return new Float32Array(0);
  // Lacing puts several packets into one block; nobody does so with Opus of 20 ms.
  if (((block[number.length + 2] ?? 0) & 0x06) !== 0) throw new TTSError("UNSUPPORTED", "Reading WebM audio: several packets in one block (lacing); expected one. Ask the engine for another format.");
  const packet = block.subarray(number.length + 3);
  if (packet.length === 0) return new Float32Array(0);
  const samples = opus.decode(packet);
  const skipped = Math.min(samples.length, Math.max(state.toSkip, -padding));
  state.toSkip = Math.max(0, state.toSkip - skipped);
  return samples.subarray(skipped, Math.max(skipped, samples.length - Math.max(0, padding)));
}
