import type { AudioFormat, Capabilities } from "@parlando/engine";
import type { PollyEngineName, PollyFormatName, PollyOptions, PollyRequestOptions } from "./polly-options.ts";

/** A format and its names on the wire. */
export interface PollyFormat {
  readonly name: PollyFormatName;
  readonly format: AudioFormat;
}

/** Units of one request: 3,000 characters are paid for, by AWS's guide. Tags are not, up to 6,000 in all; core counts everything. */
export const MOST_CHARACTERS = 3_000;
/** Characters of a request with its tags. */
export const MOST_WITH_TAGS = 6_000;
/** How long one two-way stream may last, by AWS's guide. */
export const MOST_STREAM_MS = 600_000;
/** Streams of generative voices at once, by AWS's guide. */
const GENERATIVE_CONCURRENCY = 26;

/** Lexicons are of the account. */
const requestOptions: readonly (keyof PollyRequestOptions)[] = ["engine"];

const all: readonly PollyFormat[] = [
  { name: "pcm", format: { encoding: "pcm-s16le", sampleRate: 16_000, channels: 1 } },
  { name: "pcm", format: { encoding: "pcm-s16le", sampleRate: 8_000, channels: 1 } },
  { name: "mulaw", format: { encoding: "mulaw", sampleRate: 8_000, channels: 1 } },
  { name: "alaw", format: { encoding: "alaw", sampleRate: 8_000, channels: 1 } },
  { name: "mp3", format: { encoding: "mp3", sampleRate: 24_000, channels: 1 } },
  { name: "ogg_opus", format: { encoding: "ogg-opus", sampleRate: 48_000, channels: 1 } },
];

const everywhere = ["speak", "break", "lang", "mark", "p", "s", "say-as", "sub", "w"];
const ownEffect = "amazon:effect@name=drc";

/**
 * Elements by engine, from the table "Supported SSML tags" of AWS's guide; only refusals were seen. Of generative voices the guide says that
 * `prosody` may stand around whole sentences only and `phoneme` is partly honoured: they are left out. `amazon:domain` depends on the voice.
 */
const ssml: Readonly<Record<PollyEngineName, readonly string[]>> = {
  standard: [...everywhere, "emphasis", "phoneme", "prosody", "amazon:auto-breaths", "amazon:breath", "amazon:effect"],
  neural: [...everywhere, "phoneme", "prosody@rate", "prosody@volume", ownEffect],
  "long-form": [...everywhere, "phoneme", "prosody@rate", "prosody@volume", ownEffect],
  generative: everywhere,
};

/** A guess until calls have been measured: nothing published by AWS says it. */
const startMs: Readonly<Record<PollyEngineName, number>> = { standard: 120, neural: 200, "long-form": 500, generative: 400 };

/** What may be asked for with these options, by preference. */
export function formatsOf({ formats }: Pick<PollyOptions, "formats">): readonly PollyFormat[] {
  return formats === undefined ? all : formats.flatMap((name) => all.filter((format) => format.name === name));
}

/** The format nearest to what was asked for: the same encoding and rate, the same encoding, or the first. */
export function chooseFormat(formats: readonly PollyFormat[], { encoding, sampleRate }: AudioFormat): PollyFormat | undefined {
  const alike = formats.filter(({ format }) => format.encoding === encoding);
  return alike.find(({ format }) => format.sampleRate === sampleRate) ?? alike[0] ?? formats[0];
}

/** Bytes of a second of audio; undefined where it is compressed. */
export function bytesPerSecond({ encoding, sampleRate }: AudioFormat): number | undefined {
  if (encoding === "pcm-s16le") return 2 * sampleRate;
  return encoding === "mulaw" || encoding === "alaw" ? sampleRate : undefined;
}

/** What one of Polly's engines can do. Only an engine that is set to generative takes text as it comes. */
export function pollyCapabilities(engine: PollyEngineName, options: PollyOptions): Capabilities {
  const concurrency = options.concurrency ?? (engine === "generative" ? GENERATIVE_CONCURRENCY : undefined);
  const isIncremental = options.engine === "generative";
  return {
    input: isIncremental ? ["segment", "incremental"] : ["segment"],
    output: "streaming",
    formats: formatsOf(options).map(({ format }) => format),
    marks: ["word", "sentence", "viseme", "bookmark"],
    ssml: ssml[engine],
    limits: { segmentCharacters: MOST_CHARACTERS, ...(concurrency === undefined ? {} : { concurrency }), ...(isIncremental ? { sessionMs: MOST_STREAM_MS } : {}) },
    prosody: engine === "standard" ? ["rate", "pitch", "volume"] : ["rate", "volume"],
    runsIn: ["node"],
    // Each flush ends a stream of its own: the protocol has no other way to tell that a segment is spoken.
    ...(isIncremental ? { flush: "costly" as const } : {}),
    cancelCost: "billed",
    cost: { startMs: startMs[engine], perCharacterMs: 2 },
    deterministic: false,
    requestOptions,
  };
}
