import { TTSError, type SessionEvent } from "@parlando/engine";
import type { TimeLimits } from "./time-limits.ts";

/** So much audio is progress: 3 ms of 16-bit samples at 24 kHz, 25 ms of MP3 at 48 kbit/s. */
const PROGRESS_BYTES = 150;
const PROGRESS_FRAMES = 75;

/**
 * Ends an engine that sends something all the time and gets nowhere: a byte now and then is no speech, nor are marks and warnings. Marks may
 * come ahead of their audio, so between two pieces of audio they get the time that a first one has.
 */
export class TrickleWatch {
  readonly #limits: TimeLimits;
  readonly #engine: string;
  #hasBegun = false;
  /** Waited for since enough audio came. */
  #silentMs = 0;
  /** The same, or since the last mark. */
  #waitedMs = 0;
  #bytes = 0;
  #frames = 0;
  /** The furthest that a session told to be spoken. */
  #through = -1;

  constructor({ limits, engine }: { readonly limits: TimeLimits; readonly engine: string }) {
    this.#limits = limits;
    this.#engine = engine;
  }

  /** Whether any audio has come. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** How long the first audio was waited for so far, in milliseconds; 0 once it is there. */
  get unbegunMs(): number {
    return this.#hasBegun ? 0 : this.#silentMs;
  }

  /**
   * An event has come, `waitedMs` after it was asked for.
   *
   * @throws TTSError `TIMEOUT` when all that was waited for was next to nothing.
   */
  came(event: SessionEvent, waitedMs: number): void {
    this.#silentMs += waitedMs;
    this.#waitedMs += waitedMs;
    if (event.type === "audio") this.#bytes += event.bytes.length;
    else if (event.type === "pcm") this.#frames += event.samples.length;
    const hasAny = this.#bytes > 0 || this.#frames > 0;
    if (hasAny && !this.#hasBegun) this.#begin();
    if (this.#bytes >= PROGRESS_BYTES || this.#frames >= PROGRESS_FRAMES || (event.type === "flushed" && this.#isNews(event.through))) this.#gotOn();
    else if (event.type === "mark") this.#waitedMs = 0;
    else if (hasAny && this.#waitedMs >= this.#limits.betweenMs) throw this.#timeout("next to nothing", "betweenMs");
    if (this.#silentMs >= this.#limits.firstAudioMs && this.#silentMs > 0) this.#judgeSilence();
  }

  /** What came in the turn before is not counted against the next. */
  turnBegins(): void {
    this.#through = -1;
    this.#gotOn();
  }

  /** What was waited before was for the first audio. */
  #begin(): void {
    this.#hasBegun = true;
    this.#silentMs = 0;
    this.#waitedMs = 0;
  }

  /** Whether more is spoken than was told before; what is no offset is believed. */
  #isNews(through: number): boolean {
    const isNews = !(Number.isFinite(through) && through <= this.#through);
    if (isNews) this.#through = through;
    return isNews;
  }

  #gotOn(): void {
    this.#silentMs = 0;
    this.#waitedMs = 0;
    this.#bytes = 0;
    this.#frames = 0;
  }

  #judgeSilence(): void {
    if (!this.#hasBegun) throw this.#timeout("no audio", "firstAudioMs");
    const longer = this.#limits.betweenMs > this.#limits.firstAudioMs ? "betweenMs" : "firstAudioMs";
    if (this.#silentMs >= this.#limits[longer]) throw this.#timeout("next to no audio", longer);
  }

  #timeout(found: string, limit: keyof TimeLimits): TTSError {
    return new TTSError("TIMEOUT", `The engine "${this.#engine}" sent ${found} for ${this.#limits[limit] / 1000} s. If it may be so slow, raise timeouts.${limit}.`, { engine: this.#engine });
  }
}
