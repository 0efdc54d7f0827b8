import type { LedgerEntry, VoicePace } from "../ledger/ledger-entry.ts";
import type { LedgerSegment } from "../ledger/ledger-segment.ts";
import type { EngineRoute } from "../synthesis/engine-route.ts";

/** The ledger's entry for an attempt that begins. It names all that an entry may have: entries of one shape are looked at faster, and that is done for every chunk. */
export function createEntry(segment: LedgerSegment, route: EngineRoute, attempt: number, voicePace?: VoicePace): LedgerEntry {
  return {
    segment,
    engine: route.engine.id,
    attempt,
    startFrame: undefined,
    frames: 0,
    trimmedFrames: 0,
    complete: false,
    broken: undefined,
    marks: [],
    unpublished: [],
    estimatedWords: undefined,
    voicePace,
    markup: undefined,
    tellsBookmarks: undefined,
    language: undefined,
    quiet: undefined,
    billedCharacters: 0,
    readWords: undefined,
    placed: undefined,
  };
}
