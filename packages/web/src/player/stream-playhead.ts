import type { StreamState } from "./worklet-messages.ts";

/** Where the listener is: reckoned from what the worklet told last and the audio clock, which goes on while the page's thread is busy. */
export class StreamPlayhead {
  readonly #sampleRate: number;
  #state: StreamState | undefined;
  #last = 0;
  #stoppedAt: number | undefined;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  note(state: StreamState): void {
    this.#state = state;
  }

  /** The stream is over here, whatever comes. */
  stop(frame: number): number {
    this.#stoppedAt ??= Math.max(this.#last, frame);
    return this.#stoppedAt;
  }

  /** Frames that have left the worklet by a time of the audio clock; `pushed`: at most so many. */
  leftAt(time: number, pushed: number): number {
    if (this.#state === undefined) return 0;
    const { playedFrames, contextTime, isSounding } = this.#state;
    const since = Math.round((time - contextTime) * this.#sampleRate);
    if (since >= 0 && !isSounding) return playedFrames;
    return Math.max(0, Math.min(pushed, playedFrames + since));
  }

  /** Frames that were heard; never fewer than before. */
  heard({ now, latency, pushed }: { readonly now: number; readonly latency: number; readonly pushed: number }): number {
    if (this.#stoppedAt !== undefined) return this.#stoppedAt;
    this.#last = Math.max(this.#last, this.leftAt(now - latency, pushed));
    return this.#last;
  }

  /** What has left the worklet has been heard, though a browser may think otherwise of its latency a moment later. */
  arrive(): void {
    if (this.#state?.isSounding === false) this.#last = Math.max(this.#last, this.#state.playedFrames);
  }

  /** How long it is until the playhead stands, in seconds; undefined while the stream sounds. */
  standsIn({ now, latency }: { readonly now: number; readonly latency: number }): number | undefined {
    if (this.#state === undefined || this.#stoppedAt !== undefined) return 0;
    return this.#state.isSounding ? undefined : Math.max(0, this.#state.contextTime + latency - now);
  }
}
