import type { SpeechStream, StreamOptions, StreamReport } from "@parlando/core";
import type { AudioFormat, CredentialReport, Engine, Voice } from "@parlando/engine";

/** Text to speak: all at once, or piece by piece as it is written. */
export type SpeechText = string | AsyncIterable<string> | ReadableStream<string>;

/** Which voices to list; a voice has to agree with every field that is given. */
export interface VoiceFilter {
  /** BCP-47 prefix: `en` also finds `en-US`. */
  language?: string | undefined;
  gender?: Voice["gender"] | undefined;
  /** A part of the voice's name or id; capitals do not matter. */
  name?: string | undefined;
}

/** Stream options, and how the file is written; by default the ending of its name tells. */
export interface FileOptions extends StreamOptions {
  /**
   * `wav`; `mp3`, `ogg-opus`, `webm-opus` (with `@parlando/codecs`), with a `bitrate` in bits a second; or `pcm-s16le`, `pcm-f32le`,
   * `mulaw`, `alaw` for bare samples without a header. `sampleRate` in Hz.
   */
  format?: Partial<AudioFormat> | undefined;
}

/** Speech from the engines that config chose. Made by {@link createTTS}; closing it closes all that it opened. */
export interface TTS extends AsyncDisposable {
  /** In the order in which they take over from each other. */
  readonly engines: readonly Engine[];
  /**
   * A stream that takes text piece by piece. What `options` leave open comes from config. Without a taker it plays through the
   * speaker. Streams that play there are heard one after another, in the order in which they claim it: with `sink: "speaker"` when they
   * are made, otherwise when their first audio is ready.
   *
   * @throws StreamError `STREAM_CLOSED` after {@link TTS.close}; TTSError `INVALID_INPUT` or `INVALID_CONFIG` for a wrong option.
   */
  createStream(options?: StreamOptions): SpeechStream;
  /**
   * Speaks one text and resolves when it was heard. Calls queue up: each is heard after the one before it has ended, well or
   * not; its audio is already made meanwhile. Interrupted or failed utterances do not hold up the next.
   */
  speak(text: SpeechText, options?: StreamOptions): Promise<StreamReport>;
  /** A stream that is already being fed, to be pulled from: iterate over it, or take `readable` or `encoded()`. */
  synthesize(text: SpeechText, options?: StreamOptions): SpeechStream;
  /**
   * Writes speech to a file: WAV for `.wav` and for names without an ending, MP3 for `.mp3`, Opus for `.ogg`, `.opus` and `.webm`, bare
   * 16-bit samples for `.pcm` and `.raw`; `format` says otherwise. A file that is already there is replaced.
   *
   * @throws TTSError `INVALID_INPUT` for an ending nobody knows and for a file that cannot be written, saying why; `UNSUPPORTED` for MP3 and Opus without `@parlando/codecs`.
   */
  toFile(text: SpeechText, path: string, options?: FileOptions): Promise<StreamReport>;
  /** The voices of all engines, engine by engine. */
  voices(filter?: VoiceFilter): Promise<readonly Voice[]>;
  /** Whether the engines accept their credentials. Of several engines the worst answer counts; the message has them all. */
  checkCredentials(): Promise<CredentialReport>;
  /** Loads now what the first request would wait for, in every engine. */
  warmUp(): Promise<void>;
  /** Closes streams, the speaker and the engines made from names. Engines that were handed in stay open: they are their maker's. */
  close(): Promise<void>;
}
