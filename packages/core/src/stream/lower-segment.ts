import type { Capabilities } from "@parlando/engine";
import type { LedgerSegment } from "../ledger/ledger-segment.ts";
import { fitsLimits } from "../segments/fit-limits.ts";
import { lowerMarkup } from "../ssml/lower/lower-markup.ts";
import type { LoweredText } from "../ssml/lower/lowered-text.ts";
import { readSupport } from "../ssml/lower/support.ts";

/** A segment of SSML as one engine gets it. */
export interface LoweredSegment {
  readonly lowered: LoweredText;
  /** The tags made it longer than a request may be, so they were left out. */
  readonly isTooLong: boolean;
}

/** Writes a segment of SSML for an engine that has these capabilities; undefined where it is plain text. */
export function lowerSegment(segment: LedgerSegment, { ssml, limits }: Pick<Capabilities, "ssml" | "limits">): LoweredSegment | undefined {
  const { markup } = segment;
  if (markup === undefined) return undefined;
  const document = lowerMarkup({ ...segment, markup }, readSupport(ssml));
  const isTooLong = document.ssml && !fitsLimits(document.text, limits);
  const lowered = isTooLong ? lowerMarkup({ ...segment, markup }, readSupport([])) : document;
  return { lowered, isTooLong };
}
