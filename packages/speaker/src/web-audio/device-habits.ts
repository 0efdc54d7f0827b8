import { renderQuantum } from "./host-messages.ts";

/** How long to watch a device that was just opened. */
const watchMs = 120;

/** Before so much has been seen, and where a device renders in larger steps than it should. */
const usualStepQuanta = 8;
const largestStepQuanta = 32;

/**
 * From render to ear where the library cannot tell: node-web-audio-api 1 always says 0. `playback` asks for a buffer of 1,024 frames,
 * of which a step is missing when the next is rendered; through PulseAudio 10 ms were measured on a recording.
 */
const usualLatencyMs = 12;

/** What of an `AudioContext` is watched. */
export interface RenderClock {
  readonly currentTime: number;
  readonly sampleRate: number;
  readonly outputLatency: number;
}

/** How a device takes audio. */
export class DeviceHabits {
  readonly #clock: RenderClock;
  readonly #openedAt = performance.now();
  #stepFrames = usualStepQuanta * renderQuantum;

  constructor(clock: RenderClock) {
    this.#clock = clock;
  }

  /** From render to ear, in milliseconds. */
  get latencyMs(): number {
    return this.#clock.outputLatency > 0 ? this.#clock.outputLatency * 1000 : usualLatencyMs;
  }

  /** The most that is rendered in one go, in quanta: what is asked for later than that before its time comes too late. */
  get stepQuanta(): number {
    return Math.min(largestStepQuanta, Math.ceil(this.#stepFrames / renderQuantum));
  }

  /** Looks at the clock as often as it can for a moment; rendering shows as jumps. */
  async watch(): Promise<void> {
    let seen = this.#frames();
    let jumpStart = seen;
    let jumpAt = performance.now();
    let largest = 0;
    while (performance.now() - this.#openedAt < watchMs) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const now = performance.now();
      const frames = this.#frames();
      if (frames === seen) continue;
      if (now - jumpAt > 2) jumpStart = seen;
      jumpAt = now;
      seen = frames;
      // The first jumps fill the device's buffer.
      if (now - this.#openedAt > watchMs / 2) largest = Math.max(largest, frames - jumpStart);
    }
    if (largest > 0) this.#stepFrames = largest;
  }

  #frames(): number {
    return Math.round(this.#clock.currentTime * this.#clock.sampleRate);
  }
}
