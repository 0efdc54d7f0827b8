import type { TextView } from "../text/text-queue.ts";

/** Silence left after the last sound, in milliseconds, by the place where the text was cut. */
const PAUSE_MS = { sentence: 250, clause: 120, word: 20 } as const;

/** The longest pause that is left behind a segment: for one whose end is not known yet. */
export const LONGEST_PAUSE_MS: number = PAUSE_MS.sentence;

/** Silence left behind the first `units` of a text, in milliseconds. */
export function pauseBehind({ text, cuts }: TextView, units: number): number {
  const end = text.slice(0, units).trimEnd().length;
  return PAUSE_MS[cuts.find((cut) => cut.at === end)?.kind ?? "word"];
}
