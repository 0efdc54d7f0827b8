/**
 * The pipeline of Parlando: text in, cut into segments, spoken by an engine, decoded, buffered, handed to one taker.
 *
 * @packageDocumentation
 */

export type { AudioChunk } from "./audio/audio-chunk.ts";
export type { AudioDecoder } from "./audio/audio-decoder.ts";
export type { AudioEncoder } from "./audio/audio-encoder.ts";
export type { AudioProcessor } from "./audio/audio-processor.ts";
export type { Codecs, LoadCodecs } from "./audio/codecs.ts";
export { borrowBytes, createAudioChunk } from "./audio/create-audio-chunk.ts";
export { encodeChunks } from "./audio/encoded-stream.ts";
export { createGain } from "./audio/gain.ts";
export { encodePcm } from "./audio/pcm.ts";
export { createResampler, type Resampler } from "./audio/resampler.ts";
export { sniffBytes } from "./audio/sniff-bytes.ts";
export { createWavDecoder } from "./audio/wav-decoder.ts";
export type { CaptionOptions } from "./captions/caption-options.ts";
export { captionsOf } from "./captions/captions-of.ts";
export { createCaptions, type CaptionEnd, type Captions } from "./captions/create-captions.ts";
export { callAfter, systemClock, type Clock } from "./clock.ts";
export { createCondition, type Condition } from "./condition.ts";
export type { Planner, PlannerState } from "./segments/planner-state.ts";
export type { Cut, Segment, Segmenter } from "./segments/segment.ts";
export { createByteStreamSink, type ByteStreamSinkOptions } from "./sinks/byte-stream-sink.ts";
export { createFrameSink, type FrameSinkOptions, type SentFrame } from "./sinks/frame-sink.ts";
export { createMemorySink, type MemorySink } from "./sinks/memory-sink.ts";
export type { Sink } from "./sinks/sink.ts";
export { TAKEN } from "./sinks/taken.ts";
export { createPlanner } from "./segments/create-planner.ts";
export { createSegmenter } from "./segments/create-segmenter.ts";
export { createSpeechStream } from "./stream/create-speech-stream.ts";
export { feedAll, type TextSource } from "./stream/feed-all.ts";
export type { SpeechStream } from "./stream/speech-stream.ts";
export type { DoneSegment, SentSegment, StreamEvents, Warning } from "./stream/stream-events.ts";
export type { StreamOptions } from "./stream/stream-options.ts";
export type { Teller } from "./stream/spoken-marks.ts";
export type { OpenSpeaker, StreamContext } from "./stream/stream-context.ts";
export type { Interruption, StreamReport } from "./stream/stream-report.ts";
export type { EngineRoute } from "./synthesis/engine-route.ts";
export type { MappedText, TextStage } from "./text/mapped-text.ts";
