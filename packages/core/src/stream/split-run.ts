import { continueSound } from "../sinks/frame-continuation.ts";
import { toFloat, type Samples } from "../audio/samples.ts";
import { joinSamples } from "../audio/join-samples.ts";
import type { EntryCut } from "../ledger/find-cut.ts";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import type { LedgerSegment } from "../ledger/ledger-segment.ts";
import { createSegmentRun, type SegmentRun } from "../synthesis/segment-run.ts";
import { sourceEndOf, sourceStartOf } from "../text/mapped-text.ts";
import { sliceMarkup } from "../text/slice-markup.ts";

/** Sound that is cut off rings out for so long: as the edges of segments fade. */
const RING_OUT_MS = 5;
/** So much sound tells how it goes on, in milliseconds. */
export const PAST_MS = 20;
/** -54 dBFS: an edge below does not click. */
const QUIET = 0.002;

/** What {@link splitRun} needs. */
export interface SplitOptions {
  readonly run: SegmentRun;
  readonly cut: EntryCut;
  readonly sampleRate: number;
  readonly nowMs: number;
}

/**
 * Ends a run where its attempt can be cut, and makes one for the rest of its text; undefined where nothing is left to say. What was made behind the cut
 * is taken back, with its marks. The sound rings out, so that the cut does not click.
 */
export function splitRun({ run, cut, sampleRate, nowMs }: SplitOptions): SegmentRun | undefined {
  const { entry, segment } = run;
  const kept = run.queue.take(Math.max(0, cut.frames - run.handedFrames));
  const ringOut = ringOutOf(joinSamples(run.lastHanded === undefined ? [kept] : [run.lastHanded.read(), kept]), sampleRate);
  run.queue.clear();
  run.queue.push(kept);
  run.queue.push(ringOut);
  endEntry(entry, cut, run.handedFrames + run.queue.frames);
  entry.segment = headOf(segment, cut.units);
  run.segment = entry.segment;
  run.state = "complete";
  run.intake = undefined;
  run.open = false;
  if (cut.units >= segment.text.length) return undefined;
  const rest = restOf(segment, cut.units);
  const next = createSegmentRun({ segment: rest, entry: { ...entry, segment: rest, startFrame: undefined, frames: 0, complete: false, marks: [], unpublished: [], billedCharacters: 0, readWords: undefined, placed: undefined }, sentAtMs: nowMs });
  next.drains = run.drains;
  return next;
}

function endEntry(entry: LedgerEntry, cut: EntryCut, frames: number): void {
  entry.frames = frames;
  entry.complete = true;
  entry.broken = false;
  entry.marks = entry.marks.filter((mark) => mark.textStart < cut.units);
  entry.unpublished = entry.unpublished.filter((mark) => mark.textStart < cut.units);
}

/** What was spoken of a segment, as a segment of its own. It and the rest account for the same fed text as the whole. */
function headOf(segment: LedgerSegment, end: number): LedgerSegment {
  if (end >= segment.text.length) return segment;
  const text = segment.text.slice(0, end);
  const spoken = text.trimEnd().length;
  return {
    ...segment,
    text,
    textEnd: spoken === 0 ? segment.textStart : sourceEndOf(segment, spoken),
    coverEnd: end === 0 ? segment.coverStart : segment.sourceAt(end),
    phonemes: segment.phonemes?.filter((span) => span.end <= end),
    markup: segment.markup === undefined ? undefined : sliceMarkup(segment.markup, 0, end, (point) => point.at < end),
  };
}

function restOf(segment: LedgerSegment, start: number): LedgerSegment {
  const { text, phonemes, markup } = segment;
  return {
    ...segment,
    part: (segment.part ?? 0) + 1,
    text: text.slice(start),
    textStart: start === 0 ? segment.textStart : sourceStartOf(segment, start),
    coverStart: start === 0 ? segment.coverStart : segment.sourceAt(start),
    sourceAt: (index) => segment.sourceAt(start + index),
    sourceStartAt: (index) => sourceStartOf(segment, start + index),
    sourceEndAt: (index) => sourceEndOf(segment, start + index),
    phonemes: phonemes?.flatMap((span) => (span.start >= start ? [{ ...span, start: span.start - start, end: span.end - start }] : [])),
    markup: markup === undefined ? undefined : sliceMarkup(markup, start, text.length, (point) => point.at >= start),
  };
}

/** How cut-off sound goes on for a moment; nothing where it was quiet. */
function ringOutOf(past: Samples, sampleRate: number): Float32Array {
  const framesOf = (ms: number): number => Math.round((ms * sampleRate) / 1000);
  const sound = toFloat(past).subarray(-framesOf(PAST_MS));
  if (!sound.subarray(-framesOf(RING_OUT_MS / 3)).some((sample) => Math.abs(sample) > QUIET)) return new Float32Array(0);
  const frames = framesOf(RING_OUT_MS);
  return continueSound(sound, frames).map((sample, index) => (sample * (1 + Math.cos((Math.PI * (index + 0.5)) / frames))) / 2);
}
