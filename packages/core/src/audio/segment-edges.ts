import { createEdgeFader, type EdgeFader } from "./edge-fader.ts";
import { joinSamples } from "./join-samples.ts";
import type { Samples } from "./samples.ts";
import { SilenceTrimmer } from "./silence-trimmer.ts";

/** How the two ends of one segment are treated. */
export interface SegmentEdgesOptions {
  /** In Hz. */
  readonly sampleRate: number;
  /** Silence left before the first sound, in milliseconds. */
  readonly leadMs: number;
  /** Silence left after the last sound, in milliseconds. */
  readonly pauseMs: number;
  /** Most silence held back while it is open whether sound follows, in milliseconds; default 1,000. Longer pauses are let through. */
  readonly holdMs?: number | undefined;
}

/** A streaming change of one segment's samples: silence at its ends set to a length, edges that would click faded. */
export interface SegmentEdges<Kind extends Samples = Float32Array> {
  /** Frames left out at the start; final after the first output. */
  readonly trimmedFrames: number;
  /** Frames that went in and are held back, because what follows decides about them. */
  readonly heldFrames: number;
  /** Whether anything but silence went in. */
  readonly hasSound: boolean;
  process(samples: Kind): Kind;
  /** The rest. After it the object is used up. */
  flush(): Kind;
}

const fadeMs = 5;
const defaultHoldMs = 1_000;
const leadHoldMs = 500;

/**
 * Treats the ends of one segment, mono, 16-bit or floating point.
 *
 * Silence (below -60 dBFS) at the start and the end is cut down to `leadMs` and `pauseMs`; pauses inside stay whole. What comes
 * out is one unbroken stretch of what went in, to the bit, except where sound (above -54 dBFS) begins or ends at once: there 5 ms are faded by
 * a raised cosine. A segment of silence alone, or one that begins with more than 500 ms of it, keeps what it has: such silence was
 * meant. Held back are the last 5 ms, and silence until sound follows.
 *
 * @example
 * ```ts
 * const edges = createSegmentEdges({ sampleRate: 24_000, leadMs: 10, pauseMs: 250 });
 * for (const block of blocks) play(edges.process(block));
 * play(edges.flush());
 * ```
 */
export function createSegmentEdges<Kind extends Samples = Float32Array>({ sampleRate, leadMs, pauseMs, holdMs = defaultHoldMs }: SegmentEdgesOptions): SegmentEdges<Kind> {
  const frames = (milliseconds: number): number => Math.max(0, Math.round((milliseconds * sampleRate) / 1_000));
  const trimmer = new SilenceTrimmer<Kind>({ leadFrames: frames(leadMs), pauseFrames: frames(pauseMs), heldLeadFrames: frames(leadHoldMs), heldFrames: frames(holdMs) });
  return new TrimmedAndFaded(trimmer, createEdgeFader<Kind>({ fadeFrames: Math.max(1, frames(fadeMs)) }));
}

class TrimmedAndFaded<Kind extends Samples> implements SegmentEdges<Kind> {
  readonly #trimmer: SilenceTrimmer<Kind>;
  readonly #fader: EdgeFader<Kind>;
  #flushed = false;
  #taken = 0;
  #given = 0;

  constructor(trimmer: SilenceTrimmer<Kind>, fader: EdgeFader<Kind>) {
    this.#trimmer = trimmer;
    this.#fader = fader;
  }

  get heldFrames(): number {
    return this.#flushed ? 0 : this.#taken - this.#given - this.#trimmer.trimmedFrames;
  }

  get hasSound(): boolean {
    return this.#trimmer.hasSound;
  }

  get trimmedFrames(): number {
    return this.#trimmer.trimmedFrames;
  }

  process(samples: Kind): Kind {
    const treated = this.#fader.process(this.#trimmer.process(samples));
    this.#taken += samples.length;
    this.#given += treated.length;
    return treated;
  }

  flush(): Kind {
    const last = this.#flushed ? [] : [this.#fader.process(this.#trimmer.flush()), this.#fader.flush()];
    this.#flushed = true;
    return joinSamples(last) as Kind;
  }
}
