import { belongsToLeft, sourceEndOf, sourceStartOf, type MappedText, type PhonemeSpan } from "../mapped-text.ts";

/** A stretch of what was written, and the stretch of what was read that it was made from. */
interface Run {
  readonly start: number;
  length: number;
  readonly from: number;
  to: number;
  /** Unit for unit the same text. */
  readonly isCopy: boolean;
  /** Put between what was read: it belongs to the end of what was said before it. */
  readonly after?: Place | undefined;
}

/** The end of something that was said: in what was read, or in the fed text when that is not at hand any more. */
type Place = { readonly to: number } | { readonly source: number };

/** Collects what a stage writes, with the way back to what it read. */
export class RewriteOutput {
  #text = "";
  readonly #runs: Run[] = [];
  readonly #phonemes: PhonemeSpan[] = [];
  readonly #before: Place | undefined;

  /** `lastEnd`: where in the fed text ended what was written before. */
  constructor(lastEnd?: number) {
    this.#before = lastEnd === undefined ? undefined : { source: lastEnd };
  }

  /** Writes `text` as it was read at `from`. */
  copy(text: string, from: number): void {
    // A run of nothing would be taken for the end of what was said.
    if (text === "") return;
    const last = this.#runs.at(-1);
    if (last?.isCopy === true && last.to === from) {
      last.length += text.length;
      last.to += text.length;
    } else this.#runs.push({ start: this.#text.length, length: text.length, from, to: from + text.length, isCopy: true });
    this.#text += text;
  }

  /** Writes `text` for what was read between `from` and `to`; nothing, where it is put between. */
  replace(text: string, from: number, to: number): void {
    if (text === "") return;
    const last = this.#runs.at(-1);
    const before = last === undefined ? this.#before : (last.after ?? { to: last.to });
    const after = from === to ? (before ?? { to: from }) : undefined;
    this.#runs.push({ start: this.#text.length, length: text.length, from, to, isCopy: false, after });
    this.#text += text;
  }

  /** Says how the last `units` that were written are pronounced. */
  pronounce(units: number, ipa: string): void {
    this.#phonemes.push({ start: this.#text.length - units, end: this.#text.length, ipa });
  }

  /** What was written, where `read` is all that was read since the last time. */
  finish(read: MappedText): MappedText {
    const runs = this.#runs;
    const text = this.#text;
    const written: Written = { runs, text, read };
    const phonemes = [...this.#copiedPhonemes(read), ...this.#phonemes].sort((left, right) => left.start - right.start);
    return {
      text,
      sourceAt: (index) => sourceAt(written, index),
      sourceStartAt: (index) => (index < text.length ? startOf(written, Math.max(0, index)) : sourceAt(written, index)),
      sourceEndAt: (index) => (index > 0 ? endOf(written, Math.min(index, text.length)) : sourceAt(written, index)),
      ...(phonemes.length === 0 ? {} : { phonemes }),
    };
  }

  /** What an earlier stage said of words that were copied whole. */
  #copiedPhonemes(read: MappedText): PhonemeSpan[] {
    return (read.phonemes ?? []).flatMap((span) => {
      const run = this.#runs.find((candidate) => candidate.isCopy && candidate.from <= span.start && span.end <= candidate.to);
      if (run === undefined) return [];
      const moved = run.start - run.from;
      return [{ start: span.start + moved, end: span.end + moved, ipa: span.ipa }];
    });
  }
}

/** What was written and from what. */
interface Written {
  readonly runs: readonly Run[];
  readonly text: string;
  readonly read: MappedText;
}

function sourceAt(written: Written, index: number): number {
  const { text, runs, read } = written;
  if (runs.length === 0) return read.sourceAt(read.text.length);
  if (index <= 0) return startOf(written, 0);
  if (index >= text.length) return endOf(written, text.length);
  const run = runAt(runs, index);
  if (run?.start === index) return atJoint(written, index);
  if (run?.isCopy === true) return read.sourceAt(run.from + index - run.start);
  return startOf(written, index);
}

function atJoint(written: Written, index: number): number {
  const { text } = written;
  const start = startOf(written, index);
  if (!belongsToLeft(text.charAt(index - 1), text.charAt(index))) return start;
  // Two words that an earlier stage has put for one have the same source: then the end of the first is not before the start of the second.
  return Math.min(start, endOf(written, index));
}

/** Where the unit that begins at `index` comes from; a unit of a replacement comes from all that was replaced. */
function startOf({ runs, read }: Written, index: number): number {
  const run = runAt(runs, index);
  if (run === undefined) return 0;
  if (run.after === undefined) return sideOf(read, run.isCopy ? run.from + index - run.start : run.from, "start");
  const place = endOfPlace(read, run.after);
  return run.from < read.text.length ? Math.min(place, sourceStartOf(read, run.from)) : place;
}

/** Where the unit that ends at `index` comes from. */
function endOf({ runs, read }: Written, index: number): number {
  const run = runAt(runs, index - 1);
  if (run === undefined) return 0;
  if (run.after !== undefined) return endOfPlace(read, run.after);
  return sideOf(read, run.isCopy ? run.from + index - run.start : run.to, "end");
}

function endOfPlace(read: MappedText, place: Place): number {
  return "source" in place ? place.source : sideOf(read, place.to, "end");
}

/** An offset as the start of the unit behind it, or as the end of the one before it; the one stands for the other at the edges. */
function sideOf(read: MappedText, offset: number, side: "start" | "end"): number {
  if (side === "start" && offset < read.text.length) return sourceStartOf(read, offset);
  return offset > 0 ? sourceEndOf(read, offset) : read.sourceAt(offset);
}

/** The run that holds the unit at `index`. */
function runAt(runs: readonly Run[], index: number): Run | undefined {
  let low = 0;
  let high = runs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((runs[middle]?.start ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return runs[low];
}
