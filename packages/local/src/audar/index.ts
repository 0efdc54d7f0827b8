/**
 * Audar-TTS in Arabic and English, on your own GPU or CPU: a language model that writes speech codes, and NeuCodec.
 *
 * @packageDocumentation
 */

export type { AudarEngine } from "./assemble-audar.ts";
export { createAudarEngine, createAudarEngine as createEngine } from "./audar-engine.ts";
export type { AudarChunkMetrics, AudarEngineOptions, AudarOptions, AudarRequestOptions } from "./audar-options.ts";
export type { VoiceRecording } from "./create-voice.ts";
export type { Device, DeviceChoice } from "../runtime/device.ts";
export type { RuntimeModules } from "../runtime/model-spec.ts";
export type { ChunkMetrics } from "../runtime/speech-metrics.ts";
export type { Phonemize, PhonemizeWishes } from "../text/phonemize.ts";
export type { Recording } from "../voices/encode-voice.ts";
export type { NeuralVoice, VoiceMetadata } from "../voices/neural-voice.ts";
