import { createEdgeFader } from "./edge-fader.ts";
import { joinSamples } from "./join-samples.ts";
import type { Samples } from "./samples.ts";
import { createSilenceTrimmer } from "./silence-trimmer.ts";

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
  const trimmer = createSilenceTrimmer<Kind>({ leadFrames: frames(leadMs), pauseFrames: frames(pauseMs), heldLeadFrames: frames(leadHoldMs), heldFrames: frames(holdMs) });
  const fader = createEdgeFader<Kind>({ fadeFrames: Math.max(1, frames(fadeMs)) });
  let flushed = false;
  let taken = 0;
  let given = 0;
  return {
    get heldFrames() {
      return flushed ? 0 : taken - given - trimmer.trimmedFrames;
    },
    get trimmedFrames() {
      return trimmer.trimmedFrames;
    },
    process(samples) {
      const treated = fader.process(trimmer.process(samples));
      taken += samples.length;
      given += treated.length;
      return treated;
    },
    flush() {
      const last = flushed ? [] : [fader.process(trimmer.flush()), fader.flush()];
      flushed = true;
      return joinSamples(last) as Kind;
    },
  };
}
