import { TTSError, type Mark, type SessionEvent } from "@parlando/engine";
import type { LoadCodecs } from "../audio/codecs.ts";
import type { Clock } from "../clock.ts";
import type { AttemptListener, AttemptTimes } from "./attempt.ts";
import { EventOrder } from "./event-order.ts";
import { TurnDecoder } from "./turn-decoder.ts";

/** A segment that is spoken in a session: where its audio and marks go, in its own times and offsets. */
export interface SegmentInTurn {
  readonly listener: AttemptListener;
  /** White space before its first word, in units: the engine gets it, its offsets do not count it. */
  readonly leadUnits: number;
  /** All its audio has come. Its times are told where the engine had nothing else to do. Throws when it cannot have been all. */
  succeeded(times: AttemptTimes | undefined): void;
  /** Nothing more comes of it. */
  spoken(): void;
}

/** What {@link TurnSegments} needs. */
export interface TurnSegmentsOptions {
  readonly engine: string;
  readonly clock: Clock;
  readonly codecs: LoadCodecs | undefined;
  readonly warning: (code: string, message: string) => void;
}

/** A mark may be told so much before its segment begins, by the rounding of its engine. */
const ROUNDING_MS = 100;

/** A segment with its place in the turn. */
interface Part {
  readonly segment: SegmentInTurn;
  /** Offsets in the text of the turn. */
  readonly textStart: number;
  textEnd: number;
  readonly writtenAtMs: number;
  flushedAtMs: number | undefined;
  /** Time in the turn at which its audio begins; undefined while that of an earlier one comes. */
  startMs: number | undefined;
  /** Marks that came before that is known. */
  readonly waitingMarks: Mark[];
  hasAudio: boolean;
  /** It was flushed while an earlier one was still being made. */
  isQueued: boolean;
  waitedMs: number;
  firstAudioMs: number | undefined;
}

/** Deals out what a session says to the segments that were written into it. Offsets and times of the turn end here. */
export class TurnSegments {
  readonly #options: TurnSegmentsOptions;
  /** Written and not yet spoken, in order; the last one may still grow. */
  readonly #parts: Part[] = [];
  #last: Part | undefined;
  #writtenUnits = 0;
  #audioMs = 0;
  #hasToldFlushes = false;
  /** Text of the turn up to which the engine has told what it bills. */
  #billedUnits = 0;
  #lastEventMs: number | undefined;
  #decoder: TurnDecoder;
  #order: EventOrder;

  constructor(options: TurnSegmentsOptions) {
    this.#options = options;
    this.#decoder = this.#createDecoder();
    this.#order = new EventOrder(options.engine);
  }

  /** The next segment: what is written from now on belongs to it. */
  begin(segment: SegmentInTurn): void {
    const part: Part = {
      segment,
      textStart: this.#writtenUnits,
      textEnd: this.#writtenUnits,
      writtenAtMs: this.#options.clock.now(),
      flushedAtMs: undefined,
      startMs: undefined,
      waitingMarks: [],
      hasAudio: false,
      isQueued: false,
      waitedMs: 0,
      firstAudioMs: undefined,
    };
    this.#parts.push(part);
    if (this.#parts.length === 1) this.#becomeFirst(part);
  }

  wrote(units: number): void {
    const part = this.#parts.at(-1);
    this.#writtenUnits += units;
    if (part === undefined) return;
    part.textEnd = this.#writtenUnits;
    part.segment.listener.billed(part.textEnd - part.textStart);
  }

  /** What was written is one segment. */
  flushed(): void {
    const part = this.#parts.at(-1);
    if (part === undefined) return;
    part.flushedAtMs ??= this.#options.clock.now();
    part.isQueued = this.#parts.length > 1;
  }

  /** Everything that was written is spoken. */
  get isSilent(): boolean {
    return this.#parts.length === 0;
  }

  /** Whether anything has come of the first segment that is not spoken. */
  get hasBegun(): boolean {
    const first = this.#parts[0];
    return first !== undefined && (first.hasAudio || first.waitingMarks.length > 0);
  }

  /** Since when audio is owed. */
  owedSinceMs(): number | undefined {
    const flushedAtMs = this.#parts[0]?.flushedAtMs;
    return flushedAtMs === undefined ? undefined : Math.max(flushedAtMs, this.#lastEventMs ?? flushedAtMs);
  }

  mayPull(): Promise<void> | undefined {
    return this.#parts[0]?.segment.listener.mayPull();
  }

  isUrgent(): boolean {
    return this.#parts[0]?.segment.listener.isUrgent() === true;
  }

  slackMs(): number {
    return this.#parts[0]?.segment.listener.slackMs() ?? 0;
  }

  /** Time in which nothing was owed is nobody's. */
  waited(sinceMs: number): void {
    const part = this.#parts[0];
    if (part === undefined) return;
    const owedMs = part.flushedAtMs ?? (part.hasAudio ? Infinity : part.writtenAtMs);
    const waitedMs = Math.max(0, this.#options.clock.now() - Math.max(sinceMs, owedMs));
    part.waitedMs += waitedMs;
    part.segment.listener.waited(waitedMs);
  }

  event(event: SessionEvent): void | Promise<void> {
    this.#order.check(event);
    this.#lastEventMs = this.#options.clock.now();
    switch (event.type) {
      case "start":
        return this.#decoder.start(event.format);
      case "audio":
        return this.#decoder.bytes(event.bytes);
      case "pcm":
        return this.#decoder.samples(event.samples);
      case "mark":
        return this.#mark(event.mark);
      case "usage":
        return this.#bill(event.characters);
      case "warning":
        return this.#options.warning(event.code, event.message);
      case "flushed":
        this.#hasToldFlushes = true;
        return this.#closeThrough(event.through);
    }
  }

  /** Where the engine tells no `flushed`, the end of the turn is the end of all its segments. */
  async turnEnded(wasAsked: boolean): Promise<void> {
    const { engine } = this.#options;
    if (!wasAsked && this.#parts.length > 0) throw new TTSError("TRUNCATED", `The engine "${engine}" ended its turn before it had spoken what was written; expected the end only after end().`, { engine });
    if (this.#parts.length > 0) await this.#decoder.flush();
    while (this.#parts[0] !== undefined) this.#closeFirst(this.#hasToldFlushes || this.#audioMs === 0 || this.#parts[0].hasAudio);
    this.close();
    this.#last = undefined;
    this.#writtenUnits = 0;
    this.#billedUnits = 0;
    this.#audioMs = 0;
    this.#hasToldFlushes = false;
    this.#decoder = this.#createDecoder();
    this.#order = new EventOrder(engine);
  }

  /** Frees what decodes. */
  close(): void {
    this.#decoder.close();
    for (const part of this.#parts) {
      part.segment.listener.audio().salvage();
      part.segment.listener.audio().close();
    }
  }

  #createDecoder(): TurnDecoder {
    const { engine, codecs, clock } = this.#options;
    return new TurnDecoder({ engine, codecs, breathe: () => clock.sleep(0), onReplaced: () => this.#parts[0]?.segment.listener.audio().replaced(), onSamples: (samples, sampleRate) => this.#pass(samples, sampleRate) });
  }

  #pass(samples: Float32Array, sampleRate: number): void | Promise<void> {
    const part = this.#parts[0];
    const { engine } = this.#options;
    if (part === undefined) throw new TTSError("PROTOCOL", `The engine "${engine}" sent audio after the end of the last segment that was written; all of it comes before its "flushed".`, { engine });
    const audio = part.segment.listener.audio();
    this.#audioMs += (samples.length * 1000) / sampleRate;
    if (part.hasAudio) return audio.samples(samples);
    part.hasAudio = true;
    part.firstAudioMs = part.waitedMs;
    return audio.start({ type: "start", format: { encoding: "pcm-f32le", sampleRate, channels: 1 } }).then(() => audio.samples(samples));
  }

  /** A mark belongs to the segment that its text is in; the last that was spoken may still get some. */
  #mark(mark: Mark): void {
    const first = this.#parts[0];
    const isLate = first === undefined || (mark.textStart < first.textStart && this.#last !== undefined);
    const part = isLate ? this.#last : (this.#parts.find((candidate) => mark.textStart < candidate.textEnd) ?? this.#parts.at(-1));
    if (part === undefined) return;
    if (part.startMs === undefined) part.waitingMarks.push(mark);
    else this.#tell(part, mark, part.startMs);
  }

  #tell({ segment, textStart }: Part, mark: Mark, startMs: number): void {
    const offset = textStart + segment.leadUnits;
    const timeMs = mark.timeMs - startMs;
    segment.listener.mark({ ...mark, timeMs: timeMs < 0 && timeMs >= -ROUNDING_MS ? 0 : timeMs, textStart: mark.textStart - offset, textEnd: mark.textEnd - offset });
  }

  /** What was billed since it was last told, for the segments written since then: what differs from their text goes to the last. */
  #bill(characters: number): void {
    const part = this.#parts.at(-1) ?? this.#last;
    if (part === undefined || !Number.isFinite(characters)) return;
    const assumed = this.#writtenUnits - this.#billedUnits;
    part.segment.listener.billed(Math.max(0, part.textEnd - part.textStart + characters - assumed));
    this.#billedUnits = this.#writtenUnits;
  }

  /** One `flushed` ends every flushed segment that begins before it, so that an engine that counts white space otherwise does no harm; told twice, it ends none. */
  #closeThrough(through: number): void {
    do {
      const first = this.#parts[0];
      if (first?.flushedAtMs === undefined || first.textStart + first.segment.leadUnits >= through) return;
      this.#closeFirst(true);
    } while (Number.isFinite(through));
  }

  #closeFirst(isWhole: boolean): void {
    const part = this.#parts[0];
    if (part === undefined) return;
    const { segment } = part;
    segment.listener.audio().flush();
    if (isWhole) segment.succeeded(part.isQueued ? undefined : { firstAudioMs: part.firstAudioMs ?? part.waitedMs, totalMs: part.waitedMs });
    segment.listener.audio().close();
    this.#parts.shift();
    this.#last = part;
    const next = this.#parts[0];
    if (next !== undefined) this.#becomeFirst(next);
    segment.spoken();
  }

  #becomeFirst(part: Part): void {
    part.startMs = this.#audioMs;
    for (const mark of part.waitingMarks.splice(0)) this.#tell(part, mark, part.startMs);
  }
}
