import { TTSError, type AudioFormat } from "@parlando/engine";
import { decodableEncodings } from "../audio/codecs.ts";

/** What {@link chooseFormat} decides on. */
export interface FormatChoice {
  /** What the engine offers, the one with the lowest latency first. */
  readonly formats: readonly AudioFormat[];
  /** Rate of the stream, in Hz. */
  readonly sampleRate: number;
  /** Whether compressed audio can be read too. */
  readonly hasCodecs: boolean;
  readonly engine: string;
}

/**
 * The format to ask an engine for: PCM at the stream's rate, PCM at another, WAV, compressed audio where it can be read, and last the 8
 * bits of telephony, unless the stream itself runs at their rate. Among equals one at the stream's rate, then the one with the lowest
 * latency.
 *
 * @throws TTSError `UNSUPPORTED` where the engine offers nothing that can be read.
 */
export function chooseFormat({ formats, sampleRate, hasCodecs, engine }: FormatChoice): AudioFormat {
  let chosen: { readonly format: AudioFormat; readonly cost: number } | undefined;
  for (const format of formats) {
    const cost = costOf(format, sampleRate, hasCodecs);
    if (cost !== undefined && (chosen === undefined || cost < chosen.cost)) chosen = { format, cost };
  }
  if (chosen !== undefined) return chosen.format;
  throw unreadable(formats, engine);
}

/** Smaller is better; undefined for what cannot be read. Another rate costs less than another kind. */
function costOf({ encoding, sampleRate }: AudioFormat, wanted: number, hasCodecs: boolean): number | undefined {
  const otherRate = sampleRate === wanted ? 0 : 1;
  if (encoding.startsWith("pcm")) return otherRate;
  if (encoding === "wav") return 2 + otherRate;
  if (decodableEncodings.has(encoding)) return hasCodecs ? 4 + otherRate : undefined;
  return encoding === "mulaw" || encoding === "alaw" ? (otherRate === 0 ? 4 : 6) : undefined;
}

function unreadable(formats: readonly AudioFormat[], engine: string): TTSError {
  if (formats.length === 0) return new TTSError("UNSUPPORTED", `The engine "${engine}" declares no audio format.`, { engine });
  const offered = [...new Set(formats.map((format) => format.encoding))].join(", ");
  const remedy = formats.some((format) => decodableEncodings.has(format.encoding))
    ? "reading it needs codecs: install @parlando/codecs, and hand them to the stream (createTTS does so by itself)"
    : "nothing here reads that; choose another output format of the engine, or another engine";
  return new TTSError("UNSUPPORTED", `The engine "${engine}" sends only ${offered}; expected PCM, WAV, µ-law or A-law, or what codecs can read; ${remedy}.`, { engine });
}
