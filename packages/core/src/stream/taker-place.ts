import { StreamError } from "@parlando/engine";
import type { Taker } from "./taker.ts";

/** The place of the one taker of a stream: who has it, and who waits to be called when nobody has. */
export class TakerPlace {
  #taker: Taker | undefined;
  #onUnclaimed: (() => void) | undefined;
  #onFirstText: (() => void) | undefined;

  get taker(): Taker | undefined {
    return this.#taker;
  }

  /** Makes `taker` the one that gets the audio. Throws `SECOND_CONSUMER` when there is one. */
  claim(taker: Taker): void {
    if (this.#taker !== undefined) {
      throw new StreamError("SECOND_CONSUMER", "The stream already has a taker of its audio (a sink, onChunk, an iterator, readable or encoded()); it can have only one. To watch beside it, use on(\"chunk\").");
    }
    this.#taker = taker;
  }

  /** Calls back when audio is ready and nobody has taken the stream. */
  whenUnclaimed(listener: () => void): void {
    this.#onUnclaimed = listener;
  }

  /** Calls back when the first text is fed. */
  whenFed(listener: () => void): void {
    this.#onFirstText = listener;
  }

  /** Gives the place up for the taker that it was kept for. */
  release(reserved: Taker): void {
    if (this.#taker === reserved) this.#taker = undefined;
  }

  /** Audio is there to be handed out. */
  audioIsReady(): void {
    if (this.#taker === undefined) this.#onUnclaimed?.();
  }

  textWasFed(): void {
    const listener = this.#onFirstText;
    this.#onFirstText = undefined;
    listener?.();
  }
}
