// The player without a page: the worklet's own mixer, played by a timer in real time or by hand.

import type { TTSError } from "@parlando/engine";
import type { PlayerLine, StreamFollower } from "./player-line.ts";
import { PlayerMixer } from "./player-mixer.ts";
import type { StreamState, ToWorklet } from "./worklet-messages.ts";

const quantumFrames = 128;

/** How a line of tests plays. */
export interface MixerLineOptions {
  readonly sampleRate?: number | undefined;
  readonly fadeFrames?: number | undefined;
  readonly latencyMs?: number | undefined;
}

/** A line whose far end is the mixer. */
export class MixerLine implements PlayerLine {
  readonly sampleRate: number;
  readonly #mixer: PlayerMixer;
  readonly #latencyMs: number;
  readonly #followers = new Map<number, StreamFollower>();
  readonly #played: Float32Array[] = [];
  readonly posted: ToWorklet["type"][] = [];
  readonly states: StreamState[] = [];
  #quanta = 0;
  #streams = 0;
  #timer: NodeJS.Timeout | undefined;
  isAnswering = true;
  #failure: TTSError | undefined;

  constructor({ sampleRate = 24_000, fadeFrames = 120, latencyMs = 0 }: MixerLineOptions = {}) {
    this.sampleRate = sampleRate;
    this.#latencyMs = latencyMs;
    this.#mixer = new PlayerMixer({
      sampleRate,
      fadeFrames,
      // As a port does: later, and a copy.
      post: (message) => {
        if (message.type !== "state") return;
        this.states.push(message);
        queueMicrotask(() => this.#followers.get(message.stream)?.onState({ ...message }));
      },
    });
  }

  now(): number {
    return (this.#quanta * quantumFrames) / this.sampleRate;
  }

  latency(): number {
    return this.#latencyMs / 1000;
  }

  isRunning(): boolean {
    return this.isAnswering;
  }

  post(message: ToWorklet): void {
    this.posted.push(message.type);
    this.#mixer.receive(structuredClone(message));
  }

  nextStream(): number {
    this.#streams += 1;
    return this.#streams;
  }

  follow(stream: number, follower: StreamFollower): () => void {
    this.#followers.set(stream, follower);
    if (this.#failure !== undefined) follower.onFailure(this.#failure);
    return () => void this.#followers.delete(stream);
  }

  fail(error: TTSError): void {
    this.#failure = error;
    for (const follower of [...this.#followers.values()]) follower.onFailure(error);
  }

  /** Plays by hand; what the page is told has reached it when this resolves. */
  async play(frames: number): Promise<void> {
    for (let played = 0; played < frames; played += quantumFrames) {
      this.#render();
      await Promise.resolve();
      await Promise.resolve();
    }
  }

  /** Plays by the clock of the machine, until {@link stop}. */
  start(): this {
    const startedAt = performance.now();
    this.#timer = setInterval(() => {
      while (this.now() * 1000 < performance.now() - startedAt) this.#render();
    }, 3);
    return this;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Everything that was played, silence too. */
  played(): Float32Array {
    const all = new Float32Array(this.#played.length * quantumFrames);
    this.#played.forEach((quantum, index) => all.set(quantum, index * quantumFrames));
    return all;
  }

  #render(): void {
    const output = new Float32Array(quantumFrames);
    this.#mixer.render(output, this.now());
    this.#quanta += 1;
    this.#played.push(output);
  }
}
