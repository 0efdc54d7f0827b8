import type { PlayheadBasis } from "../buffer/playhead.ts";
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
}

/** What the listener has heard and what not: a question put to the ledger. */
export function describeInterruption(facts: InterruptionFacts): Interruption {
  const { ledger, fed, heardFrame } = facts;
  const { heardUntil, basis } = ledger.heardAt(heardFrame);
  const billedCharacters = ledger.billedCharacters();
  return {
    heardText: fed.slice(0, heardUntil),
    heardUntil,
    unheardText: fed.slice(heardUntil),
    heardMs: (heardFrame * 1000) / facts.sampleRate,
    billedCharacters,
    wastedCharacters: Math.max(0, billedCharacters - heardUntil),
    basis,
    playhead: facts.playhead,
  };
}
