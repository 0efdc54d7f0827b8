import { createSpeechStream, type SpeechStream, type StreamOptions, type StreamReport } from "@parlando/core";
import { StreamError, TTSError, type Engine } from "@parlando/engine";
import type { OpenedEngines } from "./engines/engine-routes.ts";
import type { Services } from "./services.ts";
import { abortable } from "./speech/abortable.ts";
import { feedUntilEnded } from "./speech/feed-until-ended.ts";
import { createSharedSpeaker } from "./speech/shared-speaker.ts";
import { mergeStreamOptions, streamDefaults } from "./speech/stream-defaults.ts";
import { createWaitingLine } from "./speech/waiting-line.ts";
import type { TTSConfig } from "./tts-config.ts";
import type { SpeechText, TTS } from "./tts.ts";

/** A TTS on engines that are ready. */
export function assembleTTS(config: TTSConfig, opened: OpenedEngines, services: Services): TTS {
  const engines: readonly Engine[] = opened.routes.map((route) => route.engine);
  const defaults = streamDefaults(config);
  const speaker = createSharedSpeaker(services.loadSpeaker);
  const utterances = createWaitingLine();
  const openStreams = new Set<SpeechStream>();
  const ending = new AbortController();
  let closing: Promise<void> | undefined;

  /** Makes a stream; one with a `turn` hands out nothing and claims no speaker before. */
  function makeStream(options: StreamOptions, turn?: Promise<void>): SpeechStream {
    if (closing !== undefined) throw new StreamError("STREAM_CLOSED", "This TTS was closed, so it makes no more streams. Make another one with createTTS().");
    const claim = speaker.claimAfter(turn);
    const stream = createSpeechStream({ engines: opened.routes, clock: services.clock, openSpeaker: claim.open, turn }, mergeStreamOptions(defaults, options));
    openStreams.add(stream);
    const ended = (): void => {
      openStreams.delete(stream);
      claim.release();
    };
    void stream.waitUntilDone().then(ended, ended);
    return stream;
  }

  async function speak(text: SpeechText, options: StreamOptions = {}): Promise<StreamReport> {
    const sink = options.sink ?? (options.onChunk === undefined ? (defaults.sink ?? "speaker") : undefined);
    if (sink === "pull") {
      throw new TTSError("INVALID_INPUT", 'speak() cannot have `sink: "pull"`: nobody could pull from a stream that it does not hand out. Use synthesize().');
    }
    const place = utterances.enter();
    try {
      return await speakToEnd(makeStream({ ...options, sink }, place.turn), text);
    } finally {
      place.leave();
    }
  }

  function synthesize(text: SpeechText, options: StreamOptions = {}): SpeechStream {
    const stream = makeStream({ ...options, sink: options.sink ?? (options.onChunk === undefined ? "pull" : undefined) });
    feedUntilEnded(stream, text);
    return stream;
  }

  /** Work of the engines that closing calls off, also where an engine does not look at its signal. */
  async function whileOpen<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    ending.signal.throwIfAborted();
    return await abortable(work(ending.signal), ending.signal, "The work of an engine");
  }

  async function close(): Promise<void> {
    ending.abort(new StreamError("STREAM_CLOSED", "The TTS was closed."));
    await Promise.allSettled([...openStreams].map((stream) => stream.close()));
    await Promise.allSettled([speaker.close(), opened.close()]);
  }

  return {
    engines,
    createStream: (options = {}) => makeStream(options),
    speak,
    synthesize,
    toFile: async (text, path, { format, ...options } = {}) => {
      const { speakToFile } = await import("./speech/speak-to-file.ts");
      return await speakToFile({ path, format, options, speak: (streamOptions) => speakToEnd(makeStream(streamOptions), text) });
    },
    voices: async (filter = {}) => {
      const { listVoices } = await import("./engines/list-voices.ts");
      return await whileOpen((signal) => listVoices(engines, filter, signal));
    },
    checkCredentials: async () => {
      const { checkAllCredentials } = await import("./engines/check-all-credentials.ts");
      return await whileOpen((signal) => checkAllCredentials(engines, signal));
    },
    warmUp: () => whileOpen(async (signal) => void (await Promise.all(engines.map((engine) => engine.warmUp?.(signal))))),
    close: () => (closing ??= close()),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  };
}

/** Feeds a stream, waits for its end and closes it. A source that fails is the reason given, not the closing that it led to. */
async function speakToEnd(stream: SpeechStream, text: SpeechText): Promise<StreamReport> {
  const feeding = feedUntilEnded(stream, text);
  try {
    return await stream.waitUntilDone();
  } catch (error) {
    throw feeding.failure() ?? error;
  } finally {
    await stream.close();
  }
}
