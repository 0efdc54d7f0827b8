import type { TTSError } from "@parlando/engine";
import { HeldSamples } from "../audio/held-samples.ts";
import type { SoundTail } from "../audio/sound-tail.ts";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import type { LedgerSegment } from "../ledger/ledger-segment.ts";

/** Where a segment is on its way. */
export type RunState = "sent" | "complete" | "failed";

/** A segment that was sent: its audio so far, and what became of it. */
export interface SegmentRun {
  /** Shortened when another attempt goes on in the middle of it. */
  segment: LedgerSegment;
  /** Made and not yet handed out. */
  readonly queue: HeldSamples;
  readonly sentAtMs: number;
  /** The attempt that is running or has made the audio. */
  entry: LedgerEntry;
  state: RunState;
  error: TTSError | undefined;
  /** Frames were handed out: what was made may not be taken back any more. */
  handedFrames: number;
  /** The newest samples of it that were handed out tell how its sound goes on when it is cut off; undefined before any were. */
  lastHanded: SoundTail | undefined;
  /** When its engine was asked, undefined while it waits for a slot. */
  startedAtMs: number | undefined;
  /** The engine is read on, whatever the buffer holds: somebody waits for its slot. */
  drains: boolean;
  /** Tells the frames made that are not in the queue yet, because what follows decides about them; undefined before an engine was asked. */
  intake: { readonly heldFrames: number } | undefined;
  /** Text is still being added: it goes to a session as it comes, and was not flushed yet. */
  open: boolean;
}

/** A run that has only been sent. */
export function createSegmentRun({ segment, entry, sentAtMs }: { segment: LedgerSegment; entry: LedgerEntry; sentAtMs: number }): SegmentRun {
  return { segment, entry, sentAtMs, queue: new HeldSamples(), state: "sent", error: undefined, handedFrames: 0, lastHanded: undefined, startedAtMs: undefined, drains: false, intake: undefined, open: false };
}
