import type { ArrivalLateness, MeasuredArrival } from "../synthesis/arrival-lateness.ts";

/** How the audio of a stream came, until the stream has ended and its engine's account learns from it. */
export class StreamArrivals {
  #first: { readonly account: ArrivalLateness; readonly arrival: MeasuredArrival } | undefined;

  /** A request has ended well. Nothing is ahead when the first one begins, so that it tells what a listener needs. */
  note(account: ArrivalLateness, arrival: MeasuredArrival): void {
    account.learnFactor(arrival.realTimeFactor);
    this.#first ??= { account, arrival };
  }

  /** The stream has ended; its listener, who began with `headstartMs` ahead, was dry for `dryMs`. */
  learn(headstartMs: number, dryMs: number): void {
    if (this.#first === undefined) return;
    const { account, arrival } = this.#first;
    // What ran dry although its first request would not have: more ahead would have helped all the same.
    const isShort = dryMs > 0 && arrival.neededMs <= headstartMs;
    account.learnNeeded(isShort ? headstartMs + dryMs : arrival.neededMs);
    this.#first = undefined;
  }
}
