import type { FakeSpeechFormat } from "../shared/fake-speech.ts";

/** A format that the fake makes. */
export interface AzureFormat {
  sampleRate: number;
  format: FakeSpeechFormat;
}

const rates: Readonly<Record<string, number>> = { "8khz": 8000, "16khz": 16_000, "22050hz": 22_050, "24khz": 24_000, "44100hz": 44_100, "48khz": 48_000 };

/** Reads a name like `raw-24khz-16bit-mono-pcm`. Undefined for what the fake cannot make: headers, MP3, Opus and the like. `lies`: PCM has two thirds of its rate. */
export function azureFormat(name: unknown, lies: boolean = false): AzureFormat | undefined {
  if (typeof name !== "string") return undefined;
  const companded = /^raw-8khz-8bit-mono-(mulaw|alaw)$/u.exec(name)?.[1];
  if (companded === "mulaw" || companded === "alaw") return { sampleRate: 8000, format: companded };
  const sampleRate = rates[/^raw-(\w+)-16bit-mono-pcm$/u.exec(name)?.[1] ?? ""];
  return sampleRate === undefined ? undefined : { sampleRate: lies ? Math.round((sampleRate * 2) / 3) : sampleRate, format: "pcm-s16le" };
}
