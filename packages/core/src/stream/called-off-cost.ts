import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import { placeWords } from "../ledger/placed-words.ts";
import type { EngineRoute } from "../synthesis/engine-route.ts";
import type { SegmentRun } from "../synthesis/segment-run.ts";

/**
 * What is not billed of requests that are called off now, for each of them: everything, where the engine had not been asked yet; what was
 * not made, where cancelling costs nothing; nothing, where what was sent is paid for or is finished anyway.
 */
export function unbilledCharacters(runs: readonly SegmentRun[], about: { readonly sampleRate: number; readonly routes: readonly EngineRoute[] }): ReadonlyMap<LedgerEntry, number> {
  const unbilled = new Map<LedgerEntry, number>();
  for (const { state, startedAtMs, entry } of runs) {
    if (state !== "sent") continue;
    if (startedAtMs === undefined) unbilled.set(entry, entry.billedCharacters);
    else if (about.routes.find(({ engine }) => engine.id === entry.engine)?.engine.capabilities.cancelCost === "none") unbilled.set(entry, Math.max(0, entry.billedCharacters - madeCharacters(entry, about.sampleRate)));
  }
  return unbilled;
}

/** Characters whose audio was made, whole words. */
function madeCharacters(entry: LedgerEntry, sampleRate: number): number {
  const last = placeWords(entry, sampleRate).list().findLast((word) => word.startFrame < entry.frames);
  return last === undefined ? 0 : last.textEnd - entry.segment.textStart;
}
