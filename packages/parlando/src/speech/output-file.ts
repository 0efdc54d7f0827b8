import type { AudioFormat } from "@parlando/engine";
import { TTSError } from "@parlando/engine";

type Encoding = AudioFormat["encoding"];

/** What the ending of a file's name says about its encoding; no ending means WAV. */
const encodingByEnding: Readonly<Record<string, Encoding>> = {
  "": "wav",
  wav: "wav",
  wave: "wav",
  pcm: "pcm-s16le",
  raw: "pcm-s16le",
  f32: "pcm-f32le",
  ulaw: "mulaw",
  alaw: "alaw",
  mp3: "mp3",
  ogg: "ogg-opus",
  oga: "ogg-opus",
  opus: "ogg-opus",
  webm: "webm-opus",
};

/** Endings under which a player expects a header, or frames, of just that kind. */
const compressed: readonly Encoding[] = ["mp3", "ogg-opus", "webm-opus"];

const writable: readonly Encoding[] = ["wav", "pcm-s16le", "pcm-f32le", "mulaw", "alaw", ...compressed];

/** An encoding that a file can be written in. */
export type FileEncoding = Exclude<Encoding, "flac" | "aac">;

/** Whether it takes `@parlando/codecs` to write it. */
export function isCompressed(encoding: Encoding): boolean {
  return compressed.includes(encoding);
}

/**
 * How a file is to be written.
 *
 * @throws TTSError `INVALID_INPUT` for an ending nobody knows, or one that says otherwise than the format, `UNSUPPORTED` for an encoding that cannot be written.
 */
export function fileEncoding(path: string, asked: Encoding | undefined): FileEncoding {
  const ending = /[^/\\]\.([^./\\]*)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  if (asked !== undefined) {
    if (!isFileEncoding(asked)) throw new TTSError("UNSUPPORTED", `A file cannot be written as ${asked}; possible: ${writable.join(", ")}.`);
    assertNamed(path, ending, asked);
    return asked;
  }
  const encoding = Object.hasOwn(encodingByEnding, ending) ? encodingByEnding[ending] : undefined;
  if (encoding !== undefined && isFileEncoding(encoding)) return encoding;
  throw new TTSError("INVALID_INPUT", `How the file ${JSON.stringify(path)} is to be written cannot be told from its ending: known are .wav, .mp3, .ogg, .opus, .webm, .pcm, .raw, .f32, .ulaw and .alaw. Give a format, or another ending.`);
}

/** A file of another kind under such a name would be refused by every player. */
function assertNamed(path: string, ending: string, asked: Encoding): void {
  const named = Object.hasOwn(encodingByEnding, ending) ? encodingByEnding[ending] : undefined;
  if (ending === "" || named === undefined || named === asked || !(named === "wav" || isCompressed(named))) return;
  const what = named === "wav" ? "a WAV" : named;
  const remedy = named === "wav" ? 'Give the encoding "wav" (16 bits; sampleRate as you like), or another ending such as .pcm' : `Give the encoding ${JSON.stringify(named)}, or another ending`;
  throw new TTSError("INVALID_INPUT", `The file ${JSON.stringify(path)} is named as ${what}, but its format was given as ${asked}. ${remedy}.`);
}

function isFileEncoding(encoding: Encoding): encoding is FileEncoding {
  return writable.includes(encoding);
}

/**
 * Makes sure that a file can be written before any speech is made for it.
 *
 * @throws TTSError `INVALID_INPUT`, saying what is in the way.
 */
export async function assertWritable(path: string): Promise<void> {
  const { access, constants, stat } = await import("node:fs/promises");
  const { dirname } = await import("node:path");
  try {
    const found = await stat(path).catch(ignoreMissing);
    if (found?.isDirectory() === true) throw unwritable(path, "it is a folder; add a file name");
    if (found === undefined) await stat(dirname(path));
    await access(found === undefined ? dirname(path) : path, constants.W_OK);
  } catch (cause) {
    throw TTSError.isInstance(cause) ? cause : unwritable(path, reasonOf(cause), cause);
  }
}

/**
 * What a stream failed with that wrote to a file, without the wrapping that says that its taker failed: what matters is the file. Other
 * errors as they are.
 */
export function fileErrorOf(path: string, error: unknown): unknown {
  if (!TTSError.isInstance(error) || error.code !== "CONSUMER_FAILED" || error.cause === undefined) return error;
  return TTSError.isInstance(error.cause) ? fileErrorOf(path, error.cause) : unwritable(path, reasonOf(error.cause), error.cause);
}

function unwritable(path: string, reason: string, cause?: unknown): TTSError {
  return new TTSError("INVALID_INPUT", `The file ${JSON.stringify(path)} cannot be written: ${reason}.`, { cause });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist; make the folder first",
  ENOTDIR: "a part of its path is not a folder",
  EACCES: "writing there is not permitted; choose another place",
  EPERM: "writing there is not permitted; choose another place",
  EROFS: "the disk is read-only; choose another place",
  EISDIR: "it is a folder; add a file name",
  ENOSPC: "the disk is full",
};

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return (code === undefined ? undefined : reasons[code]) ?? code ?? "the reason is unknown";
}

function codeOf(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) !== "ENOENT") throw error;
  return undefined;
}
