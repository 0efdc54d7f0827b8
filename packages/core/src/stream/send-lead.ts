import type { Cost } from "../synthesis/cost-estimate.ts";

/** A taker that has taken nothing for so long is not taken to play: nothing is sent on the strength of its playing on. */
const LATELY_MS = 250;
/** However slow an engine is thought to be, nothing is sent earlier than so long before its turn. */
const LONGEST_LEAD_MS = 10_000;

/**
 * How much earlier than at the high-water mark text has to be sent, so that its audio comes when the mark is reached and not a whole
 * request later: audio that is played while the request runs need not be there when it ends. Counts only while the taker takes.
 */
export class SendLead {
  #takenMs = 0;
  #atMs = Number.NEGATIVE_INFINITY;

  /** Looks at what was handed out by now, in milliseconds. */
  note(nowMs: number, takenMs: number): void {
    if (takenMs > this.#takenMs) this.#atMs = nowMs;
    this.#takenMs = takenMs;
  }

  /** From sending `units` to their audio, at most: 0 when the taker stands still. `chunkMs`: what it takes at a time. */
  leadMs(nowMs: number, { units, cost, output, chunkMs }: { units: number; cost: Cost; output: "streaming" | "whole"; chunkMs: number }): number {
    if (nowMs - this.#atMs > Math.max(LATELY_MS, 2 * chunkMs)) return 0;
    const makingMs = output === "whole" ? cost.perCharacterMs * units : 0;
    return Math.min(LONGEST_LEAD_MS, cost.startMsHigh + makingMs);
  }
}
