import { StreamError, TTSError } from "@parlando/engine";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import type { StatelessEncoding } from "../audio/pcm.ts";
import { rest, RESTED, systemClock, type Clock } from "../clock.ts";
import { createCondition, type Condition } from "../condition.ts";
import { FrameLine } from "./frame-line.ts";
import type { FrameSlot } from "./frame-timetable.ts";
import { assertSameFormat, sinkFormat } from "./sink-format.ts";
import type { Sink } from "./sink.ts";

/** A frame as it is sent, beside its bytes. */
export interface SentFrame {
  /** Counted from 0, over pauses too; what is sent again counts again. */
  readonly index: number;
  /**
   * Its first frame of the stream, and how many of the stream are in it; what is left of it is silence, or a sound that fades out. 0 where
   * the stream was stopped in the middle of a sound: the frame only lets it fade.
   */
  readonly startFrame: number;
  readonly frames: number;
  /** When it is to be played, in milliseconds from the first one on; pauses and gaps count. An RTP timestamp is this times the rate. */
  readonly timeMs: number;
}

/** What a frame sink needs. */
export interface FrameSinkOptions {
  /** Takes a frame when it is time for it. A promise is not waited for, but while a second of audio is under way no more is sent. */
  readonly send: (bytes: Uint8Array<ArrayBuffer>, frame: SentFrame) => void | Promise<void>;
  /** Makes the far side drop what it has not played (a `clear` message). Without it, what was sent is heard. */
  readonly drop?: (() => void | Promise<void>) | undefined;
  /** Length of a frame, 5 to 1,000. Default 20. */
  readonly frameMs?: number | undefined;
  /** Default "pcm-s16le". */
  readonly encoding?: StatelessEncoding | undefined;
  /** In Hz. Default: 8,000 for mu-law and A-law, else the stream's. */
  readonly sampleRate?: number | undefined;
  /** Default 1. */
  readonly channels?: number | undefined;
  /** So much is sent before its time, for a far side with a buffer to fill, 0 to 10,000. Default 0. */
  readonly leadMs?: number | undefined;
  /**
   * After the event loop was busy, at most so much is sent at once to make up for it; what is later than that delays all that follows. So
   * much also waits to be sent when a write resolves. Default 100.
   */
  readonly catchUpMs?: number | undefined;
  /** Real time when absent. */
  readonly clock?: Clock | undefined;
}

/** Audio that `send` may have under way. */
const LONGEST_UNDER_WAY_MS = 1_000;

/**
 * Makes a sink for those who play what they get at once, in frames of one length: telephony, RTP, WebRTC. A timer is late every time;
 * here every deadline is reckoned from the one before, so that nothing adds up, and a frame sent late is followed by one in time.
 *
 * The playhead is what was sent and whose time has passed. `pause` and `clear` send nothing more of the stream, and resolve when the last
 * frame of it that was sent has been played. Where the writer is late a frame is filled up with silence, and the next audio begins when it comes.
 *
 * No edge clicks: sound that is broken off so rings out for 5 ms, in one more frame that counts for nothing, which is sent before `pause` or
 * `clear` resolves; where it goes on, 5 ms fade in. All other samples are sent as they came.
 *
 * @throws TTSError `INVALID_INPUT` for a length, rate or number of channels that cannot be; from `write` and `end`, `CONSUMER_FAILED` with
 * what `send` or `drop` has thrown as its cause.
 * @example
 * ```ts
 * const sink = createFrameSink({ encoding: "mulaw", send: (bytes) => socket.send(mediaMessage(bytes)), drop: () => socket.send(clearMessage) });
 * const stream = tts.createStream({ sink });
 * ```
 */
export function createFrameSink(options: FrameSinkOptions): Sink {
  return new FrameSink(options);
}

class FrameSink implements Sink {
  readonly format?: NonNullable<Sink["format"]>;
  readonly #options: FrameSinkOptions;
  readonly #clock: Clock;
  readonly #frameMs: number;
  readonly #leadMs: number;
  readonly #catchUpMs: number;
  readonly #encoding: StatelessEncoding;
  readonly #changed: Condition = createCondition();
  #line: FrameLine | undefined;
  #state: "open" | "ended" | "cleared" | "closed" = "open";
  #isPaused = false;
  #isRunning = false;
  #isDropping = false;
  /** Everything was played to its end: what comes of it now breaks nothing off. */
  #isOver = false;
  #sleep = new AbortController();
  #failure: TTSError | undefined;
  #firstDueMs: number | undefined;
  #sentCount = 0;
  #underWay = 0;

  constructor(options: FrameSinkOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#frameMs = numberIn("frameMs", options.frameMs ?? 20, { least: 5, most: 1_000 });
    this.#leadMs = numberIn("leadMs", options.leadMs ?? 0, { least: 0, most: 10_000 });
    this.#catchUpMs = numberIn("catchUpMs", options.catchUpMs ?? 100, { least: 0, most: 10_000 });
    this.#encoding = options.encoding ?? "pcm-s16le";
    const usualRate = this.#encoding === "mulaw" || this.#encoding === "alaw" ? 8_000 : undefined;
    const { format } = sinkFormat({ sampleRate: options.sampleRate ?? usualRate, channels: options.channels ?? 1 });
    if (format !== undefined) this.format = format;
  }

  async write(chunk: AudioChunk): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#state !== "open") throw closedError(this.#state);
    const line = this.#openLine(chunk);
    assertSameFormat(line.format, chunk);
    line.push(chunk.samples);
    this.#wake();
    // As much as is made up for must be there to be sent.
    await this.#until(() => line.waitingFrames * this.#frameMs <= this.#catchUpMs);
  }

  playedFrames(): number {
    return this.#line?.timetable.playedFrames(this.#clock.now()) ?? 0;
  }

  async pause(): Promise<void> {
    if (this.#isPaused || !this.#mayPlay()) return;
    this.#isPaused = true;
    await this.#takeBack();
    await this.#untilPlayed(() => this.#isPaused);
  }

  async resume(): Promise<void> {
    this.#isPaused = false;
    this.#wake();
  }

  async clear(): Promise<number> {
    await this.#stop("cleared");
    await this.#untilPlayed(() => this.#state === "cleared");
    return this.#line?.timetable.sentFrames ?? 0;
  }

  async end(): Promise<void> {
    if (this.#state === "closed") throw closedError(this.#state);
    if (this.#state === "open") this.#state = "ended";
    this.#wake();
    await this.#until(() => (this.#line?.waitingFrames ?? 0) === 0);
    await this.#untilPlayed(() => this.#state === "ended");
    this.#isOver ||= this.#state === "ended";
    if (this.#failure !== undefined) throw this.#failure;
  }

  async close(): Promise<void> {
    await this.#stop("closed");
    await this.#untilStill();
  }

  #openLine({ sampleRate, channels }: AudioChunk): FrameLine {
    this.#line ??= new FrameLine({
      format: { sampleRate, channels },
      encoding: this.#encoding,
      frameMs: this.#frameMs,
      leadMs: this.#leadMs,
      catchUpMs: this.#catchUpMs,
      send: (bytes, slot) => this.#send(bytes, slot),
    });
    return this.#line;
  }

  #mayPlay(): boolean {
    return this.#failure === undefined && this.#state !== "cleared" && this.#state !== "closed";
  }

  /** Looks at once what is to be done. */
  #wake(): void {
    this.#sleep.abort(RESTED);
    this.#changed.notify();
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (;;) {
      this.#sleep = new AbortController();
      const restMs = this.#sendDue(this.#clock.now());
      this.#changed.notify();
      if (restMs === undefined) break;
      await rest(this.#clock, restMs, this.#sleep.signal);
    }
    this.#line?.timetable.interrupt();
    this.#isRunning = false;
    this.#changed.notify();
  }

  /** Sends what it is time for. Milliseconds until there is more to do; undefined when there is nothing, or nothing may be sent. */
  #sendDue(nowMs: number): number | undefined {
    if (this.#failure !== undefined || this.#isDropping || this.#isOver) return undefined;
    if (this.#isPaused || !this.#mayPlay()) return this.#line?.sendFadeOut(nowMs, this.#leadMs);
    const hasRoom = this.#underWay * this.#frameMs < LONGEST_UNDER_WAY_MS;
    return hasRoom ? this.#line?.sendDue(nowMs, this.#state === "ended") : undefined;
  }

  #send(bytes: Uint8Array<ArrayBuffer>, { dueMs, startFrame, frames }: FrameSlot): void {
    this.#firstDueMs ??= dueMs;
    const frame = { index: this.#sentCount, startFrame, frames, timeMs: dueMs - this.#firstDueMs };
    this.#sentCount += 1;
    this.#underWay += 1;
    const landed = (): void => {
      this.#underWay -= 1;
      if (!this.#isRunning) this.#wake();
    };
    try {
      const sending = this.#options.send(bytes, frame);
      if (sending instanceof Promise) sending.catch((error: unknown) => this.#fail(error)).finally(landed);
      else this.#underWay -= 1;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Sends nothing more, and settles what waits. */
  async #stop(state: "cleared" | "closed"): Promise<void> {
    if (this.#state === "closed" || this.#state === state) return;
    const wasCleared = this.#state === "cleared";
    this.#state = state;
    this.#wake();
    if (!wasCleared) await this.#takeBack();
    this.#line?.drop();
    this.#changed.notify();
  }

  /** Has the far side drop what it is not playing yet; that waits to be sent again. */
  async #takeBack(): Promise<void> {
    const { drop } = this.#options;
    this.#wake();
    if (drop === undefined || this.#line === undefined || this.#line.timetable.endMs <= this.#clock.now()) return;
    this.#line.takeBack(this.#clock.now());
    this.#isDropping = true;
    try {
      await drop();
    } catch (error) {
      this.#fail(error);
    }
    this.#isDropping = false;
    this.#wake();
  }

  /** Waits until it is so, or nothing is played any more. */
  async #until(isSo: () => boolean): Promise<void> {
    while (this.#mayPlay() && !isSo()) await this.#changed.wait();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Waits until everything that was sent was played, as long as that is wanted. */
  async #untilPlayed(isWanted: () => boolean): Promise<void> {
    for (;;) {
      const restMs = (this.#line?.timetable.endMs ?? 0) - this.#clock.now();
      if (!isWanted()) return;
      if (restMs <= 0) return this.#untilStill();
      await rest(this.#clock, restMs);
    }
  }

  /** Waits until a sound that was broken off has its end. */
  async #untilStill(): Promise<void> {
    while (this.#isRunning && (this.#isPaused || !this.#mayPlay())) await this.#changed.wait();
  }

  #fail(cause: unknown): void {
    this.#failure ??= new TTSError("CONSUMER_FAILED", "Sending a frame of audio: `send` or `drop` of the frame sink failed; see the cause.", { cause });
    this.#wake();
  }
}

function closedError(state: "ended" | "cleared" | "closed"): StreamError {
  return new StreamError("STREAM_CLOSED", `Writing audio to the frame sink: it was ${state}, so it takes no more. Make a new sink for a new stream.`);
}

function numberIn(name: string, value: number, { least, most }: { least: number; most: number }): number {
  if (value >= least && value <= most) return value;
  throw new TTSError("INVALID_INPUT", `Making a frame sink: ${name} is ${String(value)}; expected ${least} to ${most} milliseconds.`);
}
