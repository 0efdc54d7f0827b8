import type { VoicePace } from "../ledger/ledger-entry.ts";

/** How much the last segment changes what is known of a pace. */
const LEARNING_RATE = 0.4;

/** How fast one voice of an engine speaks at a rate of 1, learned from segments that it has ended. */
export class SpeechPace implements VoicePace {
  #pace: number | undefined;

  get slowest(): number {
    return Math.max(1, this.#pace ?? 1);
  }

  learn(pace: number): void {
    this.#pace = this.#pace === undefined ? pace : this.#pace + (pace - this.#pace) * LEARNING_RATE;
  }
}

/** The same as seen by an attempt at another rate; `rate` is 1 where the engine does not change it. */
export function paceAtRate(voice: VoicePace, rate: number): VoicePace {
  if (rate === 1) return voice;
  return {
    get slowest() {
      return voice.slowest / rate;
    },
    learn: (pace) => voice.learn(pace * rate),
  };
}
