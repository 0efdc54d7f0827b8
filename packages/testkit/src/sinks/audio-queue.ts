/** A stretch of audio on its way through a sink. */
export interface QueuedAudio {
  /** Interleaved; undefined where nobody wants to have them back. */
  samples: Float32Array | undefined;
  frames: number;
  channels: number;
  sampleRate: number;
  /** Of the stream. */
  startFrame: number;
}

/** Some frames of a stretch of audio, from one up to another; nothing is copied. */
export interface AudioPart {
  readonly audio: QueuedAudio;
  readonly from: number;
  readonly to: number;
}

/** Audio in order, taken from the front in any sizes. */
export interface AudioQueue {
  /** Milliseconds in the queue. */
  readonly durationMs: number;
  /** What is in the queue, in order. */
  readonly parts: readonly AudioPart[];
  push(part: AudioPart): void;
  /** Up to `ms` from the front, never across two parts. */
  take(ms: number): AudioPart | undefined;
  putBack(part: AudioPart): void;
  clear(): void;
}

/** The length of a part. */
export function millisecondsOf({ audio, from, to }: AudioPart): number {
  return ((to - from) * 1000) / audio.sampleRate;
}

/** Frames that are taken at a time. */
export function framesAtATime(ms: number, sampleRate: number): number {
  return Math.max(1, Math.round((ms * sampleRate) / 1000));
}

/** A part as audio of its own. */
export function audioOf({ audio, from, to }: AudioPart): QueuedAudio {
  const { samples, channels, sampleRate, startFrame } = audio;
  return { samples: samples?.subarray(from * channels, to * channels), frames: to - from, channels, sampleRate, startFrame: startFrame + from };
}

/** Makes an empty queue. */
export function createAudioQueue(): AudioQueue {
  const parts: Stretch[] = [];
  const queue: { -readonly [Name in keyof AudioQueue]: AudioQueue[Name] } = {
    durationMs: 0,
    parts,
    push({ audio, from, to }) {
      if (to <= from) return;
      parts.push({ audio, from, to });
      count(((to - from) * 1000) / audio.sampleRate);
    },
    take(ms) {
      const first = parts[0];
      if (first === undefined) return undefined;
      const { audio, from, to } = first;
      const cut = Math.min(to, from + framesAtATime(ms, audio.sampleRate));
      if (cut === to) parts.shift();
      else first.from = cut;
      count(((from - cut) * 1000) / audio.sampleRate);
      return { audio, from, to: cut };
    },
    putBack({ audio, from, to }) {
      if (to <= from) return;
      parts.unshift({ audio, from, to });
      count(((to - from) * 1000) / audio.sampleRate);
    },
    clear() {
      parts.length = 0;
      count(0);
    },
  };
  function count(ms: number): void {
    // Sums of fractions drift; an empty queue starts from nothing again.
    queue.durationMs = parts.length === 0 ? 0 : queue.durationMs + ms;
  }
  return queue;
}

/** What is left of a part. */
interface Stretch {
  readonly audio: QueuedAudio;
  from: number;
  readonly to: number;
}
