import { joinSamples } from "./join-samples.ts";
import { SampleQueue } from "./sample-queue.ts";
import { fullScaleOf, type Samples } from "./samples.ts";

/** Samples below this (-60 dBFS) are silence: under the noise of a quiet room at speaking level. */
const silenceLevel = 0.001;

/** Shortens the silence at both ends of one piece of audio, in frames. */
export interface SilenceTrimmerOptions {
  /** Silence to leave before the first sound. */
  readonly leadFrames: number;
  /** Silence to leave after the last sound. */
  readonly pauseFrames: number;
  /** Most silence to hold back before the first sound; longer silence is taken for meant, and let through whole. */
  readonly heldLeadFrames: number;
  /** Most silence to hold back while it is open whether sound follows. */
  readonly heldFrames: number;
}

/** What {@link createSilenceTrimmer} makes. */
export interface SilenceTrimmer<Kind extends Samples> {
  /** Frames left out at the start; final after the first output. */
  readonly trimmedFrames: number;
  process(samples: Kind): Kind;
  flush(): Kind;
}

/** Makes a trimmer. What comes out is one unbroken stretch of what went in, whatever the cutting; nothing but silence is left out. */
export function createSilenceTrimmer<Kind extends Samples>({ leadFrames, pauseFrames, heldLeadFrames, heldFrames }: SilenceTrimmerOptions): SilenceTrimmer<Kind> {
  const held = new SampleQueue<Kind>();
  let trimmedFrames = 0;
  /** The start is over: it was trimmed, or is too long to be. */
  let started = false;
  let heard = false;
  let pause = 0;

  const beforeSound = (samples: Kind, onset: number): Kind => {
    held.push(own(part(samples, 0, onset)));
    started = onset < samples.length || held.frames > heldLeadFrames;
    if (started && held.frames <= heldLeadFrames) trimmedFrames += dropAllBut(held, leadFrames);
    return started ? held.take(held.frames) : part(samples, 0, 0);
  };

  const afterSound = (samples: Kind): Kind => {
    const end = soundEnd(samples);
    heard ||= end > 0;
    if (end === samples.length && held.frames === 0) {
      pause = 0;
      return samples;
    }
    if (end > 0) pause = 0;
    const released = end > 0 ? held.take(held.frames) : part(samples, 0, 0);
    const shown = Math.min(samples.length, end + Math.max(0, pauseFrames - pause));
    pause += shown - end;
    held.push(own(part(samples, shown)));
    const overflow = held.take(Math.max(0, held.frames - heldFrames));
    return joinSamples([released, part(samples, 0, shown), overflow]) as Kind;
  };

  return {
    get trimmedFrames() {
      return trimmedFrames;
    },
    process(samples) {
      if (started) return afterSound(samples);
      const onset = soundStart(samples);
      const lead = beforeSound(samples, onset);
      if (onset === samples.length) return lead;
      return joinSamples([lead, afterSound(part(samples, onset))]) as Kind;
    },
    flush() {
      // Nothing but silence was asked for, or made: it is not the trimmer's to judge.
      return held.take(heard ? 0 : held.frames);
    },
  };
}

/** Floating-point samples may be used again by whoever gave them; what waits must not be. */
const own = <Kind extends Samples>(samples: Kind): Kind => (samples instanceof Float32Array ? (samples.slice() as Samples as Kind) : samples);

const part = <Kind extends Samples>(samples: Kind, from: number, to?: number): Kind => samples.subarray(from, to) as Kind;

function dropAllBut(queue: SampleQueue<Samples>, count: number): number {
  const dropped = Math.max(0, queue.frames - count);
  queue.drop(dropped);
  return dropped;
}

/** Index of the first sample that is not silence, or the length. */
function soundStart(samples: Samples): number {
  const level = silenceLevel * fullScaleOf(samples);
  let index = 0;
  while (index < samples.length && Math.abs(samples[index] ?? 0) < level) index += 1;
  return index;
}

/** Index behind the last sample that is not silence, or 0. */
function soundEnd(samples: Samples): number {
  const level = silenceLevel * fullScaleOf(samples);
  let index = samples.length;
  while (index > 0 && Math.abs(samples[index - 1] ?? 0) < level) index -= 1;
  return index;
}
