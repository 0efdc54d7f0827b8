import { open, type FileHandle } from "node:fs/promises";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import type { StatelessEncoding } from "../audio/pcm.ts";
import { wavHeader } from "../audio/wav-header.ts";
import { fileError } from "./file-error.ts";
import { createGatedSink } from "./gated-sink.ts";
import { assertSameFormat, type HeaderFormat, type SinkFormatOptions } from "./sink-format.ts";
import { createSinkGate } from "./sink-gate.ts";
import type { Sink } from "./sink.ts";

/** How a WAV file is written. */
export interface WavFileSinkOptions extends SinkFormatOptions {
  /** Encoding of the samples in the file; default `pcm-s16le`. */
  readonly encoding?: StatelessEncoding | undefined;
}

/** Rate of a file in which there is no audio to tell one. */
const emptyRate = 24_000;

/**
 * Makes a sink that writes a WAV file as the audio comes.
 *
 * The file is created, or emptied, when the first audio comes. Its header says "to the end" until `end`, `clear` or `close` puts the
 * sizes in, so that what was written is readable at any time; past 4 GB, and where the target cannot be written twice (a pipe), it stays
 * so. A write resolves when the system has taken the bytes. There is no playhead.
 *
 * @throws TTSError from `write` and `end`: `INVALID_INPUT` where the file cannot be written, and why.
 * @example
 * ```ts
 * const sink = createWavFileSink("speech.wav");
 * await tts.speak("Good morning.", { sink });
 * ```
 */
export function createWavFileSink(path: string, options: WavFileSinkOptions = {}): Sink {
  const gate = createSinkGate("the WAV file sink");
  const file = createWavFile(path, options);
  const stop = async (): Promise<void> => {
    await gate.idle();
    await file.finish();
  };
  return createGatedSink({
    gate,
    format: options,
    async append(chunk) {
      await file.append(chunk);
      return true;
    },
    async finish() {
      await file.start({ sampleRate: options.sampleRate ?? emptyRate, channels: options.channels ?? 1 });
      await file.finish();
    },
    drop: stop,
    abandon: stop,
  });
}

interface WavFile {
  /** Creates the file with an open header, once. */
  start(format: HeaderFormat): Promise<void>;
  append(chunk: AudioChunk): Promise<void>;
  /** Puts the sizes in and closes the file, once; does nothing where no file was begun. */
  finish(): Promise<void>;
}

function createWavFile(path: string, { encoding = "pcm-s16le" }: WavFileSinkOptions): WavFile {
  let handle: FileHandle | undefined;
  let format: HeaderFormat | undefined;
  let dataBytes = 0;
  let isFinished = false;

  const start = async (wanted: HeaderFormat): Promise<FileHandle | undefined> => {
    if (handle !== undefined || isFinished) return handle;
    handle = await open(path, "w").catch((error: unknown) => {
      throw fileError("Creating the WAV file", path, error);
    });
    format = wanted;
    await handle.writeFile(wavHeader({ ...wanted, encoding })).catch((error: unknown) => {
      throw fileError("Writing the header of the WAV file", path, error);
    });
    return handle;
  };

  const finish = async (): Promise<void> => {
    if (isFinished) return;
    isFinished = true;
    if (handle === undefined || format === undefined) return;
    try {
      if (dataBytes % 2 === 1) await handle.writeFile(new Uint8Array(1));
      const header = wavHeader({ ...format, encoding, dataBytes });
      await handle.write(header, 0, header.length, 0).catch(ignoreUnseekable);
    } catch (error) {
      throw fileError("Completing the WAV file", path, error);
    } finally {
      await handle.close().catch(() => undefined);
    }
  };

  return {
    async start(wanted) {
      await start(wanted);
    },
    async append(chunk) {
      const target = await start({ sampleRate: chunk.sampleRate, channels: chunk.channels });
      if (format !== undefined) assertSameFormat(format, chunk);
      const bytes = chunk.bytes(encoding);
      await target?.writeFile(bytes).catch((error: unknown) => {
        throw fileError("Writing audio to the WAV file", path, error);
      });
      dataBytes += bytes.length;
    },
    finish,
  };
}

/** A pipe cannot be gone back in; the header written first stays right for it. */
function ignoreUnseekable(error: unknown): void {
  if (error instanceof Error && "code" in error && error.code === "ESPIPE") return;
  throw error;
}
