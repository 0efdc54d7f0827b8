import type { Mark } from "@parlando/engine";
import { createAudioChunk } from "../audio/create-audio-chunk.ts";
import { interleave, toMono } from "../audio/channels.ts";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import { createResampler } from "../audio/resampler.ts";
import type { Sink } from "./sink.ts";

/** Gives a sink the format it wants, converting once; a sink that wants the stream's own format, or says nothing, is returned as it is. */
export function adaptSink(sink: Sink, stream: { sampleRate: number; channels: number }): Sink {
  const sampleRate = sink.format?.sampleRate ?? stream.sampleRate;
  const channels = sink.format?.channels ?? stream.channels;
  if (sampleRate === stream.sampleRate && channels === stream.channels) return sink;
  const resampler = createResampler(stream.sampleRate, sampleRate);
  const ratio = sampleRate / stream.sampleRate;
  let written = 0;
  let last: AudioChunk | undefined;
  /** Of chunks that the resampler has kept whole. */
  let waiting: { text: string; marks: readonly Mark[] } = { text: "", marks: [] };

  const writeConverted = async (chunk: Pick<AudioChunk, "segments" | "text" | "marks">, mono: Float32Array): Promise<void> => {
    const text = waiting.text + chunk.text;
    const marks = [...waiting.marks, ...chunk.marks];
    waiting = mono.length === 0 ? { text, marks } : { text: "", marks: [] };
    if (mono.length === 0) return;
    const startFrame = written;
    written += mono.length;
    const segments = scaleSpans(chunk.segments, mono.length);
    await sink.write(createAudioChunk({ samples: interleave(mono, channels), sampleRate, channels, startFrame, segments, text, marks }));
  };
  const toStreamFrames = (frames: number): number => Math.round(frames / ratio);

  return {
    format: stream,
    async write(chunk) {
      last = chunk;
      await writeConverted(chunk, resampler.process(toMono(chunk.samples, chunk.channels)));
    },
    playedFrames() {
      const played = sink.playedFrames();
      return played === undefined ? undefined : toStreamFrames(played);
    },
    pause: () => sink.pause(),
    resume: () => sink.resume(),
    clear: async () => toStreamFrames(await sink.clear()),
    async end() {
      if (last !== undefined) await writeConverted({ text: "", marks: [], segments: last.segments.slice(-1) }, resampler.flush());
      await sink.end();
    },
    close: () => sink.close(),
  };
}

/** Spans over as many frames as the converted chunk has: a resampler holds some back, and gives others later. */
function scaleSpans(spans: AudioChunk["segments"], frames: number): AudioChunk["segments"] {
  const total = spans.reduce((sum, span) => sum + span.frames, 0);
  let before = 0;
  return spans.map((span) => {
    const offsetFrames = Math.round((before / total) * frames);
    before += span.frames;
    return { ...span, offsetFrames, frames: Math.round((before / total) * frames) - offsetFrames };
  });
}
