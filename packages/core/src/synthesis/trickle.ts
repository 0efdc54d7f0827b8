import { TTSError, type EngineEvent } from "@parlando/engine";

/** So much audio is progress: 3 ms of 16-bit samples at 24 kHz, 25 ms of MP3 at 48 kbit/s. */
const PROGRESS_BYTES = 150;
const PROGRESS_FRAMES = 75;

/** Ends an engine that sends something all the time and gets nowhere: a byte now and then is no speech. */
export class TrickleWatch {
  readonly #limitMs: number;
  readonly #engine: string;
  #waitedMs = 0;
  #bytes = 0;
  #frames = 0;

  constructor({ limitMs, engine }: { readonly limitMs: number; readonly engine: string }) {
    this.#limitMs = limitMs;
    this.#engine = engine;
  }

  /**
   * An event has come, `waitedMs` after it was asked for.
   *
   * @throws TTSError `TIMEOUT` when all that was waited for was next to nothing.
   */
  came(event: EngineEvent | { readonly type: "flushed" }, waitedMs: number): void {
    this.#waitedMs += waitedMs;
    if (event.type === "audio") this.#bytes += event.bytes.length;
    else if (event.type === "pcm") this.#frames += event.samples.length;
    const isProgress = event.type === "mark" || event.type === "flushed" || this.#bytes >= PROGRESS_BYTES || this.#frames >= PROGRESS_FRAMES;
    if (!isProgress && (this.#bytes > 0 || this.#frames > 0) && this.#waitedMs >= this.#limitMs) {
      throw new TTSError("TIMEOUT", `The engine "${this.#engine}" sent next to nothing for ${this.#limitMs / 1000} s. If it may be so slow, raise timeouts.betweenMs.`, { engine: this.#engine });
    }
    if (!isProgress) return;
    this.#waitedMs = 0;
    this.#bytes = 0;
    this.#frames = 0;
  }
}
