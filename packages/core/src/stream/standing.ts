import type { TTSError } from "@parlando/engine";
import { isLive, nextState, type StreamState, type StreamTransition } from "./stream-state.ts";

/** Where a stream stands: the one state that all of its parts obey. Only the conductor moves it. */
export class Standing {
  #state: StreamState = "open";
  #error: TTSError | undefined;

  get state(): StreamState {
    return this.#state;
  }

  /** Why the stream has ended, when it has failed or was closed. */
  get error(): TTSError | undefined {
    return this.#error;
  }

  /** Whether audio may still come. */
  get isLive(): boolean {
    return isLive(this.#state);
  }

  /** Whether the transition would change anything. */
  mayMove(transition: StreamTransition): boolean {
    return nextState(this.#state, transition) !== undefined;
  }

  /** Whether the transition changes anything; `error` is why. */
  move(transition: StreamTransition, error?: TTSError): boolean {
    const next = nextState(this.#state, transition);
    if (next === undefined) return false;
    this.#state = next;
    this.#error = error;
    return true;
  }
}
