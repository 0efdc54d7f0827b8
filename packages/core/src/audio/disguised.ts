import { TTSError } from "@parlando/engine";
import { sniffBytes } from "./sniff-bytes.ts";

/** So many bytes tell a text from samples: of noise, one in 10^11 is as printable. */
const ENOUGH_BYTES = 32;

/** What raw samples turn out to be by their first bytes. */
export type Disguise = "wav" | undefined;

/**
 * Looks at the first bytes of what was announced as raw samples: a WAV header is believed; a page, an error in JSON or another file is no audio, and would be
 * heard as noise.
 *
 * @throws TTSError `BAD_AUDIO` naming what it seems to be, never what is in it.
 */
export function disguiseOf(bytes: Uint8Array, engine: string): Disguise {
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  if (start === "RIFF") return "wav";
  const isFile = start === "OggS" || start === "fLaC" || start.startsWith("ID3");
  const isText = bytes.length >= ENOUGH_BYTES && bytes.subarray(0, ENOUGH_BYTES).every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127));
  if (!isFile && !isText) return undefined;
  throw new TTSError("BAD_AUDIO", `The engine "${engine}" announced raw samples and sent what looks like ${sniffBytes(bytes)}. Nothing of it was played.`, { engine });
}
