import type { FakeSpeechFormat } from "../shared/fake-speech.ts";

/** What a client asks for with `output_format`. */
export interface OutputFormat {
  name: string;
  sampleRate: number;
  format: FakeSpeechFormat;
  contentType: string;
}

const pcmRates = new Set([8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000]);

/** Reads a name as `pcm_24000`; undefined for what the fake cannot make (mp3, opus: nothing here encodes them). */
export function readOutputFormat(name: string): OutputFormat | undefined {
  if (name === "ulaw_8000") return { name, sampleRate: 8000, format: "mulaw", contentType: "audio/basic" };
  if (name === "alaw_8000") return { name, sampleRate: 8000, format: "alaw", contentType: "audio/x-alaw-basic" };
  const sampleRate = Number(/^pcm_(\d+)$/u.exec(name)?.[1] ?? Number.NaN);
  return pcmRates.has(sampleRate) ? { name, sampleRate, format: "pcm-s16le", contentType: "audio/pcm" } : undefined;
}
