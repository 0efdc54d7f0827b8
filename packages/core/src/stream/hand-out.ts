import type { Mark, TTSError } from "@parlando/engine";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import type { ProcessorChain } from "../audio/processor-chain.ts";
import { interleave } from "../audio/channels.ts";
import { createAudioChunk } from "../audio/create-audio-chunk.ts";
import { joinSamples } from "../audio/join-samples.ts";
import { ownSamples } from "../audio/sample-slab.ts";
import { toFloat, type Samples } from "../audio/samples.ts";
import { SoundTail } from "../audio/sound-tail.ts";
import type { Playhead } from "../buffer/playhead.ts";
import type { Prebuffer } from "../buffer/prebuffer.ts";
import { callAfter, type Clock } from "../clock.ts";
import type { Condition } from "../condition.ts";
import { FairShare } from "../fair-share.ts";
import type { LedgerSegment } from "../ledger/ledger-segment.ts";
import type { Ledger, LedgerSpan } from "../ledger/ledger.ts";
import type { SegmentRun } from "../synthesis/segment-run.ts";
import type { TextQueue } from "../text/text-queue.ts";
import type { PullGate } from "./pull-gate.ts";
import { PAST_MS } from "./split-run.ts";
import type { Standing } from "./standing.ts";
import { LONGEST_CHUNK_MS } from "./stream-settings.ts";

/** What {@link HandOut} works with. */
export interface HandOutOptions {
  readonly sampleRate: number;
  readonly channels: number;
  /** Frames of each chunk but the last; undefined: whatever there is, up to `mostFrames`. */
  readonly chunkFrames: number | undefined;
  readonly mostFrames: number;
  /** Undefined: nothing changes the samples. */
  readonly processors: ProcessorChain | undefined;
  readonly runs: SegmentRun[];
  readonly ledger: Ledger;
  readonly text: Pick<TextQueue, "fed" | "drained">;
  readonly changed: Condition;
  /** Holds the first audio back until enough is ahead. */
  readonly prebuffer: Pick<Prebuffer, "holds">;
  /** Which engines stand still at the moment, because so much is ahead already. */
  readonly gate: Pick<PullGate, "isFull" | "holds">;
  /** Nothing is handed out before this has resolved. */
  readonly turn: Promise<void> | undefined;
  /** Nothing is being made, and no text is waiting or the listener has heard everything: what there is must not be held for a full chunk. */
  readonly isStarved: () => boolean;
  readonly playhead: Pick<Playhead, "unheardMs">;
  /** There is another engine that may have to go on with what one has begun. */
  readonly goesOnElsewhere: boolean;
  /** Where it is held back for the end of a word, at most so much. */
  readonly longestHeldFrames: number;
  readonly clock: Clock;
  readonly standing: Standing;
  /** A segment has given everything; its audio ends at `endFrame`. */
  readonly onSegmentDone?: ((segment: LedgerSegment, endFrame: number) => void) | undefined;
  /** Publishes what is due before `frame` and returns the marks of the chunk. */
  readonly publishMarks: (frame: number) => readonly Mark[];
}

/** There is no chunk at the moment: {@link HandOut.whenMoved} tells when to ask again. */
export const NOT_YET: unique symbol = Symbol("not yet");

/** What a taker waits for: that something changes, that blocks become one chunk, or its turn. */
type Wait = "news" | "growth" | "turn";

const nothing: Samples = new Float32Array(0);

/** What one entry of the ledger has in a chunk. */
function spanOf({ entry, offsetFrames, frames }: LedgerSpan): AudioChunk["segments"][number] {
  const { segment, engine, attempt } = entry;
  return { index: segment.index, textStart: segment.textStart, textEnd: segment.textEnd, engine, attempt, offsetFrames, frames };
}

/** A mark that became known too late for its own chunk is told, but lies in none. */
function marksFrom(startMs: number, published: readonly Mark[]): readonly Mark[] {
  return published.length === 0 ? published : published.filter((mark) => mark.timeMs >= startMs);
}

/** What a stream that is over gives: nothing more, or why it was ended. */
function endOf({ error }: Standing): undefined {
  if (error !== undefined) throw error;
}

/** The place where audio leaves the stream: takes it from the segments in order and makes chunks of it, when the taker asks. */
export class HandOut {
  readonly #options: HandOutOptions;
  readonly #pastFrames: number;
  #hasTurn: boolean;
  #paused = false;
  /** Frames taken from the segments; more than were handed out while a processor holds some back. */
  #taken = 0;
  #handed = 0;
  #textHanded = 0;
  #flushed = false;
  /** What the taker is to wait for, and what it has waited for since its last chunk. */
  #wanted: Wait = "news";
  #waited: Wait | undefined;
  readonly #share: FairShare;
  readonly #isComing = (): boolean => this.#isMaking() && !this.#options.gate.isFull;

  constructor(options: HandOutOptions) {
    this.#options = options;
    this.#share = new FairShare(options.clock);
    this.#pastFrames = Math.round((PAST_MS * options.sampleRate) / 1000);
    this.#hasTurn = options.turn === undefined;
    void options.turn?.then(
      () => this.#takeTurn(),
      () => this.#takeTurn(),
    );
  }

  /** Frames handed out since the start of the stream. */
  get handedFrames(): number {
    return this.#handed;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#options.changed.notify();
  }

  /** The next chunk where it is there; undefined when the stream has ended. Throws when it has failed. */
  take(): AudioChunk | undefined | typeof NOT_YET {
    const putOff = this.#putOff();
    this.#wanted = putOff ?? "news";
    if (putOff !== undefined) return NOT_YET;
    this.#waited = undefined;
    const { standing } = this.#options;
    if (!standing.isLive) return endOf(standing);
    if (!this.#hasTurn || this.#paused) return NOT_YET;
    if (!this.#isHeldBack()) {
      const samples = this.#takeSamples();
      if (samples.length > 0) return this.#makeChunk(samples);
    }
    if (this.#isEnded() && this.#flushed) return this.#lastText();
    const failure = this.failure();
    if (failure !== undefined) throw failure;
    return NOT_YET;
  }

  /** Calls back, once, when a chunk may be there that was not. */
  whenMoved(callback: () => void): void {
    const { changed, clock } = this.#options;
    const wanted = this.#wanted;
    // Only when it is over: somebody else may ask for the next chunk meanwhile, and must not have it before.
    const moved = (): void => {
      this.#waited = wanted;
      callback();
    };
    if (wanted === "growth") return void callAfter(clock, 0, moved);
    // A promise, so that the callback runs in the asynchronous context of the taker, not of whoever fed or interrupted: apps follow their requests by it.
    void (wanted === "turn" ? this.#share.free(this.#handed === 0, this.#options.playhead.unheardMs()) : changed.wait()).then(moved);
  }

  /** Why a chunk is not made although audio is there. Whoever was called because audio came has had his turn with it. */
  #putOff(): Wait | undefined {
    if (!this.#hasAudio() || this.#waited === "growth") return undefined;
    if (this.#mayGrow()) return "growth";
    return this.#waited === undefined && this.#share.mustWait(this.#handed === 0) ? "turn" : undefined;
  }

  /** Whether something may be taken that is there already: audio, or what comes at the end. */
  get mayHaveMore(): boolean {
    return this.#hasAudio() || this.#isEnded();
  }

  #hasAudio(): boolean {
    const head = this.#options.runs[0];
    return head !== undefined && head.queue.frames > 0;
  }

  /**
   * Whether what is there is less than a chunk, and blocks that come in the same turn of the event loop can become one with it: because nobody waits for it, or because the turn is
   * late already, and they cost less together.
   */
  #mayGrow(): boolean {
    const { chunkFrames, mostFrames, playhead } = this.#options;
    if (chunkFrames !== undefined) return false;
    const available = this.#available();
    if (available === 0 || available >= mostFrames || !this.#isMaking()) return false;
    return playhead.unheardMs() > LONGEST_CHUNK_MS || (this.#handed > 0 && this.#share.isLate);
  }

  /** Whether an engine is at work. Looked at for every chunk of every stream, as all here: what makes a function or a list for it costs more than the look. */
  #isMaking(): boolean {
    for (const { state } of this.#options.runs) if (state === "sent") return true;
    return false;
  }

  /** Lets go of segments that have given everything. Their place in the stream is known from then on. */
  settle(): void {
    const { runs, onSegmentDone } = this.#options;
    for (;;) {
      const head = runs[0];
      if (head === undefined) return;
      head.entry.startFrame ??= this.#taken;
      if (head.state !== "complete" || head.queue.frames > 0) return;
      runs.shift();
      onSegmentDone?.(head.segment, this.#taken);
    }
  }

  /** No more audio will come. Asked for every chunk, so it makes no function. */
  #isEnded(): boolean {
    const { standing, runs, text } = this.#options;
    if (standing.state !== "ending") return false;
    for (const { state } of runs) if (state !== "complete") return false;
    return text.drained;
  }

  /** Why no more audio comes, when all that was made before the failure is handed out. */
  failure(): TTSError | undefined {
    const head = this.#options.runs[0];
    return head?.state === "failed" && head.queue.frames === 0 ? head.error : undefined;
  }

  /** Whether audio that is there waits until there is more of it. */
  #isHeldBack(): boolean {
    const { prebuffer, sampleRate } = this.#options;
    this.settle();
    const aheadMs = (this.#available() * 1000) / sampleRate;
    return aheadMs > 0 && prebuffer.holds(aheadMs, this.#isComing);
  }

  #takeTurn(): void {
    this.#hasTurn = true;
    this.#options.changed.notify();
  }

  #takeSamples(): Samples {
    const { chunkFrames, mostFrames, processors } = this.#options;
    for (;;) {
      this.settle();
      const available = this.#available();
      if (available === 0 || this.#isTooShort(available)) break;
      const taken = this.#takeFrames(Math.min(available, chunkFrames ?? mostFrames));
      const processed = processors === undefined ? taken : processors.process(toFloat(taken));
      if (processed.length > 0) return processed;
    }
    if (this.#flushed || this.#available() > 0 || !this.#isEnded()) return nothing;
    this.#flushed = true;
    return processors?.flush() ?? nothing;
  }

  /** Whether more should come before a chunk of the length asked for can be made. */
  #isTooShort(available: number): boolean {
    const { chunkFrames, isStarved } = this.#options;
    return chunkFrames !== undefined && available < chunkFrames && !this.#isEnded() && !isStarved() && !this.#hasFailedRun();
  }

  #hasFailedRun(): boolean {
    return this.#options.runs.some((run) => run.state === "failed");
  }

  /** Frames that can be taken without a gap: those of the first segment, and of later ones where the ones before are complete. */
  #available(): number {
    let frames = 0;
    for (const run of this.#options.runs) {
      if (run.state !== "complete") return frames + this.#wholeWords(run);
      frames += run.queue.frames;
    }
    return frames;
  }

  /**
   * Frames of a run that is being made that may be handed out. Where another engine may have to go on with it, that is up to the end of a word: it
   * could not go on in the middle of one.
   */
  #wholeWords(run: SegmentRun): number {
    const { goesOnElsewhere, ledger, longestHeldFrames, gate } = this.#options;
    const { queue, entry, handedFrames } = run;
    const tellsWords = entry.quiet === undefined;
    if (!goesOnElsewhere || !tellsWords || run.state !== "sent" || queue.frames > longestHeldFrames || gate.holds(run)) return queue.frames;
    return Math.min(queue.frames, ledger.cutOf(entry, handedFrames).frames - handedFrames);
  }

  #takeFrames(wanted: number): Samples {
    let first: Samples | undefined;
    let others: Samples[] | undefined;
    let missing = wanted;
    while (missing > 0) {
      const head = this.#options.runs[0];
      if (head === undefined) break;
      const part = head.queue.take(missing);
      head.handedFrames += part.length;
      if (part.length > 0) (head.lastHanded ??= new SoundTail(this.#pastFrames)).push(part);
      this.#taken += part.length;
      missing -= part.length;
      if (first === undefined) first = part;
      else (others ??= []).push(part);
      this.settle();
      if (part.length === 0 && this.#options.runs[0] === head) break;
    }
    this.#options.changed.notify();
    if (first === undefined) return nothing;
    return others === undefined ? first : joinSamples([first, ...others]);
  }

  /** White space that was fed after the last sound, in a chunk without samples; undefined when everything was handed out, or nothing ever was. */
  #lastText(): AudioChunk | undefined {
    return this.#handed > 0 && this.#textHanded < this.#options.text.fed.length ? this.#makeChunk(new Float32Array(0)) : undefined;
  }

  #makeChunk(mono: Samples): AudioChunk {
    const { sampleRate, channels, ledger, text: { fed } } = this.#options;
    const startFrame = this.#handed;
    const endFrame = startFrame + mono.length;
    this.#handed = endFrame;
    const isLast = this.#isEnded() && this.#options.runs.length === 0;
    const textUntil = isLast ? fed.length : Math.max(this.#textHanded, ledger.textBegunBefore(endFrame));
    const text = fed.slice(this.#textHanded, textUntil);
    this.#textHanded = Math.max(this.#textHanded, textUntil);
    const segments = ledger.spans(startFrame, endFrame).map(spanOf);
    const marks = marksFrom((startFrame * 1000) / sampleRate, this.#options.publishMarks(endFrame));
    const samples = mono instanceof Int16Array && channels === 1 ? mono : ownSamples(interleave(toFloat(mono), channels));
    return createAudioChunk({ samples, sampleRate, channels, startFrame, segments, text, marks });
  }
}
