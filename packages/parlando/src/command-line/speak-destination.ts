import { describeValue } from "../config/describe-value.ts";
import { fileEncoding, type FileEncoding } from "../speech/output-file.ts";
import { TTSError } from "@parlando/engine";
import { UsageError } from "./usage-error.ts";

/** Where `parlando speak` sends its audio. */
export type SpeakDestination =
  | { readonly kind: "speaker" }
  | { readonly kind: "stdout"; readonly encoding: FileEncoding }
  | { readonly kind: "file"; readonly path: string; readonly encoding: FileEncoding; readonly play: boolean };

/** The flags that decide it. */
export interface DestinationFlags {
  readonly out?: string | undefined;
  readonly format?: string | undefined;
  readonly play?: boolean | undefined;
  readonly json?: boolean | undefined;
}

const encodings: Readonly<Record<string, FileEncoding>> = { wav: "wav", pcm: "pcm-s16le", mp3: "mp3", opus: "ogg-opus", webm: "webm-opus" };

/**
 * Reads the flags that say where audio goes.
 *
 * @throws UsageError where they contradict each other or mean nothing.
 */
export function speakDestination(flags: DestinationFlags): SpeakDestination {
  const format = flags.format;
  if (format !== undefined && !Object.hasOwn(encodings, format)) throw new UsageError(`--format: given ${describeValue(format)}; allowed: ${Object.keys(encodings).join(", ")}`);
  const asked = format === undefined ? undefined : encodings[format];
  if (flags.out === undefined) {
    if (format !== undefined) throw new UsageError("--format says how a file is written, so it needs --out FILE or --out -");
    return { kind: "speaker" };
  }
  if (flags.out !== "-") return { kind: "file", path: flags.out, encoding: encodingOf(flags.out, asked), play: flags.play === true };
  if (flags.json === true) throw new UsageError("--json and --out - both want standard output: write the audio to a file, or leave out --json");
  if (flags.play === true) throw new UsageError("--play goes with --out FILE, not with --out -");
  return { kind: "stdout", encoding: asked ?? "wav" };
}

function encodingOf(path: string, asked: FileEncoding | undefined): FileEncoding {
  if (path === "") throw new UsageError("--out: given nothing; allowed: the path of a file, or - for standard output");
  try {
    return fileEncoding(path, asked);
  } catch (error) {
    throw TTSError.isInstance(error) ? new UsageError(`--out: ${error.message} (--format wav, pcm, mp3, opus or webm)`) : error;
  }
}
