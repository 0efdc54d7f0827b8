import type { AudioFormat } from "@parlando/engine";
import { Problem } from "../problem/problem.ts";

/** A format that a client can ask for by `response_format`. */
export interface ServedFormat {
  /** Name in requests. */
  readonly name: string;
  readonly encoding: AudioFormat["encoding"];
  /** In Hz, where it is always the same; else as the engine gives it. */
  readonly sampleRate: number | undefined;
  /** Bare samples: every chunk stands for itself, and nothing but the samples is sent. */
  readonly bare: "pcm-s16le" | "mulaw" | "alaw" | undefined;
  /** Media type for a rate in Hz, one channel. */
  readonly contentType: (sampleRate: number) => string;
}

/** What there is. The rate of `pcm` is the one that OpenAI's clients assume; the two of telephony have theirs. */
const servedFormats: ReadonlyMap<string, ServedFormat> = new Map(
  (
    [
      { name: "mp3", encoding: "mp3", sampleRate: undefined, bare: undefined, contentType: () => "audio/mpeg" },
      { name: "opus", encoding: "ogg-opus", sampleRate: undefined, bare: undefined, contentType: () => "audio/ogg;codecs=opus" },
      { name: "wav", encoding: "wav", sampleRate: undefined, bare: undefined, contentType: () => "audio/wav" },
      { name: "pcm", encoding: "pcm-s16le", sampleRate: 24_000, bare: "pcm-s16le", contentType: (rate: number) => `audio/pcm;rate=${rate};channels=1` },
      { name: "mulaw", encoding: "mulaw", sampleRate: 8_000, bare: "mulaw", contentType: (rate: number) => `audio/pcmu;rate=${rate};channels=1` },
      { name: "alaw", encoding: "alaw", sampleRate: 8_000, bare: "alaw", contentType: (rate: number) => `audio/pcma;rate=${rate};channels=1` },
    ] satisfies readonly ServedFormat[]
  ).map((format) => [format.name, format]),
);

/** Names of the formats that can be asked for. */
export const servedFormatNames: readonly string[] = [...servedFormats.keys()];

/** @throws Problem 400 `unsupported_format`, with the names there are. */
export function servedFormat(name: string): ServedFormat {
  const format = servedFormats.get(name);
  if (format !== undefined) return format;
  throw new Problem(400, "unsupported_format", `The format ${JSON.stringify(name.slice(0, 40))} cannot be made here. There are: ${servedFormatNames.join(", ")}.`, { field: "response_format" });
}

/** A format that only a package writes which is not installed. */
export function missingCodecs(format: ServedFormat, cause: unknown): Problem {
  const message = `The format ${format.name} cannot be made: this server runs without the package @parlando/codecs. Ask for wav or pcm, or install it beside the server.`;
  return new Problem(400, "unsupported_format", message, { field: "response_format", cause });
}
