import type { QueuedAudio } from "./audio-queue.ts";

/** A stretch of audio and the time at which it began to be played. */
export interface PlayedPart {
  /** Of the stream. */
  startFrame: number;
  frames: number;
  /** The clock's. */
  atMs: number;
}

/** What was played, and when. */
export interface PlayedRecord {
  readonly timeline: readonly PlayedPart[];
  add(audio: QueuedAudio, atMs: number): void;
  samples(): Float32Array<ArrayBuffer>;
}

/** Makes an empty record. */
export function createPlayedRecord(): PlayedRecord {
  const timeline: PlayedPart[] = [];
  const parts: Float32Array[] = [];
  return {
    timeline,
    add(audio, atMs) {
      timeline.push({ startFrame: audio.startFrame, frames: audio.frames, atMs });
      if (audio.samples !== undefined) parts.push(audio.samples);
    },
    samples() {
      const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      return all;
    },
  };
}
