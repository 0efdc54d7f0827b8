import type { Capabilities, Mark } from "@parlando/engine";
import { SegmentAudioPath, type AudioPathOutput } from "../audio/audio-path.ts";
import type { Samples } from "../audio/samples.ts";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import { breaksBefore } from "../ssml/edge-breaks.ts";
import type { ArrivalMeter } from "../synthesis/arrival-lateness.ts";
import type { AttemptListener } from "../synthesis/attempt.ts";
import type { AudioJudge } from "../synthesis/audio-judge.ts";
import type { PhonemeMarkup } from "../synthesis/phoneme-markup.ts";
import type { SegmentRun } from "../synthesis/segment-run.ts";
import type { MatchedAudio } from "./loudness-match.ts";
import { noteMark } from "./note-mark.ts";
import type { SenderOptions } from "./sender-options.ts";

/** Finds the place of a mark in the text of its segment, where the engine got another. */
export type MarkupOfMarks = Pick<PhonemeMarkup, "markInText">;

/** What {@link AttemptIntake} works with, besides what is the stream's. */
export interface AttemptIntakeDetails {
  readonly run: SegmentRun;
  readonly entry: LedgerEntry;
  readonly engine: string;
  readonly capabilities: Capabilities;
  /** The pause behind the segment is known when its audio comes, mostly not before. */
  readonly pauses: { readonly pauseMs: number };
  readonly markup: MarkupOfMarks | undefined;
  readonly arrival: ArrivalMeter;
  readonly judge: AudioJudge;
  /** Only where another engine may go on. */
  readonly loudness: MatchedAudio | undefined;
  /** Samples that were no numbers became silence; told once. */
  readonly onReplaced: () => void;
}

/** Silence left before the first sound of a segment, in milliseconds. */
const LEAD_MS = 20;

/**
 * Takes what one attempt tells: its audio into the queue of its segment, its marks into the ledger. A class, and not a function for each thing told: with thousands of streams
 * each of those is memory that is far away when a block comes.
 */
export class AttemptIntake implements AttemptListener, AudioPathOutput {
  readonly #options: SenderOptions;
  readonly #details: AttemptIntakeDetails;
  readonly #run: SegmentRun;
  readonly #entry: LedgerEntry;
  readonly #sampleRate: number;
  #audio: SegmentAudioPath | undefined;

  constructor(options: SenderOptions, details: AttemptIntakeDetails) {
    this.#options = options;
    this.#details = details;
    this.#run = details.run;
    this.#entry = details.entry;
    this.#sampleRate = options.settings.sampleRate;
    details.run.intake = this;
  }

  /** Frames made that are not in the queue yet. */
  get heldFrames(): number {
    return this.#audio?.heldFrames ?? 0;
  }

  /** Whether anything but silence has come. */
  get hasSound(): boolean {
    return this.#audio?.hasSound === true;
  }

  audio(): SegmentAudioPath {
    return (this.#audio ??= this.#createAudio());
  }

  mark(mark: Mark): void {
    noteMark(this.#entry, this.#details.markup?.markInText(mark) ?? mark, this.#options.settings.marks);
    if (this.#entry.startFrame !== undefined) this.#options.onNews();
  }

  billed(characters: number): void {
    this.#entry.billedCharacters = characters;
  }

  waited(ms: number): void {
    this.#options.statistics.waited(ms);
    this.#details.arrival.waited(ms);
  }

  warning(code: string, message: string): void {
    this.#options.onWarning({ code, message, engine: this.#details.engine });
  }

  mayPull(): Promise<void> | undefined {
    return this.#options.gate.mayPull(this.#run, this.#details.capabilities.limits.idleMs);
  }

  isUrgent(): boolean {
    return this.#options.playhead.handedFrames === 0;
  }

  slackMs(): number {
    const { gate, playhead } = this.#options;
    return gate.queuedMs() + playhead.unheardMs();
  }

  /** Samples of the segment, ready to be heard; `trimmedFrames` were left out before the first of them. */
  samples(samples: Samples, trimmedFrames: number): void {
    const { loudness } = this.#details;
    this.#entry.trimmedFrames = trimmedFrames;
    this.#options.statistics.made((samples.length * 1000) / this.#sampleRate);
    this.#take(loudness === undefined ? samples : loudness.push(samples));
    if (this.#entry.complete && loudness !== undefined) this.#take(loudness.flush());
  }

  /** The samples that follow at once are the last ones. */
  last(): void {
    this.#run.state = "complete";
    this.#entry.complete = true;
  }

  replaced(): void {
    this.#details.onReplaced();
  }

  #take(samples: Samples): void {
    if (samples.length === 0) return;
    const { arrival, judge, engine } = this.#details;
    const entry = this.#entry;
    if (entry.frames === 0) this.#options.statistics.spoke(engine);
    entry.frames += samples.length;
    entry.quiet?.push(samples);
    arrival.made((samples.length * 1000) / this.#sampleRate);
    judge.made((entry.frames * 1000) / this.#sampleRate);
    this.#run.queue.push(samples);
    this.#options.changed.notify();
    this.#options.onAudio();
  }

  #createAudio(): SegmentAudioPath {
    const { settings, codecs, clock } = this.#options;
    const { pauses, capabilities, engine } = this.#details;
    return new SegmentAudioPath({
      sampleRate: settings.sampleRate,
      codecs,
      leadMs: LEAD_MS + breaksBefore(this.#run.segment),
      pauseMs: pauses.pauseMs,
      gain: capabilities.prosody.includes("volume") ? 1 : (settings.options.volume ?? 1),
      engine,
      breathe: () => clock.sleep(0),
      output: this,
    });
  }
}
