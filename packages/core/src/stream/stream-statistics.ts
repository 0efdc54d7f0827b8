import type { Clock } from "../clock.ts";
import type { StreamReport } from "./stream-report.ts";

/** Counts what the report tells, while it happens. */
export class StreamStatistics {
  readonly #clock: Clock;
  readonly #onEnded: ((report: StreamReport) => void) | undefined;
  #firstFedMs: number | undefined;
  #firstAudioMs: number | undefined;
  #endedMs: number | undefined;
  audioMs = 0;
  makingMs = 0;
  /** Made by engines, whether it was handed out or not. */
  #madeMs = 0;
  underruns = 0;
  underrunMs = 0;
  segments = 0;
  attempts = 0;
  characters = 0;
  interrupted = false;
  readonly #engines: string[] = [];
  readonly #failovers: StreamReport["failovers"][number][] = [];

  constructor(clock: Clock, onEnded?: (report: StreamReport) => void) {
    this.#clock = clock;
    this.#onEnded = onEnded;
  }

  fed(characters: number): void {
    this.#firstFedMs ??= this.#clock.now();
    this.characters += characters;
  }

  attempted(): void {
    this.attempts += 1;
  }

  /** The engine made audio. */
  spoke(engine: string): void {
    if (!this.#engines.includes(engine)) this.#engines.push(engine);
  }

  /** So much audio came from an engine. */
  made(ms: number): void {
    this.#madeMs += ms;
  }

  /** An engine was waited for. */
  waited(ms: number): void {
    this.makingMs += ms;
  }

  failedOver(failover: StreamReport["failovers"][number]): void {
    this.#failovers.push(failover);
  }

  /** A chunk was handed out whose first audible sample lies `audibleAfterMs` into it; undefined when it is silent. */
  handed(durationMs: number, audibleAfterMs: number | undefined): void {
    this.audioMs += durationMs;
    if (this.#firstAudioMs === undefined && audibleAfterMs !== undefined) this.#firstAudioMs = this.#clock.now() - (this.#firstFedMs ?? this.#clock.now()) + audibleAfterMs;
  }

  get awaitsFirstAudio(): boolean {
    return this.#firstAudioMs === undefined;
  }

  ranDry(ms: number): void {
    this.underruns += 1;
    this.underrunMs += ms;
  }

  /** The stream has ended, however it ended. */
  ended(): void {
    if (this.#endedMs !== undefined) return;
    this.#endedMs = this.#clock.now();
    this.#onEnded?.(this.report());
  }

  report(): StreamReport {
    const elapsedMs = this.#firstFedMs === undefined ? 0 : (this.#endedMs ?? this.#clock.now()) - this.#firstFedMs;
    return {
      firstAudioMs: this.#firstAudioMs,
      audioMs: this.audioMs,
      madeMs: this.#madeMs,
      elapsedMs,
      realTimeFactor: this.#madeMs === 0 ? 0 : this.makingMs / this.#madeMs,
      underruns: this.underruns,
      underrunMs: this.underrunMs,
      characters: this.characters,
      segments: this.segments,
      attempts: this.attempts,
      engines: [...this.#engines],
      failovers: [...this.#failovers],
      interrupted: this.interrupted,
    };
  }
}
