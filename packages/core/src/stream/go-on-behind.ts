import type { SegmentRun } from "../synthesis/segment-run.ts";
import type { GoneOn } from "../synthesis/speak-segment.ts";
import type { SenderOptions } from "./sender-options.ts";
import { splitRun } from "./split-run.ts";

/** Ends a run that has failed at its last word boundary, and puts one for the rest of its text behind it. With `exactly`, only where marks tell the place. */
export function goOnBehind(run: SegmentRun, { exactly, options }: { readonly exactly: boolean; readonly options: Pick<SenderOptions, "ledger" | "runs" | "settings" | "clock" | "changed"> }): GoneOn | undefined {
  const { ledger, runs, settings, clock, changed } = options;
  const cut = ledger.cutOf(run.entry, run.handedFrames);
  if (exactly && cut.basis === "estimate") return undefined;
  const next = splitRun({ run, cut, sampleRate: settings.sampleRate, nowMs: clock.now() });
  const place = runs.indexOf(run);
  if (next !== undefined) {
    if (place >= 0) runs.splice(place + 1, 0, next);
    else runs.unshift(next);
  }
  changed.notify();
  return { run: next, basis: cut.basis };
}

/**
 * How much of a run that has failed the same engine goes on behind, told exactly by its marks: audio of whole words, in milliseconds. 0 where the taker has nothing
 * of the segment, which is then made again from its start, and where no word was said, however long the silence.
 */
export function keptMs(run: SegmentRun, { ledger, settings }: Pick<SenderOptions, "ledger" | "settings">): number {
  const isBegun = run.handedFrames > 0 || (run.segment.part ?? 0) > 0;
  if (!isBegun) return 0;
  const { basis, units, frames } = ledger.cutOf(run.entry, run.handedFrames);
  return basis === "estimate" || units === 0 ? 0 : (frames * 1000) / settings.sampleRate;
}
