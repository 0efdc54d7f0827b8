import type { DeviceHabits } from "./device-habits.ts";
import { renderQuantum } from "./host-messages.ts";

interface Scheduled {
  readonly lineStart: number;
  readonly quantum: number;
  readonly frames: number;
  readonly source: AudioBufferSourceNode;
}

/** As long as the fades elsewhere. */
const fadeMs = 5;

/**
 * Plays buffers back to back, each started at the exact time at which the one before it ends. Starts lie on the borders of render
 * quanta, where a buffer is copied as it is; between them it would be interpolated.
 */
export class ScheduledPlayer {
  readonly #context: AudioContext;
  readonly #habits: DeviceHabits;
  readonly #channels: number;
  #gain: GainNode;
  #scheduled: Scheduled[] = [];
  #lineFrames = 0;
  #nextQuantum = 0;

  constructor(options: { context: AudioContext; habits: DeviceHabits; channels: number }) {
    this.#context = options.context;
    this.#habits = options.habits;
    this.#channels = options.channels;
    this.#gain = this.#newGain();
  }

  /** Schedules samples behind those scheduled before, or as soon as possible. */
  put(samples: Float32Array): void {
    this.#forgetPlayed();
    const frames = samples.length / this.#channels;
    const quantum = Math.max(this.#nextQuantum, this.#nowQuantum() + this.#habits.stepQuanta + 1);
    const source = this.#context.createBufferSource();
    source.buffer = this.#buffer(samples, frames);
    source.connect(this.#gain);
    source.start(this.#timeOf(quantum));
    this.#scheduled.push({ lineStart: this.#lineFrames, quantum, frames, source });
    this.#lineFrames += frames;
    this.#nextQuantum = quantum + frames / renderQuantum;
  }

  /** What the listener has heard, and whether more follows at once. */
  heard(): { frames: number; moving: boolean } {
    const { currentTime, sampleRate } = this.#context;
    return this.#lineFrameAt(currentTime * sampleRate - (this.#habits.latencyMs * sampleRate) / 1000);
  }

  /** Fades out at once and drops the rest; gives the first frame of the line that is not heard. */
  async cut(): Promise<number> {
    const start = Math.ceil((await this.#habits.afterRender()) / renderQuantum) + 1;
    const end = start + Math.ceil((fadeMs * this.#context.sampleRate) / 1000 / renderQuantum);
    this.#gain.gain.setValueAtTime(1, this.#timeOf(start));
    this.#gain.gain.linearRampToValueAtTime(0, this.#timeOf(end));
    const frame = this.#lineFrameAt(end * renderQuantum).frames;
    for (const entry of this.#scheduled) {
      if (entry.quantum >= end) entry.source.disconnect();
      else if (entry.quantum + entry.frames / renderQuantum > end) entry.source.stop(this.#timeOf(end));
    }
    this.#scheduled = this.#scheduled
      .filter((entry) => entry.lineStart < frame)
      .map((entry) => ({ ...entry, frames: Math.min(entry.frames, frame - entry.lineStart) }));
    this.#lineFrames = frame;
    this.#nextQuantum = end;
    this.#gain = this.#newGain();
    return frame;
  }

  #lineFrameAt(contextFrame: number): { frames: number; moving: boolean } {
    let frames = this.#scheduled[0]?.lineStart ?? this.#lineFrames;
    for (const entry of this.#scheduled) {
      const played = contextFrame - entry.quantum * renderQuantum;
      if (played < 0) return { frames, moving: false };
      frames = entry.lineStart + Math.min(entry.frames, Math.floor(played));
      if (played < entry.frames) return { frames, moving: true };
    }
    return { frames, moving: false };
  }

  /** Keeps the last one, so that the place of the end is known. */
  #forgetPlayed(): void {
    const heard = this.heard().frames;
    const kept = this.#scheduled.findIndex((entry) => entry.lineStart + entry.frames > heard);
    this.#scheduled = kept < 0 ? this.#scheduled.slice(-1) : this.#scheduled.slice(kept);
  }

  #buffer(samples: Float32Array, frames: number): AudioBuffer {
    const buffer = this.#context.createBuffer(this.#channels, frames, this.#context.sampleRate);
    for (let channel = 0; channel < this.#channels; channel += 1) {
      const plane = new Float32Array(frames);
      for (let frame = 0; frame < frames; frame += 1) plane[frame] = samples[frame * this.#channels + channel] ?? 0;
      buffer.copyToChannel(plane, channel);
    }
    return buffer;
  }

  #newGain(): GainNode {
    const gain = this.#context.createGain();
    gain.connect(this.#context.destination);
    return gain;
  }

  #nowQuantum(): number {
    return Math.ceil((this.#context.currentTime * this.#context.sampleRate) / renderQuantum - 0.01);
  }

  #timeOf(quantum: number): number {
    return (quantum * renderQuantum) / this.#context.sampleRate;
  }
}
