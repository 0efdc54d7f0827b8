import { createSpeechStream, type EngineRoute, type SpeechStream, type StreamOptions, type Teller } from "@parlando/core";
import { StreamError } from "@parlando/engine";
import type { Services } from "../services.ts";
import { createSharedSpeaker } from "./shared-speaker.ts";
import { mergeStreamOptions } from "./stream-defaults.ts";

/** Makes the streams of one TTS, which share its engines and its speaker. */
export interface StreamMaker {
  /** A stream; with a `turn`, it hands out nothing and claims no speaker before that has come. */
  make(options: StreamOptions, turn?: Promise<void>): SpeechStream;
  /** Closes the streams that are still open, then the speaker. */
  close(): Promise<void>;
}

/** A maker of streams over these engines, which start from `defaults`. */
export function createStreamMaker({ routes, defaults, services }: { routes: readonly EngineRoute[]; defaults: StreamOptions; services: Services }): StreamMaker {
  const speaker = createSharedSpeaker(services.loadSpeaker);
  const open = new Set<SpeechStream>();
  /** What still tells of a listener, of streams that have ended too. The streams themselves are not kept: what they have said is much. */
  const telling = new Set<Teller>();
  let isClosed = false;

  return {
    make: (options, turn) => {
      if (isClosed) throw new StreamError("STREAM_CLOSED", "This TTS was closed, so it makes no more streams. Make another one with createTTS().");
      const claim = speaker.claimAfter(turn);
      const stream = createSpeechStream({ engines: routes, clock: services.clock, openSpeaker: claim.open, codecs: services.loadCodecs, turn, telling }, mergeStreamOptions(defaults, options));
      open.add(stream);
      const ended = (): void => {
        open.delete(stream);
        claim.release();
      };
      void stream.waitUntilDone().then(ended, ended);
      return stream;
    },
    close: async () => {
      isClosed = true;
      // Before anything is waited for: a sink that closes slowly must not let the others go on telling.
      for (const teller of telling) teller.stop();
      await Promise.allSettled([...open].map((stream) => stream.close()));
      await speaker.close();
    },
  };
}
