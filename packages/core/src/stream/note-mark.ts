import type { Mark, MarkKind, SynthesisRequest } from "@parlando/engine";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import { QuietStretches } from "../ledger/quiet-stretches.ts";

/** Sentences and bookmarks are placed by the words behind them, so whoever wants them needs words. */
function needsWords(wanted: readonly MarkKind[]): boolean {
  return wanted.includes("word") || wanted.includes("sentence") || wanted.includes("bookmark");
}

/** Prepares an entry for the marks that its request asks for: where words are not among them, they are estimated from its sound. */
export function expectMarks(entry: LedgerEntry, request: Pick<SynthesisRequest, "ssml" | "marks" | "language">, options: { wanted: readonly MarkKind[]; sampleRate: number }): void {
  entry.markup = request.ssml;
  entry.language = request.language;
  if (request.marks.includes("word")) return;
  entry.quiet = new QuietStretches(options.sampleRate);
  if (needsWords(options.wanted)) entry.estimatedWords = 0;
}

/** Takes a mark of the engine down in the ledger, in the order of time, whatever the order in which they come. */
export function noteMark(entry: LedgerEntry, told: Mark, wanted: readonly MarkKind[]): void {
  const mark = plausible(told, entry.segment.text.length);
  if (mark === undefined) return;
  const place = entry.marks.findLastIndex((other) => other.timeMs <= mark.timeMs);
  entry.marks.splice(place + 1, 0, mark);
  // An engine sees segments, which may be parts of sentences: those of the stream are found by core.
  if (mark.kind === "sentence") return;
  if (wanted.includes(mark.kind) || (mark.kind === "word" && needsWords(wanted))) entry.unpublished.push(mark);
}

/** A mark that can be true; undefined for one whose time or place is none: it would lead to other words, or nowhere. */
function plausible(mark: Mark, units: number): Mark | undefined {
  const { timeMs, textStart, textEnd, durationMs } = mark;
  const hasPlace = Number.isInteger(textStart) && Number.isInteger(textEnd) && textStart >= 0 && textStart <= textEnd && textEnd <= units;
  if (!Number.isFinite(timeMs) || timeMs < 0 || !hasPlace) return undefined;
  if (durationMs === undefined || (Number.isFinite(durationMs) && durationMs >= 0)) return mark;
  const { durationMs: _, ...rest } = mark;
  return rest;
}
