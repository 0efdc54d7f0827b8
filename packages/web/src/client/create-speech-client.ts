import { createSpeechStream } from "@parlando/core";
import type { CredentialReport, Voice } from "@parlando/engine";
import { createRemoteEngine, type RemoteEngine } from "../remote/remote-engine.ts";
import type { RemoteOptions } from "../remote/remote-options.ts";
import type { SpeechSource } from "./speech-source.ts";

/** A server to speak through: streams like those of a `TTS`, without the package `parlando`. */
export interface SpeechClient extends SpeechSource, AsyncDisposable {
  /** The engine beneath, for `createTTS({ engine: client.engine })` and the like. */
  readonly engine: RemoteEngine;
  /** The voices of the model. */
  voices(): Promise<readonly Voice[]>;
  /** Whether the server can be reached, and knows the key or ticket. */
  checkCredentials(): Promise<CredentialReport>;
  /** Ends the connections, and with them the streams that speak. May be called twice. */
  close(): Promise<void>;
}

/**
 * Makes a client of a Parlando server.
 *
 * @throws TTSError `INVALID_CONFIG` for wrong options. Without an address streams fail with `ENGINE_UNAVAILABLE`.
 *
 * @example
 * ```ts
 * const client = createSpeechClient({ url: "https://speech.example.org", ticket: getTicket });
 * const stream = client.createStream({ sink: player.createSink() });
 * for await (const piece of languageModel) await stream.feed(piece);
 * stream.done();
 * await stream.waitUntilDone();
 * ```
 */
export function createSpeechClient(options: RemoteOptions = {}): SpeechClient {
  const engine = createRemoteEngine(options);
  const never = new AbortController().signal;
  return {
    engine,
    createStream: (streamOptions) => createSpeechStream({ engines: [{ engine }] }, streamOptions),
    voices: () => engine.voices(never),
    checkCredentials: () => engine.checkCredentials(never),
    close: () => engine.close(),
    [Symbol.asyncDispose]: () => engine.close(),
  };
}
