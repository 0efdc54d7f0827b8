import { TTSError } from "@parlando/engine";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import { checkSampleRate } from "../audio/sample-rate.ts";
import type { Sink } from "./sink.ts";

/** The format a sink asks for; what is left out stays as the stream has it. */
export interface SinkFormatOptions {
  /** In Hz. */
  readonly sampleRate?: number | undefined;
  readonly channels?: number | undefined;
}

/**
 * The `format` property of a sink, absent where nothing is asked for.
 *
 * @throws TTSError `INVALID_INPUT` for a rate or a number of channels that cannot be.
 */
export function sinkFormat({ sampleRate, channels }: SinkFormatOptions): Pick<Sink, "format"> {
  if (sampleRate !== undefined) checkSampleRate(sampleRate, "The sink's sample rate");
  if (channels !== undefined && !(Number.isInteger(channels) && channels >= 1 && channels <= 32)) {
    throw new TTSError("INVALID_INPUT", `The sink's number of channels is ${String(channels)}; expected 1 to 32.`);
  }
  if (sampleRate === undefined && channels === undefined) return {};
  return { format: { ...(sampleRate === undefined ? {} : { sampleRate }), ...(channels === undefined ? {} : { channels }) } };
}

/** Sample frames in a chunk. */
export function chunkFrames(chunk: AudioChunk): number {
  // Not by counting the samples: asking for them may mean to decode them.
  return Math.round((chunk.durationMs * chunk.sampleRate) / 1_000);
}

/** What a header was written for, and every later chunk must have. */
export interface HeaderFormat {
  readonly sampleRate: number;
  readonly channels: number;
}

/** Refuses a chunk in another format than the one before it: one file or byte stream has one format. */
export function assertSameFormat(format: HeaderFormat, chunk: AudioChunk): void {
  if (chunk.sampleRate === format.sampleRate && chunk.channels === format.channels) return;
  throw new TTSError(
    "INVALID_INPUT",
    `Writing audio: a chunk of ${chunk.sampleRate} Hz and ${chunk.channels} channels follows ${format.sampleRate} Hz and ${format.channels}; expected one format for all. Use one sink for one stream.`,
  );
}

/** Makes a check that every chunk has the format of the first. */
export function createFormatGuard(): (chunk: AudioChunk) => void {
  let format: HeaderFormat | undefined;
  return (chunk) => {
    format ??= { sampleRate: chunk.sampleRate, channels: chunk.channels };
    assertSameFormat(format, chunk);
  };
}
