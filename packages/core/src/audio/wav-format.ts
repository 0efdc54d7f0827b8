import { TTSError } from "@parlando/engine";
import { bytesPerSample, type SampleLayout } from "./sample-layout.ts";
import { isSampleRate, maximumSampleRate, minimumSampleRate } from "./sample-rate.ts";

/** What a `fmt ` chunk says. */
export interface WavFormat {
  readonly layout: SampleLayout;
  readonly sampleRate: number;
  readonly channels: number;
}

/** Bytes of a `fmt ` chunk that matter: an extensible one is this long. */
export const longestFormatChunk = 40;

const maximumChannels = 32;

/** Format tags of WAVE, from Microsoft's mmreg.h. */
const tags = { pcm: 1, float: 3, alaw: 6, mulaw: 7, extensible: 0xfffe } as const;

/**
 * Reads the body of a `fmt ` chunk.
 *
 * @throws TTSError `BAD_AUDIO` where it cannot be true, `UNSUPPORTED` for encodings inside WAV other than PCM, float, µ-law and A-law.
 */
export function parseWavFormat(body: Uint8Array): WavFormat {
  if (body.length < 16) throw badFormat(`its format chunk has ${body.length} bytes; expected at least 16`);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const channels = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  if (channels < 1 || channels > maximumChannels) throw badFormat(`it announces ${channels} channels; expected 1 to ${maximumChannels}`);
  if (!isSampleRate(sampleRate)) throw badFormat(`it announces ${sampleRate} Hz; expected ${minimumSampleRate} to ${maximumSampleRate}`);
  return { layout: layoutOf(view, channels, sampleRate), sampleRate, channels };
}

function layoutOf(view: DataView, channels: number, sampleRate: number): SampleLayout {
  const tag = formatTag(view);
  const bytes = containerBytes(view, channels, sampleRate);
  if (tag === tags.mulaw) return "mulaw";
  if (tag === tags.alaw) return "alaw";
  const layout = tag === tags.pcm ? integerLayouts[bytes] : tag === tags.float ? floatLayouts[bytes] : undefined;
  if (layout !== undefined) return layout;
  throw new TTSError(
    "UNSUPPORTED",
    `Reading WAV audio: format tag ${tag} with ${bytes * 8} bits a sample cannot be decoded; expected integers of 8, 16, 24 or 32 bits, floats of 32 or 64, µ-law or A-law. Ask the engine for 16-bit PCM.`,
  );
}

const integerLayouts: Readonly<Record<number, SampleLayout>> = { 1: "u8", 2: "s16", 3: "s24", 4: "s32" };
const floatLayouts: Readonly<Record<number, SampleLayout>> = { [bytesPerSample.f32]: "f32", [bytesPerSample.f64]: "f64" };

/** The tag; for the extensible form, the one at the head of its sub-format. */
function formatTag(view: DataView): number {
  const tag = view.getUint16(0, true);
  if (tag !== tags.extensible) return tag;
  if (view.byteLength < longestFormatChunk) throw badFormat("its format chunk is of the extensible kind but too short for one");
  return view.getUint16(24, true);
}

/**
 * Bytes that one sample takes. Bits are rounded up to bytes, unless block size and byte rate agree on more: 24 bits may lie in
 * 4 bytes. One of them alone is not believed, since many writers fill them in wrongly.
 */
function containerBytes(view: DataView, channels: number, sampleRate: number): number {
  const fromBits = Math.ceil(view.getUint16(14, true) / 8);
  const blockBytes = view.getUint16(12, true);
  const agreed = blockBytes > 0 && blockBytes % channels === 0 && view.getUint32(8, true) === sampleRate * blockBytes;
  return agreed ? Math.max(fromBits, blockBytes / channels) : fromBits;
}

function badFormat(found: string): TTSError {
  return new TTSError("BAD_AUDIO", `Reading WAV audio: ${found}. Ask the engine for another format, or report it with the request id.`);
}
