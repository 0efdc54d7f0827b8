import type { AudioChunk } from "../audio/audio-chunk.ts";
import type { Playhead } from "../buffer/playhead.ts";
import { firstAudibleFrame } from "./first-audible-frame.ts";
import { NOT_YET } from "./hand-out.ts";
import type { ChunkSource } from "./pump.ts";
import type { Standing } from "./standing.ts";
import type { StreamNotices } from "./stream-notices.ts";
import type { StreamParts } from "./stream-parts.ts";

/** What {@link Delivery} works with. */
export interface DeliveryOptions extends Pick<StreamParts, "handOut" | "listener" | "statistics" | "ledger" | "changed" | "sender"> {
  readonly playhead: Playhead;
  readonly notices: StreamNotices;
  readonly sampleRate: number;
  readonly standing: Standing;
}

/** How far an assumed playhead may be ahead of what the app reports later, in seconds of audio. */
const DOUBT_SECONDS = 60;

/** Brings chunk after chunk to the taker, and notes what he has. */
export class Delivery implements ChunkSource {
  readonly #options: DeliveryOptions;
  /** The taker wants a chunk, and has not got it. */
  #isAsked = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  take(): AudioChunk | undefined | typeof NOT_YET {
    const { playhead, listener, handOut } = this.#options;
    playhead.hold();
    try {
      if (!this.#isAsked) listener.asked();
      this.#isAsked = true;
      const chunk = handOut.take();
      return chunk === undefined || chunk === NOT_YET ? chunk : this.#handedOut(chunk);
    } finally {
      playhead.release();
    }
  }

  whenMoved(callback: () => void): void {
    this.#options.handOut.whenMoved(callback);
  }

  get mayHaveMore(): boolean {
    return this.#options.handOut.mayHaveMore;
  }

  #handedOut(chunk: AudioChunk): AudioChunk | undefined {
    const { playhead, listener, handOut, statistics, notices, sender, sampleRate, standing } = this.#options;
    this.#isAsked = false;
    listener.came(chunk);
    playhead.handed(handOut.handedFrames);
    const audible = statistics.awaitsFirstAudio ? firstAudibleFrame(chunk) : undefined;
    statistics.handed(chunk.durationMs, audible === undefined ? undefined : (audible * 1000) / sampleRate);
    playhead.release();
    if (notices.watchesChunks) notices.tell("chunk", chunk);
    sender.taken();
    // Somebody who watches may have ended the stream in the meantime.
    return standing.isLive ? chunk : undefined;
  }

  delivered(): void {
    const { playhead, ledger, changed, sender, sampleRate } = this.#options;
    playhead.hold();
    playhead.delivered();
    // An assumed playhead may be corrected by the app, so what it has passed is kept for a while.
    const doubtFrames = playhead.basis === "assumed" ? DOUBT_SECONDS * sampleRate : 0;
    ledger.fold(playhead.heardFrames() - doubtFrames);
    playhead.release();
    changed.notify();
    sender.taken();
  }
}
