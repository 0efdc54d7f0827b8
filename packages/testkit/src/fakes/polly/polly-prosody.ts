import type { FakeSpeech } from "../shared/fake-speech.ts";

/** How a whole document is to sound. */
export interface PollyProsody {
  /** 1 is normal. */
  rate: number;
  /** Linear; 1 is normal. */
  gain: number;
}

const outermost = /^\s*<speak[^>]*>\s*<prosody\s([^>]*)>[\s\S]*<\/prosody>\s*<\/speak>\s*$/u;

/** The `prosody` that stands around a whole document, as far as it is told in percent and decibels; what stands inside changes no sound here. */
export function readPollyProsody(source: string): PollyProsody {
  const attributes = outermost.exec(source)?.[1] ?? "";
  const percent = /rate=["'](\d+)%["']/u.exec(attributes)?.[1];
  const decibels = /volume=["']([+-]\d+(?:\.\d+)?)dB["']/u.exec(attributes)?.[1];
  return { rate: percent === undefined ? 1 : Math.min(2, Math.max(0.2, Number(percent) / 100)), gain: decibels === undefined ? 1 : 10 ** (Number(decibels) / 20) };
}

/** The same speech, louder or softer. Only 16-bit PCM is changed. */
export function withGain(speech: FakeSpeech, gain: number): FakeSpeech {
  if (gain === 1 || speech.bytesPerFrame !== 2) return speech;
  function read(fromByte: number, toByte: number): Uint8Array<ArrayBuffer> {
    const from = fromByte - (fromByte % 2);
    const bytes = speech.read(from, toByte + (toByte % 2));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + 1 < bytes.length; at += 2) view.setInt16(at, Math.max(-32_768, Math.min(32_767, Math.round(gain * view.getInt16(at, true)))), true);
    return bytes.subarray(fromByte - from, toByte - from);
  }
  return { ...speech, read };
}
