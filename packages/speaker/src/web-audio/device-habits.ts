import { renderQuantum } from "./host-messages.ts";

/** How long to watch a device that was just opened. */
const watchMs = 120;

/** What is taken as one step before the device has been watched, and the largest that is believed. */
const usualStepQuanta = 8;
const largestStepQuanta = 32;

/**
 * From render to ear where the library cannot tell: node-web-audio-api 1 always says 0. The buffer that is asked for, less half of
 * what is rendered at once; through PulseAudio the same was measured on a recording.
 */
const usualLatencyMs = 36;

/** When nothing more has been rendered for so long, the device has what it wanted. */
const renderBurstMs = 1;

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

  /**
   * Waits for the moment just after the device has rendered, when it is longest until it does again: what is asked for then is in
   * time. Gives the first frame that is not rendered yet.
   */
  async afterRender(): Promise<number> {
    const deadline = performance.now() + (2 * this.#stepFrames * 1000) / this.#clock.sampleRate;
    let frames = this.#frames();
    let changedAt = Infinity;
    while (performance.now() < deadline && !(performance.now() - changedAt >= renderBurstMs)) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const now = this.#frames();
      if (now !== frames) changedAt = performance.now();
      frames = now;
    }
    return changedAt === Infinity ? frames + this.#stepFrames : frames;
  }

  #frames(): number {
    return Math.round(this.#clock.currentTime * this.#clock.sampleRate);
  }
}
