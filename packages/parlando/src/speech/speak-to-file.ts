import type { Sink, StreamOptions, StreamReport } from "@parlando/core";
import type { AudioFormat } from "@parlando/engine";
import { withoutUndefined } from "../config/config-layers.ts";
import { assertWritable, fileEncoding, fileErrorOf, type FileEncoding } from "./output-file.ts";

/** One text on its way into a file. */
export interface FileSpeech {
  readonly path: string;
  readonly format: Partial<AudioFormat> | undefined;
  readonly options: StreamOptions;
  /** Speaks with these options and resolves at the end. */
  readonly speak: (options: StreamOptions) => Promise<StreamReport>;
}

/** Speaks into a file; resolves when it is complete. */
export async function speakToFile({ path, format, options, speak }: FileSpeech): Promise<StreamReport> {
  const encoding = fileEncoding(path, format?.encoding);
  await assertWritable(path);
  const sink = await openFileSink(path, encoding);
  try {
    return await speak({ ...options, sink, output: { ...options.output, ...withoutUndefined({ sampleRate: format?.sampleRate, channels: format?.channels }) } });
  } catch (error) {
    throw fileErrorOf(path, error);
  } finally {
    await sink.close();
  }
}

/** A sink that writes a file in one of the encodings that need no codec. */
export async function openFileSink(path: string, encoding: FileEncoding): Promise<Sink> {
  const { createNodeWritableSink, createWavFileSink } = await import("@parlando/core/node");
  if (encoding === "wav") return createWavFileSink(path);
  const { createWriteStream } = await import("node:fs");
  return createNodeWritableSink(createWriteStream(path), { encoding });
}
