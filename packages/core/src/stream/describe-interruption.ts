import type { PlayheadBasis } from "../buffer/playhead.ts";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { FedText } from "../text/fed-text.ts";
import type { Interruption } from "./stream-report.ts";

/** What {@link describeInterruption} is told. */
export interface InterruptionFacts {
  readonly heardFrame: number;
  readonly playhead: PlayheadBasis;
  readonly ledger: Ledger;
  readonly fed: FedText;
  readonly sampleRate: number;
  /** What is not billed of the requests that were called off. */
  readonly unbilled: ReadonlyMap<LedgerEntry, number>;
}

/** What the listener has heard and what not, and what that cost: a question put to the ledger. */
export function describeInterruption(facts: InterruptionFacts): Interruption {
  const { ledger, fed, heardFrame, unbilled } = facts;
  const { heardUntil: wordEnd, basis } = ledger.heardAt(heardFrame);
  // A segment may end inside a letter, where it was flushed there.
  const heardUntil = cutsPair(fed, wordEnd) ? wordEnd - 1 : wordEnd;
  const savedCharacters = [...unbilled.values()].reduce((sum, characters) => sum + characters, 0);
  return {
    heardText: fed.slice(0, heardUntil),
    heardUntil,
    unheardText: fed.slice(heardUntil),
    heardMs: (heardFrame * 1000) / facts.sampleRate,
    billedCharacters: ledger.billedCharacters() - savedCharacters,
    wastedCharacters: wastedCharacters(facts, heardUntil),
    basis,
    playhead: facts.playhead,
  };
}

/** Whether an offset lies between the two halves of a letter. */
function cutsPair(fed: FedText, offset: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(fed.slice(offset - 1, offset + 1));
}

/** What was billed of each segment beyond the share of it that was heard. Segments that are folded were heard to their end. */
function wastedCharacters({ ledger, unbilled }: InterruptionFacts, heardUntil: number): number {
  const wasted = ledger.entries.map((entry) => {
    const { textStart, textEnd } = entry.segment;
    const heardShare = textEnd === textStart ? 1 : Math.max(0, Math.min(1, (heardUntil - textStart) / (textEnd - textStart)));
    const billed = entry.billedCharacters - (unbilled.get(entry) ?? 0);
    return Math.max(0, billed - entry.billedCharacters * heardShare);
  });
  return Math.round(wasted.reduce((sum, characters) => sum + characters, 0));
}
