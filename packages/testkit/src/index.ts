/**
 * What tests of Parlando, of its engines and of its sinks stand on.
 *
 * @packageDocumentation
 */

export { createFakeClock, type FakeClock, type FakeClockOptions, type RunUntilOptions } from "./clock/fake-clock.ts";
export { createRandom, type Random } from "./random.ts";
export { assertSpoken, decodeWords, type DecodeWordsOptions } from "./words/decode-words.ts";
export type { DecodedWord } from "./words/decoded-word.ts";
export { expectedWords, numberedText, spokenWords, wordId, type SpokenWord } from "./words/spoken-word.ts";
export { createWordAudio, expectedSamples, type TimedWord, type WordAudio, type WordAudioOptions } from "./words/word-audio.ts";
export { createScriptedEngine, type ScriptedEngine } from "./scripted/scripted-engine.ts";
export type { ChooseFault, ScriptedFault } from "./scripted/scripted-fault.ts";
export type { ScriptedEngineOptions, SizeRange } from "./scripted/scripted-options.ts";
export type { ScriptedRequest } from "./scripted/request-log.ts";
export { wavHeader, type WavLength } from "./scripted/wav-header.ts";
export { createPacedSink, type PacedSink, type PacedSinkOptions } from "./sinks/paced-sink.ts";
export type { PlayedPart } from "./sinks/played-record.ts";
export { createTestChunk, createTestChunks, type TestChunkOptions } from "./audio/test-chunk.ts";
export { assertSameSamples, findLostOrRepeated, type AlignmentOptions, type AudioDifference } from "./audio/alignment.ts";
export { assertNoClicks, measureClicks, type ClickMeasure } from "./audio/clicks.ts";
export { assertContiguous } from "./audio/contiguous.ts";
export { durationMs, findSilences, levelDb, peakDb, type Silence } from "./audio/level.ts";
export type { CheckResult, TestRunner } from "./conformance/check-result.ts";
export { describeEngine } from "./conformance/engine/describe-engine.ts";
export type { ConformanceTexts, EngineCheck, EngineCheckContext, EngineCheckOptions, Reading, ReadOptions, Spoken } from "./conformance/engine/engine-check.ts";
export type { AudioRead } from "./conformance/engine/read-audio.ts";
export { engineChecks, runEngineCheck, runEngineChecks, type CreateEngine } from "./conformance/engine/run-engine-checks.ts";
export type { BadEngine } from "./bad-engines/alter.ts";
export { badEngines } from "./bad-engines/bad-engines.ts";
export type { SinkCheck, SinkCheckContext, SinkCheckOptions, WatchedPromise } from "./conformance/sink/sink-check.ts";
export { sinkChecks } from "./conformance/sink/sink-checks.ts";
export { describeSink, runSinkCheck, runSinkChecks, type CreateSink } from "./conformance/sink/run-sink-checks.ts";
export { createBadSink, sinkFaults, type SinkFault } from "./sinks/bad-sinks.ts";
export { createFaultProxy, type FaultProxy, type FaultProxyOptions } from "./proxy/fault-proxy.ts";
export type { Direction } from "./proxy/proxied-connection.ts";
export type { LinkFaults } from "./proxy/faulty-link.ts";
