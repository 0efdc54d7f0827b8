import { TTSError, type AudioFormat } from "@parlando/engine";

/** A format and the provider's name for it. */
export interface OutputFormat {
  /** `output_format` of a request. */
  readonly name: string;
  readonly format: AudioFormat;
}

const outputFormat = (name: string): OutputFormat | undefined => {
  const [, kind = "", rate = "", kilobits] = /^(pcm|ulaw|alaw|mp3|opus)_(\d{4,5})(?:_(\d{2,3}))?$/.exec(name) ?? [];
  const encoding = encodings[kind];
  if (encoding === undefined) return undefined;
  return { name, format: { encoding, sampleRate: Number(rate), channels: 1, ...(kilobits === undefined ? {} : { bitrate: Number(kilobits) * 1000 }) } };
};

const encodings: Readonly<Record<string, AudioFormat["encoding"]>> = { pcm: "pcm-s16le", ulaw: "mulaw", alaw: "alaw", mp3: "mp3", opus: "ogg-opus" };

/** What every tier may ask for, over HTTP and sockets, the lowest latency first: raw samples need no decoder. */
const free = ["pcm_24000", "pcm_16000", "pcm_22050", "pcm_8000", "ulaw_8000", "alaw_8000"];
/** 44.1 kHz PCM is for the Pro tier and above, as the provider documents. */
const fromPro = ["pcm_24000", "pcm_44100", ...free.slice(1)];
const tiersFromPro: ReadonlySet<string> = new Set(["pro", "scale", "business", "enterprise"]);

/**
 * The formats an account can ask for.
 *
 * @param name One format that is asked for always, by the provider's name; then there is no other.
 */
export function formatsFor(tier: string | undefined, name: string | undefined): readonly OutputFormat[] {
  const names = name === undefined ? (tiersFromPro.has(tier ?? "") ? fromPro : free) : [name];
  return names.flatMap((one) => outputFormat(one) ?? []);
}

/** Whether a name is that of an output format that can be read here. */
export function isFormatName(name: string): boolean {
  return outputFormat(name) !== undefined;
}

/** The format nearest to what is wanted: the same, the same encoding at the next higher rate, else the first. */
export function nearestFormat(formats: readonly OutputFormat[], wanted: AudioFormat): OutputFormat {
  const same = formats.filter(({ format }) => format.encoding === wanted.encoding).sort((one, other) => one.format.sampleRate - other.format.sampleRate);
  const found = same.find(({ format }) => format.sampleRate >= wanted.sampleRate) ?? same.at(-1) ?? formats[0];
  if (found === undefined) throw new TTSError("INTERNAL", "Choosing an output format of elevenlabs: none is known.", { engine: "elevenlabs" });
  return found;
}
