import type { Playhead } from "../buffer/playhead.ts";
import { callAfter, type Clock } from "../clock.ts";
import type { Condition } from "../condition.ts";
import type { SegmentRun } from "../synthesis/segment-run.ts";

/** Audio that an engine is expected to begin with. */
const FIRST_BLOCK_MS = 100;

/** What {@link PullGate} decides by. */
export interface PullGateOptions {
  readonly clock: Clock;
  readonly highWaterMs: number;
  readonly lowWaterMs: number;
  /** Told when an engine is held: what waits for more of it need not wait any longer. */
  readonly changed: Pick<Condition, "notify">;
  /** Runs in order; the first that is not complete is the one being made for the listener. */
  readonly runs: readonly SegmentRun[];
  /** What was handed out, and what of it was delivered. */
  readonly playhead: Pick<Playhead, "handedFrames" | "deliveredFrames">;
  /** In Hz. */
  readonly sampleRate: number;
}

/** An engine that stands still. */
interface Hold {
  readonly run: SegmentRun;
  readonly untilOpen: Promise<void>;
  readonly goOn: () => void;
}

/**
 * Decides when an engine is asked for more: this is where backpressure reaches it. The segment being played may always fill to the
 * mark; those looked ahead share at most half of it, else they would starve it.
 */
export class PullGate {
  readonly #options: PullGateOptions;
  /** Engines that stand still: seldom more than one, so they are looked through. */
  readonly #held: Hold[] = [];
  #isOver = false;

  constructor(options: PullGateOptions) {
    this.#options = options;
  }

  /** Audio made and not yet delivered, in milliseconds. */
  aheadMs(): number {
    return this.#msOf(this.#undelivered() + this.#queuedFrames());
  }

  /** Audio made and not yet handed out, in milliseconds. */
  queuedMs(): number {
    return this.#msOf(this.#queuedFrames());
  }

  #queuedFrames(): number {
    let frames = 0;
    for (const run of this.#options.runs) frames += run.queue.frames;
    return frames;
  }

  #undelivered(): number {
    const { playhead } = this.#options;
    return playhead.handedFrames - playhead.deliveredFrames;
  }

  #msOf(frames: number): number {
    return (frames * 1000) / this.#options.sampleRate;
  }

  /** Whether so much is made, or was asked for, that no engine is asked for more at the moment. */
  get isFull(): boolean {
    const { highWaterMs } = this.#options;
    return this.aheadMs() + Math.min(this.#unseenMs(undefined), highWaterMs / 2) >= highWaterMs;
  }

  /** Whether the engine of `run` stands still because enough is ahead. */
  holds(run: SegmentRun): boolean {
    return this.#holdOf(run) !== undefined;
  }

  /** Undefined when the engine of `run` may be asked now, else a promise for it. `idleMs`: how long its other side bears standing still. */
  mayPull(run: SegmentRun, idleMs: number | undefined): Promise<void> | undefined {
    if (this.#isOpen(run)) return undefined;
    if (this.#isOver) return Promise.resolve();
    return this.#holdOf(run)?.untilOpen ?? this.#hold(run, idleMs);
  }

  #holdOf(run: SegmentRun): Hold | undefined {
    for (const hold of this.#held) if (hold.run === run) return hold;
    return undefined;
  }

  #hold(run: SegmentRun, idleMs: number | undefined): Promise<void> {
    let goOn = (): void => undefined;
    const untilOpen = new Promise<void>((resolve) => (goOn = resolve));
    this.#held.push({ run, untilOpen, goOn });
    this.#options.changed.notify();
    if (idleMs !== undefined) void this.#drainWithin(run, idleMs, untilOpen);
    return untilOpen;
  }

  /** Lets those go that need not stand still any longer. To be called when audio was taken, delivered, or a run became the first: often, so it makes nothing. */
  look(): void {
    if (this.#held.length === 0) return;
    for (let place = 0; place < this.#held.length; ) {
      const hold = this.#held[place];
      if (hold === undefined || (!this.#isOver && !this.#isOpen(hold.run))) {
        place += 1;
        continue;
      }
      this.#held.splice(place, 1);
      hold.goOn();
    }
  }

  /** The stream has ended: nobody is held any more. */
  stop(): void {
    this.#isOver = true;
    this.look();
  }

  /** One that would stand still for too long is read to its end. */
  async #drainWithin(run: SegmentRun, idleMs: number, untilOpen: Promise<void>): Promise<void> {
    const { clock, changed } = this.#options;
    const callOff = callAfter(clock, idleMs / 2, () => {
      run.drains = true;
      changed.notify();
    });
    await untilOpen;
    callOff();
  }

  /** Asked for every block of every stream, so it looks at the runs once, and makes nothing. */
  #isOpen(run: SegmentRun): boolean {
    // What was sent was sent in time: it begins at once, whatever is ahead by then.
    if (run.drains || run.entry.frames === 0) return true;
    const { runs, highWaterMs, lowWaterMs } = this.#options;
    const isHeld = this.holds(run);
    let ahead = this.#undelivered();
    // What is complete waits for the run behind it, to fill a chunk: that one is the first, and has all of it ahead.
    let own = ahead;
    let first: SegmentRun | undefined;
    for (const other of runs) {
      const { frames } = other.queue;
      ahead += frames;
      if (first !== undefined) continue;
      own += frames;
      if (other.state !== "complete") first = other;
    }
    const aheadMs = this.#msOf(ahead);
    const ownMs = this.#msOf(own);
    if (first !== undefined && run !== first) return aheadMs - ownMs < highWaterMs / 2 && (isHeld ? aheadMs <= lowWaterMs : aheadMs + this.#unseenMs(run) < highWaterMs);
    if (isHeld) return ownMs <= lowWaterMs;
    // What is ahead besides its own counts for half of the mark at most: a stream that is not that far ahead needs no closer look.
    return ownMs < highWaterMs / 2 || ownMs + Math.min(aheadMs - ownMs + this.#unseenMs(run), highWaterMs / 2) < highWaterMs;
  }

  /** What is made and not in a queue yet, and what engines of other runs were asked for: it comes on top. */
  #unseenMs(run: SegmentRun | undefined): number {
    const { runs, highWaterMs } = this.#options;
    const firstBlockMs = Math.min(FIRST_BLOCK_MS, highWaterMs / 4);
    let unseenMs = 0;
    for (const other of runs) {
      if (other.intake !== undefined) unseenMs += this.#msOf(other.intake.heldFrames);
      if (other !== run && other.state === "sent" && other.entry.frames === 0) unseenMs += firstBlockMs;
    }
    return unseenMs;
  }
}
