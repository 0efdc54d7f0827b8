import type { AudioFormat } from "@parlando/engine";

/** A format, and the name that the vendor's SDK has for it. */
export interface AzureFormat {
  /** A key of the SDK's `SpeechSynthesisOutputFormat`. */
  readonly name: "Raw24Khz16BitMonoPcm" | "Raw16Khz16BitMonoPcm" | "Raw48Khz16BitMonoPcm" | "Raw8Khz16BitMonoPcm" | "Raw22050Hz16BitMonoPcm" | "Raw44100Hz16BitMonoPcm" | "Raw8Khz8BitMonoMULaw" | "Raw8Khz8BitMonoALaw";
  readonly format: AudioFormat;
  /** Of one millisecond. */
  readonly bytesPerMs: number;
}

function pcm(name: AzureFormat["name"], sampleRate: number): AzureFormat {
  return { name, format: { encoding: "pcm-s16le", sampleRate, channels: 1 }, bytesPerMs: (sampleRate * 2) / 1000 };
}

/**
 * What is asked for: formats without a header, so that every byte is audio. 24 kHz is what most voices are made at. The service has MP3 and Opus too,
 * which need a decoder and begin later, and `riff-*`, whose header the SDK puts before every chunk.
 */
export const azureFormats: readonly [AzureFormat, ...AzureFormat[]] = [
  pcm("Raw24Khz16BitMonoPcm", 24_000),
  pcm("Raw16Khz16BitMonoPcm", 16_000),
  pcm("Raw48Khz16BitMonoPcm", 48_000),
  pcm("Raw8Khz16BitMonoPcm", 8_000),
  pcm("Raw22050Hz16BitMonoPcm", 22_050),
  pcm("Raw44100Hz16BitMonoPcm", 44_100),
  { name: "Raw8Khz8BitMonoMULaw", format: { encoding: "mulaw", sampleRate: 8_000, channels: 1 }, bytesPerMs: 8 },
  { name: "Raw8Khz8BitMonoALaw", format: { encoding: "alaw", sampleRate: 8_000, channels: 1 }, bytesPerMs: 8 },
];

/** The format asked for, or PCM at the nearest rate that is not lower, else the highest. */
export function chooseFormat({ encoding, sampleRate }: AudioFormat): AzureFormat {
  const exact = azureFormats.find(({ format }) => format.encoding === encoding && format.sampleRate === sampleRate);
  if (exact !== undefined) return exact;
  if (!encoding.startsWith("pcm")) return azureFormats[0];
  const rates = azureFormats.filter(({ format }) => format.encoding === "pcm-s16le").sort((one, other) => one.format.sampleRate - other.format.sampleRate);
  return rates.find(({ format }) => format.sampleRate >= sampleRate) ?? rates.at(-1) ?? azureFormats[0];
}
