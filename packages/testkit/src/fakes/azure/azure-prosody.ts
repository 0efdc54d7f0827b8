import type { FakeSpeech } from "../shared/fake-speech.ts";
import { ssmlAttribute } from "../shared/ssml-check.ts";

/** How a text is to be spoken: 1 is normal for both. */
export interface AzureProsody {
  /** How many times as fast. */
  rate: number;
  /** Amplitude; the service's documents call it linear, which is not verified. */
  volume: number;
}

/** Reads the first `prosody` of SSML, as if it stood around everything. Pitch changes nothing. */
export function ssmlProsody(ssml: string): AzureProsody {
  return { rate: readRate(ssmlAttribute(ssml, "prosody", "rate")), volume: readVolume(ssmlAttribute(ssml, "prosody", "volume")) };
}

/** Reads `synthesis.input` of text that comes in pieces. */
export function inputProsody(input: Readonly<Record<string, unknown>> = {}): AzureProsody {
  return { rate: readRate(input["rate"]), volume: readVolume(input["volume"]) };
}

/** "+50%" and "1.5" are the same. */
function readRate(value: unknown): number {
  const [, sign, digits, percent] = /^([+-]?)(\d+(?:\.\d+)?)(%?)$/u.exec(String(value)) ?? [];
  if (digits === undefined) return 1;
  const rate = percent === "%" ? 1 + (sign === "-" ? -1 : 1) * (Number(digits) / 100) : Number(digits);
  return Math.min(2, Math.max(0.5, rate));
}

/** 0 to 100. */
function readVolume(value: unknown): number {
  return /^\d+(?:\.\d+)?$/u.test(String(value)) ? Math.min(100, Number(value)) / 100 : 1;
}

/** The same speech, softer. PCM of 16 bits only; cuts inside a sample are read at its boundaries. */
export function withVolume(speech: FakeSpeech, volume: number): FakeSpeech {
  if (volume === 1 || speech.bytesPerFrame !== 2) return speech;
  function read(fromByte: number, toByte: number): Uint8Array<ArrayBuffer> {
    const first = fromByte - (fromByte % 2);
    const bytes = speech.read(first, toByte + (toByte % 2));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + 1 < bytes.length; at += 2) view.setInt16(at, Math.round(view.getInt16(at, true) * volume), true);
    return bytes.slice(fromByte - first, toByte - first);
  }
  return { ...speech, read };
}
