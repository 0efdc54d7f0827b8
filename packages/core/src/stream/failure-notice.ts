import type { TTSError } from "@parlando/engine";
import type { FeedGate } from "./feed-gate.ts";
import type { Outcome } from "./outcome.ts";
import type { StreamNotices } from "./stream-notices.ts";

/** Tells a failure in every way there is, once: to who feeds, who waits for the end, and who watches. */
export class FailureNotice {
  readonly #ways: { readonly feedGate: FeedGate; readonly outcome: Outcome; readonly notices: StreamNotices };
  #told: TTSError | undefined;

  constructor(ways: { feedGate: FeedGate; outcome: Outcome; notices: StreamNotices }) {
    this.#ways = ways;
  }

  /** What was told, if anything was. */
  get told(): TTSError | undefined {
    return this.#told;
  }

  tell(error: TTSError): void {
    if (this.#told === error) return;
    this.#told = error;
    const { feedGate, outcome, notices } = this.#ways;
    feedGate.refuse(error);
    outcome.reject(error);
    notices.tell("error", error);
  }
}
