import type { LedgerEntry, LedgerSegment } from "../ledger/ledger-entry.ts";
import type { EngineRoute } from "../synthesis/engine-route.ts";

/** The ledger's entry for an attempt that begins. */
export function createEntry(segment: LedgerSegment, route: EngineRoute, attempt: number, msPerCharacter = 0): LedgerEntry {
  return {
    segment,
    engine: route.engine.id,
    attempt,
    startFrame: undefined,
    frames: 0,
    trimmedFrames: 0,
    complete: false,
    marks: [],
    unpublished: [],
    estimatedWords: undefined,
    msPerCharacter,
    billedCharacters: 0,
  };
}
