import type { AudioChunk } from "../audio/audio-chunk.ts";
import { DrySpells } from "../buffer/dry-spells.ts";
import type { Playhead } from "../buffer/playhead.ts";
import { Prebuffer } from "../buffer/prebuffer.ts";
import type { Clock } from "../clock.ts";
import type { RouteList } from "../synthesis/engine-route.ts";
import type { SegmentRun } from "../synthesis/segment-run.ts";
import type { TextQueue } from "../text/text-queue.ts";
import { StreamArrivals } from "./stream-arrivals.ts";
import type { StreamSettings } from "./stream-settings.ts";
import type { StreamStatistics } from "./stream-statistics.ts";
import { wantedPrebufferMs } from "./wanted-prebuffer.ts";

/** What {@link Listener} needs of the stream. */
export interface ListenerOptions {
  readonly settings: StreamSettings;
  readonly clock: Clock;
  readonly playhead: Playhead;
  readonly routes: RouteList;
  readonly runs: readonly SegmentRun[];
  readonly text: TextQueue;
  readonly statistics: StreamStatistics;
  /** Since when there has been something to be spoken again. */
  readonly owedSinceMs: () => number;
  /** A wait for audio has ended by time. */
  readonly onTime: () => void;
}

/** Nobody is kept waiting for longer than this for audio to be ahead, in milliseconds. */
const LONGEST_WAIT_MS = 2_000;

/** Whoever hears the stream: when he begins, when he runs dry, and what the next one can learn from it. */
export class Listener {
  readonly arrivals: StreamArrivals = new StreamArrivals();
  readonly #options: ListenerOptions;
  readonly #drySpells: DrySpells;
  readonly #prebuffer: Prebuffer;

  constructor(options: ListenerOptions) {
    const { settings, clock, playhead, statistics, owedSinceMs, onTime } = options;
    this.#options = options;
    this.#drySpells = new DrySpells({ clock, playhead, sampleRate: settings.sampleRate, owedSinceMs, onDry: (ms) => statistics.ranDry(ms) });
    this.#prebuffer = new Prebuffer({
      clock,
      wantedMs: () => wantedPrebufferMs(options),
      longestWaitMs: LONGEST_WAIT_MS,
      waitsFor: () => (settings.prebufferMs === "auto" ? this.#drySpells.waitsFor() : undefined),
      underruns: () => statistics.underruns,
      onTime,
    });
  }

  /** Whether audio that is there waits until there is more of it: see {@link Prebuffer.holds}. */
  holds(aheadMs: number, isComing: () => boolean): boolean {
    return this.#prebuffer.holds(aheadMs, isComing);
  }

  /** The taker wants a chunk. */
  asked(): void {
    this.#drySpells.asked();
  }

  /** The chunk is about to be handed out. One without sound comes never too late. */
  came({ durationMs }: AudioChunk): void {
    if (durationMs > 0) this.#drySpells.came(durationMs);
  }

  pause(): void {
    this.#drySpells.settle();
    this.#options.playhead.pause();
  }

  resume(): void {
    this.#options.playhead.resume();
    this.#drySpells.resumed();
  }

  /** Nothing more is heard. Harmless when called again. */
  end(): void {
    const { playhead, statistics } = this.#options;
    this.#drySpells.settle();
    this.#prebuffer.stop();
    this.arrivals.learn(this.#prebuffer.headstartMs, playhead.basis === "sink" ? statistics.underrunMs : 0);
  }
}
