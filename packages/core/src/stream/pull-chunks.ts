import type { AudioChunk } from "../audio/audio-chunk.ts";
import { asStreamError } from "./as-stream-error.ts";
import { nextChunk } from "./pump.ts";
import type { SpeechConductor } from "./speech-conductor.ts";
import { isLive } from "./stream-state.ts";
import { createPlainTaker } from "./taker.ts";

/** The audio as an iterator: asking for the next chunk says that the last one was delivered, leaving early is an interrupt. */
export function pullChunks(conductor: SpeechConductor): AsyncIterator<AudioChunk, undefined> {
  conductor.place.claim(createPlainTaker("pull"));
  let held: AudioChunk | undefined;
  const deliver = (): void => {
    if (held !== undefined) conductor.delivery.delivered();
    held = undefined;
  };
  return {
    async next() {
      deliver();
      try {
        held = await nextChunk(conductor.delivery);
      } catch (error) {
        // An engine that has failed, or a processor of the app: whoever pulls learns it here, and the stream with it.
        conductor.fail(asStreamError(error));
        throw error;
      }
      if (held !== undefined) return { done: false, value: held };
      conductor.finish();
      return { done: true, value: undefined };
    },
    async return() {
      deliver();
      if (isLive(conductor.state)) await conductor.interrupt(undefined);
      return { done: true, value: undefined };
    },
  };
}

/** The audio without the chunk that carries white space alone: for takers of sound, such as encoders. */
export function pullSound(conductor: SpeechConductor): AsyncIterator<AudioChunk, undefined> {
  const chunks = pullChunks(conductor);
  return {
    async next() {
      for (;;) {
        const result = await chunks.next();
        if (result.done === true || result.value.durationMs > 0) return result;
      }
    },
    async return() {
      await chunks.return?.();
      return { done: true, value: undefined };
    },
  };
}

/** Pulled one by one: the stream's own buffer is the only one. */
export function readChunks(chunks: AsyncIterator<AudioChunk, undefined>): ReadableStream<AudioChunk> {
  return new ReadableStream<AudioChunk>(
    {
      async pull(controller) {
        const result = await chunks.next();
        if (result.done === true) controller.close();
        else controller.enqueue(result.value);
      },
      async cancel() {
        await chunks.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
