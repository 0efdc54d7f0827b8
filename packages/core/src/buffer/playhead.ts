import type { Clock } from "../clock.ts";

/** How the playhead is known. */
export type PlayheadBasis = "sink" | "reported" | "assumed";

/** What the listener has heard: told by the sink, reported by the app, or, for want of both, real time from the first delivery. */
export class Playhead {
  readonly #clock: Clock;
  readonly #sampleRate: number;
  #ask: (() => number | undefined) | undefined;
  #lastTold: number | undefined;
  #isHeld = false;
  /** The sink was asked since {@link Playhead.hold}. */
  #wasAsked = false;
  #handed = 0;
  #reported: number | undefined;
  #delivered = 0;
  /** When all that was delivered will have been played, were it played without a stop. */
  #playoutEndMs = Number.NEGATIVE_INFINITY;
  #pausedAtMs: number | undefined;

  constructor(clock: Clock, sampleRate: number) {
    this.#clock = clock;
    this.#sampleRate = sampleRate;
  }

  /** Frames whose delivery is certain. */
  get deliveredFrames(): number {
    return this.#delivered;
  }

  /** Frames that were handed out. */
  get handedFrames(): number {
    return this.#handed;
  }

  /** When a listener who plays what is delivered at once would run dry. */
  get playoutEndMs(): number {
    return this.#playoutEndMs;
  }

  get basis(): PlayheadBasis {
    // Who has told once is believed from then on, and need not be asked again.
    if (this.#lastTold !== undefined || this.#askSink() !== undefined) return "sink";
    return this.#reported === undefined ? "assumed" : "reported";
  }

  /** The taker has a clock of its own. */
  follow(playedFrames: () => number | undefined): void {
    this.#ask = playedFrames;
  }

  /** Until {@link Playhead.release} it is one moment: the sink is asked once at most, however often it is looked at. Everything for a chunk is done in such a moment. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Time goes on. To be called before the app is told anything. */
  release(): void {
    this.#isHeld = false;
    this.#wasAsked = false;
  }

  /** So much was handed out since the start: nothing beyond it can have been heard. */
  handed(frames: number): void {
    this.#handed = frames;
  }

  /** The taker has let go of all that was handed out. */
  delivered(): void {
    const frames = this.#handed - this.#delivered;
    const now = this.#pausedAtMs ?? this.#clock.now();
    this.#delivered += frames;
    this.#playoutEndMs = Math.max(this.#playoutEndMs, now) + (frames * 1000) / this.#sampleRate;
  }

  /** What the far listener has heard; never goes back, never beyond what was delivered. */
  report(frame: number): void {
    this.#reported = Math.max(this.#reported ?? 0, Math.min(frame, this.#delivered));
  }

  pause(): void {
    this.#pausedAtMs ??= this.#clock.now();
  }

  resume(): void {
    if (this.#pausedAtMs === undefined) return;
    this.#playoutEndMs += Math.max(0, this.#clock.now() - this.#pausedAtMs);
    this.#pausedAtMs = undefined;
  }

  /** Frames heard, from the start of the stream. */
  heardFrames(): number {
    return this.#askSink() ?? this.#reported ?? this.#assumedFrames();
  }

  /** Frames that have to be reckoned with as heard: who reports seldom, or has stopped to, plays on all the same. */
  expectedFrames(): number {
    return this.#askSink() ?? Math.max(this.#reported ?? 0, this.#assumedFrames());
  }

  /** Handed out and to be reckoned with as not yet heard, in milliseconds. */
  unheardMs(): number {
    return (Math.max(0, this.#handed - this.expectedFrames()) * 1000) / this.#sampleRate;
  }

  /** Heard by a listener who plays what is delivered at once. */
  #assumedFrames(): number {
    if (this.#delivered === 0) return 0;
    const now = this.#pausedAtMs ?? this.#clock.now();
    const remaining = Math.max(0, ((this.#playoutEndMs - now) * this.#sampleRate) / 1000);
    return Math.max(0, Math.round(this.#delivered - remaining));
  }

  /** What the sink says, held to what is possible: a sink is not ours, and may fail or say nonsense. */
  #askSink(): number | undefined {
    if (this.#wasAsked) return this.#lastTold;
    this.#wasAsked = this.#isHeld;
    let told: number | undefined;
    try {
      told = this.#ask?.();
    } catch {
      return this.#lastTold;
    }
    if (told === undefined || Number.isNaN(told)) return this.#lastTold;
    this.#lastTold = Math.max(0, Math.min(told, this.#handed));
    return this.#lastTold;
  }
}
