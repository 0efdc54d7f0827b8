import type { AudioChunk } from "../audio/audio-chunk.ts";
import { chunkFrames, sinkFormat, type SinkFormatOptions } from "./sink-format.ts";
import type { SinkGate } from "./sink-gate.ts";
import type { Sink } from "./sink.ts";

/** What a sink does with its audio; the rest of a sink follows from its gate. */
export interface GatedSinkParts {
  /** Puts calls in order and holds them while the sink is paused. */
  readonly gate: SinkGate;
  /** The format to ask the stream for. */
  readonly format: SinkFormatOptions;
  /** Takes a chunk, in its turn; gives false where the gate was shut before all of it was taken. */
  append(chunk: AudioChunk): boolean | Promise<boolean>;
  /** Resolves when more is wanted. The chunk before counts as taken while this waits. */
  ready?(): Promise<void>;
  /** Brings what was taken to its end, after everything else; not again once it has succeeded. */
  finish?(): Promise<void>;
  /** Called at each `clear`, when the gate is shut. */
  drop?(): void | Promise<void>;
  /** Called at the first `close`, when the gate is shut and `finish` has not succeeded. */
  abandon?(): void | Promise<void>;
}

/**
 * Makes a sink without a playhead: what it has taken counts as played.
 *
 * @throws TTSError `INVALID_INPUT` for a format that cannot be.
 */
export function createGatedSink(parts: GatedSinkParts): Sink {
  const { gate } = parts;
  let frames = 0;
  let isFinished = false;
  let closing: Promise<void> | undefined;

  const append = async (chunk: AudioChunk): Promise<void> => {
    if (await parts.append(chunk)) frames += chunkFrames(chunk);
    await parts.ready?.();
  };
  const finish = async (): Promise<void> => {
    if (isFinished) return;
    await parts.finish?.();
    isFinished = true;
  };
  const abandon = async (): Promise<void> => {
    if (!isFinished) await parts.abandon?.();
  };

  return {
    ...sinkFormat(parts.format),
    async write(chunk) {
      gate.assertOpen();
      await gate.enqueue(() => append(chunk));
    },
    playedFrames: () => undefined,
    async pause() {
      gate.pause();
    },
    async resume() {
      gate.resume();
    },
    async clear() {
      gate.shut();
      await parts.drop?.();
      return frames;
    },
    async end() {
      gate.end();
      await gate.enqueue(finish);
    },
    close() {
      gate.shut();
      closing ??= abandon();
      return closing;
    },
  };
}
