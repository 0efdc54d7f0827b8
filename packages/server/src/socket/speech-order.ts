import type { Sink, StreamReport, Warning } from "@parlando/core";
import type { SpeechStart, SpokenReport } from "@parlando/protocol";
import type { SpeechOrder } from "../speech/open-speech.ts";

/** What is to be spoken, by the message that begins it. */
export function orderOf(start: SpeechStart, sink: Sink, onWarning: (warning: Warning) => void): SpeechOrder {
  const { model, voice, language, rate, pitch, volume, ssml, latency, marks, sampleRate, options } = start;
  const output = sampleRate === undefined ? undefined : { sampleRate };
  return { model, voice, stream: { language, rate, pitch, volume, ssml, latency, marks, output }, sink, engineFields: options, onWarning };
}

/** The numbers of an utterance as they are told; what is no number, because nothing was spoken, is 0. */
export function spokenReport(report: StreamReport): SpokenReport {
  const { firstAudioMs, audioMs, elapsedMs, realTimeFactor, characters, segments, attempts, engines } = report;
  return {
    ...(firstAudioMs !== undefined && { firstAudioMs }),
    audioMs,
    elapsedMs,
    realTimeFactor: Number.isFinite(realTimeFactor) ? realTimeFactor : 0,
    characters,
    segments,
    attempts,
    engines,
  };
}
