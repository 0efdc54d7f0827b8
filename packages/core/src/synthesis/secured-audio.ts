import type { Cost } from "./cost-estimate.ts";
import type { SegmentRun } from "./segment-run.ts";

/** What {@link securedMs} looks at. */
export interface SecuredOptions {
  readonly nowMs: number;
  /** Handed out and not yet heard, in milliseconds. */
  readonly unheardMs: number;
  readonly runs: readonly SegmentRun[];
  readonly cost: Cost;
  readonly msPerCharacter: number;
  readonly output: "streaming" | "whole";
  readonly sampleRate: number;
}

/**
 * How long the listener can go on without anything new: audio that is made counts exactly, what is in flight counts from the time at
 * which its cost expects it, or from now if that has passed.
 */
export function securedMs(options: SecuredOptions): number {
  const { nowMs, cost, output } = options;
  let endMs = nowMs + options.unheardMs;
  let slotFreeMs = nowMs;
  for (const run of options.runs) {
    const madeMs = (run.queue.frames * 1000) / options.sampleRate;
    // What is not flushed is promised by nobody.
    if (run.state !== "sent" || run.open) {
      endMs += madeMs;
      continue;
    }
    const characters = run.segment.text.length;
    const makingMs = cost.perCharacterMs * characters;
    const restMs = Math.max(0, characters * options.msPerCharacter - (run.entry.frames * 1000) / options.sampleRate);
    const startMs = (run.startedAtMs ?? slotFreeMs) + cost.startMs;
    const arrivalMs = run.entry.frames > 0 ? nowMs : Math.max(nowMs, output === "streaming" ? startMs : startMs + makingMs);
    slotFreeMs = Math.max(slotFreeMs, output === "streaming" ? arrivalMs + makingMs : arrivalMs);
    endMs = Math.max(endMs, arrivalMs) + madeMs + restMs;
  }
  return Math.max(0, endMs - nowMs);
}
