import type { AudioChunk, Sink } from "@parlando/core";
import { StreamError, TTSError } from "@parlando/engine";

import type { Line } from "../line/line.ts";
import { noAudioDevice } from "../line/no-audio-device.ts";
import { Envelope } from "./envelope.ts";
import { PutLog } from "./put-log.ts";
import { SampleQueue } from "./sample-queue.ts";
import { Waiters } from "./waiters.ts";

/** A write resolves when no more than this lies ahead of the listener: enough for a busy event loop, little enough to stop early. */
export const aheadMs = 200;

/** More than this in one go means that nobody waits for `write()`. */
const longestQueueMs = 600_000;

/** A device that takes nothing for so long is dead. */
const standstillMs = 3000;

/** How long `pause()`, `clear()` and `close()` wait for what was put to be heard. */
const longestTailMs = 300;

/** What a sink is made of. */
export interface LineSinkOptions {
  readonly line: Line;
  /** Linear, 1 leaves the samples as they are. */
  readonly volume: number;
  /** Called once, when the sink is closed: what becomes of the line. */
  readonly onClosed: (line: Line) => Promise<void>;
}

/** A sink that keeps a line fed: a queue, the gain, and the book of what was put where. */
export class LineSink implements Sink {
  readonly format: { sampleRate: number; channels: number };
  readonly #line: Line;
  readonly #onClosed: (line: Line) => Promise<void>;
  readonly #queue: SampleQueue;
  readonly #log: PutLog;
  readonly #envelope: Envelope;
  readonly #wantMore = new Waiters();
  readonly #allPlayed = new Waiters();
  readonly #timer: NodeJS.Timeout;
  #state: "open" | "ended" | "cleared" | "closed" = "open";
  #paused = false;
  #failure: TTSError | undefined;
  #cutting: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #writtenFrames = 0;
  #lastMove: { heard: number; at: number };

  constructor(options: LineSinkOptions) {
    const { sampleRate, channels, pacing } = options.line;
    this.format = { sampleRate, channels };
    this.#line = options.line;
    this.#onClosed = options.onClosed;
    this.#queue = new SampleQueue(channels);
    this.#log = new PutLog({ channels, keepSamples: options.line.cut !== undefined });
    this.#envelope = new Envelope({ sampleRate, channels, volume: options.volume });
    this.#lastMove = { heard: options.line.heardFrames(), at: performance.now() };
    this.#timer = setInterval(() => this.#tick(), pacing.tickMs);
    this.#tick();
  }

  /** Linear; reached within 20 ms, so that it does not click. */
  setVolume(volume: number): void {
    this.#envelope.volume = volume;
  }

  async write(chunk: AudioChunk): Promise<void> {
    this.#refuseUnlessOpen();
    this.#checkChunk(chunk);
    this.#queue.push(chunk.samples);
    this.#writtenFrames += chunk.samples.length / this.format.channels;
    this.#feed();
    if (this.#wantsMore()) return;
    await this.#wantMore.wait(this.#failure);
  }

  playedFrames(): number {
    return this.#log.streamFrameAt(this.#line.heardFrames());
  }

  async pause(): Promise<void> {
    if (this.#paused || this.#state === "cleared" || this.#state === "closed") return;
    this.#paused = true;
    await this.#silence();
    await this.#tailHeard(() => this.#paused);
  }

  async resume(): Promise<void> {
    await this.#cutting;
    this.#paused = false;
    this.#lastMove = { heard: this.#line.heardFrames(), at: performance.now() };
    this.#tick();
  }

  async clear(): Promise<number> {
    if (this.#state !== "cleared" && this.#state !== "closed") {
      this.#state = "cleared";
      await this.#silence();
      this.#queue.clear();
    }
    await this.#cutting;
    this.#wantMore.settle();
    this.#allPlayed.settle();
    await this.#tailHeard(() => true);
    return this.#log.streamFrames;
  }

  async end(): Promise<void> {
    if (this.#state === "closed") throw closedError("end");
    if (this.#state === "open") this.#state = "ended";
    this.#tick();
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#state === "cleared" || this.#everythingHeard()) return;
    await this.#allPlayed.wait(this.#failure);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const played = this.#state === "ended" && this.#everythingHeard();
    if (!played) await this.clear();
    this.#state = "closed";
    clearInterval(this.#timer);
    await this.#onClosed(this.#line);
  }

  /** Waits for silence: the playhead stands from then on, and a line that is closed before it would click. */
  async #tailHeard(isWanted: () => boolean): Promise<void> {
    const deadline = performance.now() + longestTailMs;
    this.#tick();
    while (isWanted() && this.#failure === undefined && this.#line.heardFrames() < this.#log.lineEnd && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      this.#tick();
    }
  }

  /** From here on nothing of the stream is put; what was put is taken back where the line can, else it ends in a fade. */
  async #silence(): Promise<void> {
    await this.#cutting;
    if (this.#failure !== undefined || this.#line.failure !== undefined) return;
    if (this.#line.cut === undefined) return this.#putFade();
    this.#cutting = this.#cut(this.#line.cut);
    await this.#cutting;
    this.#cutting = undefined;
  }

  async #cut(cut: () => Promise<number>): Promise<void> {
    if (this.playedFrames() === this.#log.streamFrames) return;
    try {
      this.#queue.unshift(this.#log.takeBack(await cut()));
      if (this.#log.streamFrames > 0) this.#envelope.silenced();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The next few milliseconds of the stream, played once, with the gain falling to zero. */
  #putFade(): void {
    const sounding = this.#log.streamFrames > 0 && this.#line.putFrames === this.#log.lineEnd && !this.#envelope.silent;
    if (!sounding) return;
    this.#put(this.#queue.take(this.#wholeBlocks(this.#envelope.fadeFrames)), true);
  }

  /** Puts what audio there is room for, and tells who waits. */
  #feed(): void {
    this.#failure ??= this.#line.failure;
    if (this.#failure !== undefined) return this.#fail(this.#failure);
    if (this.#cutting !== undefined) return;
    const heard = this.#line.heardFrames();
    this.#log.forget(heard);
    if (!this.#paused && this.#state !== "cleared" && this.#state !== "closed") this.#putAudio(heard);
    if (this.#wantsMore()) this.#wantMore.settle();
    if (this.#state === "ended" && this.#everythingHeard()) this.#allPlayed.settle();
  }

  /** Silence is put only here, not when audio is written: more audio may follow in the same turn. */
  #tick(): void {
    this.#feed();
    if (this.#failure !== undefined || this.#cutting !== undefined) return;
    const heard = this.#line.heardFrames();
    this.#fadeOutLast(heard);
    this.#putSilence(heard);
    this.#watch(heard);
  }

  #putAudio(heard: number): void {
    const { pacing, blockFrames } = this.#line;
    const ahead = this.#line.putFrames - heard;
    const ended = this.#state === "ended";
    // The last few milliseconds are held back while more may come: if none does, they are what fades out.
    const supply = this.#queue.frames - (ended ? 0 : this.#envelope.fadeFrames);
    const blocks = Math.floor(Math.min(pacing.leadFrames - ahead, supply) / blockFrames);
    if (blocks > 0) return this.#put(this.#queue.take(blocks * blockFrames), false);
    if (ended && this.#queue.frames > 0 && ahead < pacing.lowFrames) this.#put(this.#queue.take(this.#queue.frames), false);
  }

  /** No more audio has come and the line runs dry: what was held back is the end for now. */
  #fadeOutLast(heard: number): void {
    const { lowFrames, silenceFrames } = this.#line.pacing;
    // Before silence is put: behind silence it would be a sound of its own.
    const dry = this.#line.putFrames - heard < Math.max(lowFrames, silenceFrames);
    if (dry && this.#state === "open" && !this.#paused && this.#queue.frames > 0) this.#put(this.#queue.take(this.#queue.frames), true);
  }

  #put(samples: Float32Array, fadeOut: boolean): void {
    const { channels } = this.format;
    if (samples.length === 0) return;
    if (this.#line.putFrames > this.#log.lineEnd && this.#log.streamFrames > 0) this.#envelope.silenced();
    this.#log.add(this.#line.putFrames, samples);
    const shaped = this.#envelope.shape(samples, fadeOut);
    const frames = this.#wholeBlocks(shaped.length / channels);
    if (frames * channels === shaped.length) return this.#line.put(shaped);
    const padded = new Float32Array(frames * channels);
    padded.set(shaped);
    this.#line.put(padded);
  }

  #putSilence(heard: number): void {
    const missing = this.#line.pacing.silenceFrames - (this.#line.putFrames - heard);
    if (missing > 0) this.#line.put(new Float32Array(this.#wholeBlocks(missing) * this.format.channels));
  }

  #wholeBlocks(frames: number): number {
    return Math.ceil(frames / this.#line.blockFrames) * this.#line.blockFrames;
  }

  /** Notices a device that takes nothing any more, and keeps Node alive exactly as long as there is something to play. */
  #watch(heard: number): void {
    const now = performance.now();
    const busy = !this.#everythingHeard();
    if (busy) this.#timer.ref();
    else this.#timer.unref();
    if (heard !== this.#lastMove.heard || this.#paused || !busy) this.#lastMove = { heard, at: now };
    else if (now - this.#lastMove.at > standstillMs) {
      this.#fail(noAudioDevice(this.#line.backend, `the sound device has taken nothing for ${standstillMs} ms`, "Check that the sound server runs, or choose another `device`."));
    }
  }

  #everythingHeard(): boolean {
    return this.playedFrames() >= (this.#state === "cleared" ? this.#log.streamFrames : this.#writtenFrames);
  }

  #wantsMore(): boolean {
    return this.#writtenFrames - this.playedFrames() <= (aheadMs * this.format.sampleRate) / 1000;
  }

  #fail(error: unknown): void {
    this.#failure ??= TTSError.isInstance(error) ? error : new TTSError("INTERNAL", "Playing failed in a way that was not foreseen; see `cause`.", { cause: error });
    clearInterval(this.#timer);
    this.#queue.clear();
    this.#wantMore.settle(this.#failure);
    this.#allPlayed.settle(this.#failure);
  }

  #refuseUnlessOpen(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#state !== "open") throw closedError("write", this.#state);
  }

  #checkChunk(chunk: AudioChunk): void {
    const { sampleRate, channels } = this.format;
    if (chunk.sampleRate !== sampleRate || chunk.channels !== channels) {
      throw new TTSError("INVALID_INPUT", `A chunk of ${chunk.sampleRate} Hz with ${chunk.channels} channel(s) was written to a speaker sink that takes ${sampleRate} Hz with ${channels}; convert it to \`sink.format\` first.`);
    }
    if ((this.#queue.frames * 1000) / sampleRate > longestQueueMs) {
      throw new TTSError("BUFFER_FULL", `The speaker sink already holds ${longestQueueMs} ms of audio; wait for the promise of \`write()\` before writing more.`);
    }
  }
}

function closedError(doing: "write" | "end", state = "closed"): StreamError {
  return new StreamError("STREAM_CLOSED", `${doing}() was called on a speaker sink that is ${state}; open another with \`openSink()\`.`);
}
