/** A stretch of audio on its way through a sink. */
export interface QueuedAudio {
  /** Interleaved. */
  samples: Float32Array;
  channels: number;
  sampleRate: number;
  /** Of the stream. */
  startFrame: number;
}

/** Audio in order, taken from the front in any sizes. */
export interface AudioQueue {
  /** Milliseconds in the queue. */
  readonly durationMs: number;
  push(audio: QueuedAudio): void;
  /** Up to `ms` from the front, never across two pieces. */
  take(ms: number): QueuedAudio | undefined;
  putBack(audio: QueuedAudio): void;
  clear(): void;
}

/** Frames in a stretch of audio. */
export function framesOf(audio: QueuedAudio): number {
  return audio.samples.length / audio.channels;
}

/** The length of a stretch of audio. */
export function millisecondsOf(audio: QueuedAudio): number {
  return (framesOf(audio) * 1000) / audio.sampleRate;
}

/** Cuts audio in two after so many frames. */
export function splitAudio(audio: QueuedAudio, frames: number): readonly [before: QueuedAudio, after: QueuedAudio] {
  const at = frames * audio.channels;
  return [
    { ...audio, samples: audio.samples.subarray(0, at) },
    { ...audio, samples: audio.samples.subarray(at), startFrame: audio.startFrame + frames },
  ];
}

/** Makes an empty queue. */
export function createAudioQueue(): AudioQueue {
  let pieces: QueuedAudio[] = [];
  let durationMs = 0;

  function count(ms: number): void {
    // Sums of fractions drift; an empty queue starts from nothing again.
    durationMs = pieces.length === 0 ? 0 : durationMs + ms;
  }
  return {
    get durationMs() {
      return durationMs;
    },
    push(audio) {
      if (audio.samples.length === 0) return;
      pieces.push(audio);
      count(millisecondsOf(audio));
    },
    take(ms) {
      const first = pieces.shift();
      if (first === undefined) return undefined;
      const [before, after] = splitAudio(first, Math.max(1, Math.round((ms * first.sampleRate) / 1000)));
      if (after.samples.length > 0) pieces.unshift(after);
      count(-millisecondsOf(before));
      return before;
    },
    putBack(audio) {
      if (audio.samples.length === 0) return;
      pieces.unshift(audio);
      count(millisecondsOf(audio));
    },
    clear() {
      pieces = [];
      count(0);
    },
  };
}
