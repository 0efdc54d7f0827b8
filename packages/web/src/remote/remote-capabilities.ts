import type { AudioFormat, Capabilities } from "@parlando/engine";

const pcm = (sampleRate: number): AudioFormat => ({ encoding: "pcm-s16le", sampleRate, channels: 1 });

/** The server converts to any of these; 16 bits at 24 kHz is what most engines give by themselves. */
export const formats: readonly [AudioFormat, ...AudioFormat[]] = [pcm(24_000), pcm(48_000), pcm(44_100), pcm(22_050), pcm(16_000), pcm(8_000), { encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 }];

/** Elements of SSML 1.1 that the server's own pipeline knows: it says them with what its engine has, and warns of the rest. */
const ssml: readonly string[] = ["speak", "p", "s", "break", "emphasis", "lang", "mark", "phoneme", "prosody", "say-as", "sub", "voice"];

/** What the server does not do for others, as long as its options say nothing else. */
const serverDefaults = { idleMs: 30_000, segmentCharacters: 100_000 };

/** What the engine behind can do is the server's to know; what is missing comes back as a warning. */
export function remoteCapabilities(concurrency: number): Capabilities {
  return {
    input: ["segment", "incremental"],
    output: "streaming",
    formats,
    marks: ["word", "sentence", "character", "phoneme", "viseme", "bookmark"],
    ssml,
    limits: { concurrency, ...serverDefaults },
    prosody: ["rate", "pitch", "volume"],
    runsIn: ["node", "browser"],
    // What is flushed is a segment on the other side too, and ends its sentence melody there.
    flush: "costly",
    // The server stops its engine; what that costs is the server's.
    cancelCost: "none",
    // A guess, until calls have been measured.
    cost: { startMs: 150, perCharacterMs: 2 },
    deterministic: false,
  };
}

/** What is asked of the server: the format that a request names, as far as it can be sent; else the first. */
export function askedFormat({ encoding, sampleRate, channels }: AudioFormat): AudioFormat & { readonly encoding: "pcm-s16le" | "pcm-f32le" | "mulaw" | "alaw" } {
  const isKnown = encoding === "pcm-s16le" || encoding === "pcm-f32le" || encoding === "mulaw" || encoding === "alaw";
  if (isKnown && channels === 1 && Number.isInteger(sampleRate) && sampleRate >= 8_000 && sampleRate <= 192_000) return { encoding, sampleRate, channels };
  return { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 };
}
