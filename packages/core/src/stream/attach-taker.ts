import { StreamError, TTSError } from "@parlando/engine";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import { adaptSink } from "../sinks/adapt-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import { asStreamError } from "./as-stream-error.ts";
import { pump, TakerFailure } from "./pump.ts";
import type { SpeechConductor } from "./speech-conductor.ts";
import type { OpenSpeaker } from "./stream-context.ts";
import { isLive } from "./stream-state.ts";
import { consumerFailure, createPlainTaker, createSinkTaker, type Taker } from "./taker.ts";

/** Brings the audio to a callback, whose promise holds the stream back. */
export function pumpToCallback(conductor: SpeechConductor, onChunk: (chunk: AudioChunk) => void | Promise<void>): void {
  conductor.place.claim(createPlainTaker("pump"));
  void runPump(conductor, pump(conductor.delivery, onChunk), async () => undefined);
}

/** Brings the audio to a sink, and believes its playhead. `isOurs` when core opened it and closes it. */
export function pumpToSink(conductor: SpeechConductor, sink: Sink, isOurs: boolean): void {
  const { sampleRate, channels } = conductor.settings;
  const adapted = adaptSink(sink, { sampleRate, channels });
  conductor.place.claim(createSinkTaker(adapted, isOurs));
  conductor.playhead.follow(() => adapted.playedFrames());
  // A sink is for sound: a chunk that only carries the last white space is not written.
  const pumped = pump(conductor.delivery, (chunk) => (chunk.durationMs === 0 ? undefined : adapted.write(chunk)));
  void runPump(conductor, pumped, () => adapted.end());
}

/** Runs a pump to its end, whatever the end is. What was delivered before an engine failed is played out. */
async function runPump(conductor: SpeechConductor, pumped: Promise<void>, playOut: () => Promise<void>): Promise<void> {
  let failure: unknown;
  try {
    await pumped;
  } catch (error) {
    failure = error;
  }
  if (!isLive(conductor.state)) return;
  if (failure instanceof TakerFailure) return conductor.fail(consumerFailure(failure.cause));
  try {
    await playOut();
  } catch (error) {
    failure ??= consumerFailure(error);
  }
  if (failure === undefined) conductor.finish();
  else conductor.fail(asStreamError(failure));
}

/** Keeps the place for a speaker that is still to be opened, so that a late iterator is refused and not raced. */
export function reservePlace(conductor: SpeechConductor): Taker {
  const reserved = createPlainTaker("pull");
  conductor.place.claim(reserved);
  return reserved;
}

/** The speaker takes the stream: asked for by name, or because audio is ready and nobody else has come. */
export function openAndPump(conductor: SpeechConductor, openSpeaker: OpenSpeaker | undefined, place: { reserved: Taker; isAskedFor: boolean }): void {
  if (openSpeaker === undefined) return conductor.fail(noSpeaker(undefined, place.isAskedFor));
  const { sampleRate, channels } = conductor.settings;
  // Async, so that an opener that throws at once is like one that rejects.
  const opening = (async () => await openSpeaker({ sampleRate, channels }, conductor.signal))();
  opening.then(
    (sink) => {
      if (!isLive(conductor.state)) return void sink.close().catch(() => undefined);
      conductor.place.release(place.reserved);
      pumpToSink(conductor, sink, true);
    },
    (error: unknown) => conductor.fail(noSpeaker(error, place.isAskedFor)),
  );
}

function noSpeaker(cause: unknown, isAskedFor: boolean): TTSError {
  if (isAskedFor && TTSError.isInstance(cause)) return cause;
  if (isAskedFor) return new TTSError("NO_AUDIO_DEVICE", "The stream was to play on the speaker, but there is none here. Install @parlando/speaker, or give onChunk or a sink.", { cause });
  const speaker = TTSError.isInstance(cause) ? `The speaker cannot: ${cause.message}` : "There is no speaker: install @parlando/speaker to play it.";
  return new StreamError("NO_CONSUMER", `Audio is ready, but nobody takes it: give onChunk or a sink, or iterate over the stream (with sink: "pull" where that may come late). ${speaker}`, { cause });
}
