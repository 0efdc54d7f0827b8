import { PrebufferPolicy } from "./prebuffer-policy.ts";
import type { StreamState } from "./worklet-messages.ts";

interface StreamCount {
  readonly underruns: number;
  readonly underrunFrames: number;
}

const none: StreamCount = { underruns: 0, underrunFrames: 0 };

/** What a player has counted over all its streams, and learned from it. */
export class PlayerNumbers {
  readonly #sampleRate: number;
  readonly #policy = new PrebufferPolicy();
  /** Streams that are not over. */
  readonly #counts = new Map<number, StreamCount>();
  #underruns = 0;
  #underrunFrames = 0;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  get underruns(): number {
    return this.#underruns;
  }

  get underrunMs(): number {
    return (this.#underrunFrames * 1000) / this.#sampleRate;
  }

  wantedPrebufferMs(nowMs: number): number {
    return this.#policy.wantedMs(nowMs);
  }

  /** `isTeaching`: its prebuffer was the player's own choice. */
  note(state: StreamState, { nowMs, isTeaching }: { readonly nowMs: number; readonly isTeaching: boolean }): void {
    const { stream, underruns, underrunFrames } = state;
    const before = this.#counts.get(stream) ?? none;
    this.#underruns += underruns - before.underruns;
    this.#underrunFrames += underrunFrames - before.underrunFrames;
    if (state.isOver) this.#counts.delete(stream);
    else this.#counts.set(stream, { underruns, underrunFrames });
    if (underruns > before.underruns && isTeaching) this.#policy.learn((state.prebufferFrames * 1000) / this.#sampleRate, nowMs);
  }
}
