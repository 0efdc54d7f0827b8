import { open } from "node:fs/promises";
import { captionsOf, type CaptionOptions, type SpeechStream } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import { fileErrorOf } from "../speech/output-file.ts";
import { UsageError } from "./usage-error.ts";

const formats: Readonly<Record<string, CaptionOptions["format"]>> = { srt: "srt", vtt: "webvtt" };

/**
 * What kind of captions the ending of a file's name asks for.
 *
 * @throws UsageError for any other ending.
 */
export function captionFormat(path: string): CaptionOptions["format"] {
  const ending = /\.([^./\\]+)$/u.exec(path)?.[1]?.toLowerCase() ?? "";
  const format = Object.hasOwn(formats, ending) ? formats[ending] : undefined;
  if (format === undefined) throw new UsageError(`--captions: given ${JSON.stringify(path)}; allowed: a file that ends in .srt or .vtt`);
  return format;
}

/**
 * Writes the captions of a stream into a file while it speaks; to be called before the stream is fed. Resolves when all are written.
 * A file that cannot be written interrupts the stream. A stream that fails leaves the captions of what was spoken.
 *
 * @throws TTSError `INVALID_INPUT` saying what is in the way of writing the file.
 */
export async function writeCaptions(stream: SpeechStream, path: string): Promise<void> {
  const captions = captionsOf(stream, { format: captionFormat(path) });
  try {
    await writePieces(captions, path);
  } catch (error) {
    if (TTSError.isInstance(error)) throw error;
    void stream.interrupt().catch(() => undefined);
    throw fileErrorOf(path, new TTSError("CONSUMER_FAILED", "The captions could not be written.", { cause: error }));
  }
}

async function writePieces(captions: AsyncIterable<string>, path: string): Promise<void> {
  const file = await open(path, "w");
  try {
    for await (const text of captions) await file.write(text);
  } finally {
    await file.close();
  }
}
