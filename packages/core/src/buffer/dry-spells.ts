import type { Clock } from "../clock.ts";
import type { Playhead } from "./playhead.ts";

/** What {@link DrySpells} needs. */
export interface DrySpellsOptions {
  readonly clock: Clock;
  readonly playhead: Playhead;
  readonly sampleRate: number;
  /** The listener has heard nothing for so long, once for each dry spell. */
  /** Since when there has been something to be spoken again. */
  readonly owedSinceMs: () => number;
  readonly onDry: (ms: number) => void;
}

/** Dry for less than this is not heard as a gap. */
const SHORTEST_DRY_MS = 1;
/** A sink that has no more than this to play when audio comes may already have run dry: devices want their audio ahead of time. */
const NEARLY_DRY_MS = 100;
/** A playhead that is told by a device is not more exact than this. */
const PLAYHEAD_ERROR_MS = 12;

/** A chunk that came late, while it is not known yet what the listener heard of it. */
interface LateChunk {
  /** The first frame that came late. */
  readonly frame: number;
  /** How long the listener was dry when it came, reckoned from what was still to be played when it was asked for. */
  readonly reckonedMs: number;
}

/**
 * Counts when the listener hears nothing because no audio has come. Where the sink has a clock its playhead tells: it falls behind real
 * time by just as much as the listener was kept waiting, the sink's own delay included. Where there is none, the listener is taken to
 * play what was delivered, at once.
 */
export class DrySpells {
  readonly #options: DrySpellsOptions;
  readonly #late: LateChunk[] = [];
  #askedAtMs = 0;
  /** What was handed out cannot have been heard before this, whatever a playhead says: nobody listens faster than time goes by. */
  #earliestEndMs = Number.NEGATIVE_INFINITY;
  #unheardMs = 0;
  /** By how much the playhead was behind real time while it was moving; undefined when that is not known. */
  #behindMs: number | undefined;

  constructor(options: DrySpellsOptions) {
    this.#options = options;
  }

  /** The taker wants a chunk. */
  asked(): void {
    this.#look(0);
    this.#askedAtMs = this.#options.clock.now();
    this.#unheardMs = this.#unheard();
  }

  /**
   * The chunk that was asked for is about to be handed out. Who had heard everything before there was something to be spoken again was waiting for the writer
   * and not for us.
   */
  came(durationMs: number): void {
    const now = this.#options.clock.now();
    if (this.#options.playhead.handedFrames > 0 && now > this.#askedAtMs) this.#judge(now);
    this.#earliestEndMs = Math.max(this.#earliestEndMs, now) + durationMs;
  }

  #judge(now: number): void {
    const { playhead, owedSinceMs } = this.#options;
    if (playhead.basis !== "sink") {
      const dryMs = now - Math.max(playhead.playoutEndMs, this.#askedAtMs);
      if (dryMs > SHORTEST_DRY_MS && playhead.playoutEndMs >= owedSinceMs()) this.#tell(dryMs);
      return;
    }
    const reckonedMs = now - Math.max(this.#askedAtMs + this.#unheardMs, this.#earliestEndMs);
    this.#look(reckonedMs);
    if (this.#askedAtMs + this.#unheardMs < owedSinceMs()) return this.#reckon();
    if (reckonedMs > SHORTEST_DRY_MS || (reckonedMs > -NEARLY_DRY_MS && this.#unheard() < NEARLY_DRY_MS)) this.#late.push({ frame: playhead.handedFrames, reckonedMs });
  }

  /** Whom the listener waits for, who has heard everything; undefined while he hears something, and where the taker has no clock to tell. */
  waitsFor(): "writer" | "us" | undefined {
    const { clock, playhead, owedSinceMs } = this.#options;
    if (playhead.basis !== "sink" || playhead.handedFrames === 0 || playhead.heardFrames() < playhead.handedFrames || clock.now() < this.#earliestEndMs) return undefined;
    return this.#askedAtMs + this.#unheardMs < owedSinceMs() ? "writer" : "us";
  }

  /** The stream is paused, or has ended: what is not decided yet is decided as things stand. */
  settle(): void {
    this.#look(0);
    this.#reckon();
  }

  /** It goes on after a pause. */
  resumed(): void {
    this.#behindMs = undefined;
    this.#askedAtMs = this.#options.clock.now();
    this.#unheardMs = this.#unheard();
  }

  /**
   * Looks whether what came late is being heard by now: then the playhead tells what was missed. `dryMs`: how long the listener has been
   * dry by now, should he be.
   */
  #look(dryMs: number): void {
    const { clock, playhead, sampleRate } = this.#options;
    if (playhead.basis !== "sink") return;
    const heardFrames = playhead.heardFrames();
    const standsMs = heardFrames < playhead.handedFrames ? 0 : dryMs;
    const last = this.#late.at(-1);
    if (heardFrames === 0 || (standsMs <= 0 && heardFrames === playhead.handedFrames) || (last !== undefined && heardFrames <= last.frame)) return;
    const behindMs = clock.now() - standsMs - (heardFrames * 1000) / sampleRate;
    if (last !== undefined) this.#decide(this.#late.splice(0), behindMs);
    this.#behindMs = behindMs;
  }

  #decide(late: readonly LateChunk[], behindMs: number): void {
    if (this.#behindMs === undefined) for (const { reckonedMs } of late) this.#tell(reckonedMs);
    else if (behindMs - this.#behindMs > this.#threshold(late)) {
      const certain = late.filter(({ reckonedMs }) => reckonedMs > SHORTEST_DRY_MS);
      const spells = Math.max(1, certain.length);
      for (let spell = 0; spell < spells; spell += 1) this.#options.onDry((behindMs - this.#behindMs) / spells);
    }
  }

  /** What the playhead must have missed to be believed: less where the sink had certainly nothing left to play. */
  #threshold(late: readonly LateChunk[]): number {
    return late.some(({ reckonedMs }) => reckonedMs > SHORTEST_DRY_MS) ? SHORTEST_DRY_MS : PLAYHEAD_ERROR_MS;
  }

  #reckon(): void {
    for (const { reckonedMs } of this.#late.splice(0)) this.#tell(reckonedMs);
    this.#behindMs = undefined;
  }

  #tell(ms: number): void {
    if (ms > SHORTEST_DRY_MS) this.#options.onDry(ms);
  }

  #unheard(): number {
    const { playhead, sampleRate } = this.#options;
    return ((playhead.handedFrames - playhead.heardFrames()) * 1000) / sampleRate;
  }
}
