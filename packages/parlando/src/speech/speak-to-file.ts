import type { LoadCodecs, Sink, StreamOptions, StreamReport } from "@parlando/core";
import type { AudioFormat } from "@parlando/engine";
import { withoutUndefined } from "../config/config-layers.ts";
import { assertWritable, fileEncoding, fileErrorOf, isCompressed, type FileEncoding } from "./output-file.ts";

/** One text on its way into a file. */
export interface FileSpeech {
  readonly path: string;
  readonly format: Partial<AudioFormat> | undefined;
  readonly options: StreamOptions;
  /** How to get what writes MP3 and Opus. */
  readonly codecs: LoadCodecs | undefined;
  /** Speaks with these options and resolves at the end. */
  readonly speak: (options: StreamOptions) => Promise<StreamReport>;
}

/** Speaks into a file; resolves when it is complete. */
export async function speakToFile({ path, format, options, codecs, speak }: FileSpeech): Promise<StreamReport> {
  const encoding = fileEncoding(path, format?.encoding);
  await assertWritable(path);
  const sink = await openFileSink(path, { encoding, bitrate: format?.bitrate, codecs });
  try {
    return await speak({ ...options, sink, output: { ...options.output, ...withoutUndefined({ sampleRate: format?.sampleRate, channels: format?.channels }) } });
  } catch (error) {
    throw fileErrorOf(path, error);
  } finally {
    await sink.close();
  }
}

/** How a file is encoded. */
export interface FileSinkOptions {
  readonly encoding: FileEncoding;
  /** Bits a second, for MP3 and Opus. */
  readonly bitrate?: number | undefined;
  readonly codecs: LoadCodecs | undefined;
}

/**
 * A sink that writes a file.
 *
 * @throws TTSError `UNSUPPORTED` where the encoding needs codecs that are not installed, before there is a file.
 */
export async function openFileSink(path: string, { encoding, bitrate, codecs }: FileSinkOptions): Promise<Sink> {
  if (isCompressed(encoding)) await codecs?.();
  const { createNodeWritableSink, createWavFileSink } = await import("@parlando/core/node");
  if (encoding === "wav") return createWavFileSink(path);
  const { createWriteStream } = await import("node:fs");
  return createNodeWritableSink(createWriteStream(path), { encoding, bitrate, codecs });
}
