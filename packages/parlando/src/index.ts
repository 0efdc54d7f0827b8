/**
 * A stream of text in, a stream of speech out, from any engine swapped by config. Importing this loads no engine.
 *
 * @packageDocumentation
 */

export { configFromEnvironment } from "./config/config-from-environment.ts";
export type { Environment } from "./config/environment.ts";
export { createTTS } from "./create-tts.ts";
export type { RegistryEntry } from "./engines/registry-entry.ts";
export { registry } from "./registry.generated.ts";
export type { EngineChoice, TTSConfig } from "./tts-config.ts";
export type { FileOptions, SpeechText, TTS, VoiceFilter } from "./tts.ts";

export { BufferError, errorCodes, StreamError, TTSError } from "@parlando/engine";
export type { AudioFormat, Capabilities, CredentialReport, Engine, ErrorCode, Mark, MarkKind, Voice } from "@parlando/engine";
export { captionsOf, createCaptions, createFrameSink } from "@parlando/core";
export type {
  AudioChunk,
  AudioProcessor,
  CaptionEnd,
  CaptionOptions,
  Captions,
  DoneSegment,
  FrameSinkOptions,
  Interruption,
  MappedText,
  SentFrame,
  SentSegment,
  Sink,
  SpeechStream,
  StreamEvents,
  StreamOptions,
  StreamReport,
  TextStage,
  Warning,
} from "@parlando/core";
