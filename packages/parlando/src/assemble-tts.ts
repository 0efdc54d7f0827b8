import type { SpeechStream, StreamOptions, StreamReport } from "@parlando/core";
import { StreamError, TTSError, type Engine } from "@parlando/engine";
import type { OpenedEngines } from "./engines/engine-routes.ts";
import type { Services } from "./services.ts";
import { abortable } from "./speech/abortable.ts";
import { feedInBackground } from "./speech/feed-in-background.ts";
import { speakToEnd } from "./speech/speak-to-end.ts";
import { streamDefaults } from "./speech/stream-defaults.ts";
import { createStreamMaker } from "./speech/stream-maker.ts";
import { createWaitingLine } from "./speech/waiting-line.ts";
import type { TTSConfig } from "./tts-config.ts";
import type { FileOptions, SpeechText, TTS } from "./tts.ts";

/** A TTS on engines that are ready. */
export function assembleTTS(config: TTSConfig, opened: OpenedEngines, services: Services): TTS {
  const engines: readonly Engine[] = opened.routes.map((route) => route.engine);
  const defaults = streamDefaults(config);
  const streams = createStreamMaker({ routes: opened.routes, defaults, services });
  const utterances = createWaitingLine();
  const asking = createAsking();
  let closing: Promise<void> | undefined;

  async function speak(text: SpeechText, options: StreamOptions = {}): Promise<StreamReport> {
    const sink = options.sink ?? (options.onChunk === undefined ? (defaults.sink ?? "speaker") : undefined);
    if (sink === "pull") {
      throw new TTSError("INVALID_INPUT", 'speak() cannot have `sink: "pull"`: nobody could pull from a stream that it does not hand out. Use synthesize().');
    }
    const place = utterances.enter();
    try {
      return await speakToEnd(streams.make({ ...options, sink }, place.turn), text);
    } finally {
      place.leave();
    }
  }

  function synthesize(text: SpeechText, options: StreamOptions = {}): SpeechStream {
    const stream = streams.make({ ...options, sink: options.sink ?? (options.onChunk === undefined ? "pull" : undefined) });
    feedInBackground(stream, text);
    return stream;
  }

  async function toFile(text: SpeechText, path: string, { format, ...options }: FileOptions = {}): Promise<StreamReport> {
    const { speakToFile } = await import("./speech/speak-to-file.ts");
    return await speakToFile({ path, format, options, codecs: services.loadCodecs, speak: (streamOptions) => speakToEnd(streams.make(streamOptions), text) });
  }

  async function close(): Promise<void> {
    asking.close();
    try {
      await streams.close();
    } finally {
      await opened.close();
    }
  }

  return {
    engines,
    createStream: (options = {}) => streams.make(options),
    speak,
    synthesize,
    toFile,
    voices: (filter = {}) => asking.ask(async (signal) => await (await import("./engines/list-voices.ts")).listVoices(engines, filter, signal)),
    checkCredentials: () => asking.ask(async (signal) => await (await import("./engines/check-all-credentials.ts")).checkAllCredentials(engines, signal)),
    warmUp: () => asking.ask(async (signal) => void (await Promise.all(engines.map(async (engine) => await engine.warmUp?.(signal))))),
    close: () => (closing ??= close()),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  };
}

/** Questions to engines, which closing calls off, also where an engine does not look at its signal. */
function createAsking(): { ask<T>(question: (signal: AbortSignal) => Promise<T>): Promise<T>; close(): void } {
  const ending = new AbortController();
  return {
    ask: async (question) => {
      ending.signal.throwIfAborted();
      return await abortable(question(ending.signal), ending.signal, "The work of an engine");
    },
    close: () => ending.abort(new StreamError("STREAM_CLOSED", "The TTS was closed. Make another one with createTTS().")),
  };
}
