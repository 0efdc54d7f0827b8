import { createCondition, type AudioChunk } from "@parlando/core";
import { StreamError, TTSError } from "@parlando/engine";
import type { PlayerLine, StreamFollower } from "./player-line.ts";
import type { PlayerSink } from "./player.ts";
import { StreamPlayhead } from "./stream-playhead.ts";
import type { StreamState } from "./worklet-messages.ts";

/** Handed to the worklet at a time. */
const pieceMs = 100;

/** More than this in one go means that nobody waits for `write()`. */
const longestQueueMs = 600_000;

/** How long `pause()` and `clear()` wait for a worklet that does not answer, and `end()` for a clock that stands. */
const longestAnswerMs = 300;

/** What a sink is made of. */
export interface LinePlayerSinkOptions {
  readonly line: PlayerLine;
  readonly prebufferMs: number;
  readonly aheadMs: number;
  readonly gain: number;
  /** Called when it may have another state: it plays, is held, is over. */
  readonly onChange?: ((sink: LinePlayerSink) => void) | undefined;
}

interface WaitingWrite {
  readonly samples: Float32Array;
  sentFrames: number;
  readonly resolve: () => void;
  readonly reject: (error: TTSError) => void;
}

/** Keeps the worklet fed with one stream, so far ahead that a busy page is not heard, and no further. */
export class LinePlayerSink implements PlayerSink, StreamFollower {
  readonly format: { readonly sampleRate: number; readonly channels: number };
  readonly #options: LinePlayerSinkOptions;
  readonly #line: PlayerLine;
  readonly #stream: number;
  readonly #playhead: StreamPlayhead;
  readonly #changed = createCondition();
  readonly #queue: WaitingWrite[] = [];
  #state: "open" | "ended" | "cleared" | "closed" = "open";
  #told: StreamState | undefined;
  #unfollow: (() => void) | undefined;
  #failure: TTSError | undefined;
  #gain: number;
  #isPaused = false;
  #isEndSent = false;
  #queuedFrames = 0;
  #pushedFrames = 0;
  #requests = 0;
  #clearing: Promise<number> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: LinePlayerSinkOptions) {
    this.#options = options;
    this.#line = options.line;
    this.#gain = options.gain;
    this.#stream = options.line.nextStream();
    this.format = { sampleRate: options.line.sampleRate, channels: 1 };
    this.#playhead = new StreamPlayhead(options.line.sampleRate);
  }

  get stream(): number {
    return this.#stream;
  }

  /** Takes part in what is heard: has begun and is not over. */
  get isLive(): boolean {
    return this.#unfollow !== undefined;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get isSounding(): boolean {
    return this.isLive && this.#told?.isSounding === true;
  }

  /** Held in the worklet, in milliseconds. */
  get bufferedMs(): number {
    return this.isLive ? (Math.max(0, this.#pushedFrames - this.#playhead.leftAt(this.#line.now(), this.#pushedFrames)) * 1000) / this.#line.sampleRate : 0;
  }

  setGain(gain: number): void {
    this.#gain = gain;
    if (this.isLive) this.#line.post({ type: "gain", stream: this.#stream, gain });
  }

  async write(chunk: AudioChunk): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#state !== "open") throw closedError("write", this.#state);
    this.#check(chunk);
    const { samples } = chunk;
    if (samples.length === 0) return;
    this.#queuedFrames += samples.length;
    const taken = new Promise<void>((resolve, reject) => this.#queue.push({ samples, sentFrames: 0, resolve, reject }));
    this.#pump();
    await taken;
  }

  playedFrames(): number {
    return this.#playhead.heard({ now: this.#line.now(), latency: this.#line.latency(), pushed: this.#pushedFrames });
  }

  async pause(): Promise<void> {
    if (this.#isPaused || !this.#mayPlay()) return;
    this.#isPaused = true;
    this.#options.onChange?.(this);
    if (!this.isLive) return;
    const request = this.#nextRequest();
    this.#line.post({ type: "pause", stream: this.#stream, request });
    await this.#untilAnswered(request, () => this.#isPaused && this.#mayPlay());
    await this.#untilHeard(() => this.#isPaused && this.#mayPlay());
  }

  async resume(): Promise<void> {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (this.isLive) this.#line.post({ type: "resume", stream: this.#stream });
    this.#pump();
    this.#notify();
  }

  clear(): Promise<number> {
    this.#clearing ??= this.#clear();
    return this.#clearing;
  }

  async end(): Promise<void> {
    if (this.#state === "closed") throw closedError("end", this.#state);
    if (this.#state === "open") this.#state = "ended";
    this.#pump();
    while (this.#state === "ended" && !this.#isPlayedOut()) await this.#changed.wait();
    if (this.#failure !== undefined) throw this.#failure;
    await this.#untilHeard(() => this.#state === "ended");
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  onState(state: StreamState): void {
    this.#told = state;
    this.#playhead.note(state);
    if (state.isOver) this.#leave();
    this.#pump();
    this.#notify();
  }

  onFailure(error: TTSError): void {
    this.#failure ??= error;
    this.#leave();
    for (const { reject } of this.#queue.splice(0)) reject(error);
    this.#notify();
  }

  async #clear(): Promise<number> {
    if (this.#state !== "closed") this.#state = "cleared";
    for (const { resolve } of this.#queue.splice(0)) resolve();
    this.#queuedFrames = 0;
    const stopped = this.isLive ? this.#stopVoice() : undefined;
    this.#notify();
    await stopped;
    const left = this.#told?.isOver === true ? this.#told.playedFrames : this.#playhead.leftAt(this.#line.now(), this.#pushedFrames);
    this.#leave();
    return this.#playhead.stop(left);
  }

  async #stopVoice(): Promise<void> {
    const request = this.#nextRequest();
    this.#line.post({ type: "clear", stream: this.#stream, request });
    await this.#untilAnswered(request, () => true);
  }

  async #close(): Promise<void> {
    if (this.#state !== "ended" || !this.#isPlayedOut()) await this.clear();
    this.#state = "closed";
    this.#leave();
    this.#notify();
  }

  /** Hands over what there is room for. */
  #pump(): void {
    if (this.#isPaused || !this.#mayPlay()) return;
    for (let first = this.#queue[0]; first !== undefined && this.#hasRoom(); first = this.#queue[0]) {
      this.#push(first);
      if (first.sentFrames < first.samples.length) continue;
      this.#queue.shift();
      first.resolve();
    }
    if (this.#state !== "ended" || this.#queue.length > 0 || this.#isEndSent || !this.isLive) return;
    this.#isEndSent = true;
    this.#line.post({ type: "end", stream: this.#stream });
  }

  #push(write: WaitingWrite): void {
    if (this.#pushedFrames === 0) this.#open();
    // A copy: who watches the stream keeps the chunk, and what is transferred is gone here.
    const samples = new Float32Array(write.samples.subarray(write.sentFrames, write.sentFrames + this.#framesOf(pieceMs)));
    write.sentFrames += samples.length;
    this.#pushedFrames += samples.length;
    this.#queuedFrames -= samples.length;
    this.#line.post({ type: "push", stream: this.#stream, samples });
  }

  #open(): void {
    this.#line.post({ type: "open", stream: this.#stream, prebufferFrames: this.#framesOf(this.#options.prebufferMs), gain: this.#gain });
    this.#unfollow = this.#line.follow(this.#stream, this);
    if (this.#failure !== undefined) this.#leave();
    this.#options.onChange?.(this);
  }

  #hasRoom(): boolean {
    const prebufferFrames = this.#told?.prebufferFrames ?? this.#framesOf(this.#options.prebufferMs);
    // What is wanted before it sounds has to fit, and a piece more.
    const most = Math.max(this.#framesOf(this.#options.aheadMs), prebufferFrames + this.#framesOf(pieceMs));
    return this.#mayPlay() && this.#pushedFrames - (this.#told?.playedFrames ?? 0) < most;
  }

  #isPlayedOut(): boolean {
    return this.#failure !== undefined || (this.#queue.length === 0 && !this.isLive);
  }

  #mayPlay(): boolean {
    return this.#failure === undefined && this.#state !== "cleared" && this.#state !== "closed";
  }

  #nextRequest(): number {
    this.#requests += 1;
    return this.#requests;
  }

  /** Until the worklet has fallen silent; one that does not play now is silent. */
  async #untilAnswered(request: number, isWanted: () => boolean): Promise<void> {
    if (!this.#line.isRunning()) return;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#changed.notify();
    }, longestAnswerMs);
    const isOver = (): boolean => isLate || !this.isLive || !isWanted() || (this.#told?.answered ?? 0) >= request;
    while (!isOver()) await this.#changed.wait();
    clearTimeout(timer);
  }

  /** Until the last of what left the worklet has reached the ear: the playhead stands from then on. */
  async #untilHeard(isWanted: () => boolean): Promise<void> {
    const deadline = performance.now() + longestAnswerMs;
    for (;;) {
      const restS = this.#playhead.standsIn({ now: this.#line.now(), latency: this.#line.latency() });
      if (restS === undefined || !isWanted()) return;
      if (restS === 0 || performance.now() > deadline) return this.#playhead.arrive();
      await new Promise((resolve) => setTimeout(resolve, Math.ceil(restS * 1000)));
    }
  }

  #leave(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
  }

  #notify(): void {
    this.#changed.notify();
    this.#options.onChange?.(this);
  }

  #framesOf(ms: number): number {
    return Math.round((ms * this.#line.sampleRate) / 1000);
  }

  #check({ sampleRate, channels }: AudioChunk): void {
    if (sampleRate !== this.format.sampleRate || channels !== 1) {
      throw new TTSError("INVALID_INPUT", `A chunk of ${sampleRate} Hz with ${channels} channel(s) was written to a player's sink that takes ${this.format.sampleRate} Hz with 1; convert it to \`sink.format\` first.`);
    }
    if ((this.#queuedFrames * 1000) / sampleRate <= longestQueueMs) return;
    throw new TTSError("BUFFER_FULL", `A player's sink already holds ${longestQueueMs} ms of audio; wait for the promise of \`write()\` before writing more.`);
  }
}

function closedError(doing: "write" | "end", state: string): StreamError {
  return new StreamError("STREAM_CLOSED", `${doing}() was called on a player's sink that is ${state}, so it takes no more. Make another with \`player.createSink()\`.`);
}
