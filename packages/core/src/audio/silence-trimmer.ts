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

/** What comes out is one unbroken stretch of what went in, whatever the cutting; nothing but silence is left out. */
export class SilenceTrimmer<Kind extends Samples> {
  readonly #options: SilenceTrimmerOptions;
  readonly #held = new SampleQueue<Kind>();
  #trimmedFrames = 0;
  /** The start is over: it was trimmed, or is too long to be. */
  #started = false;
  #heard = false;
  #pause = 0;

  constructor(options: SilenceTrimmerOptions) {
    this.#options = options;
  }

  /** Frames left out at the start; final after the first output. */
  get trimmedFrames(): number {
    return this.#trimmedFrames;
  }

  /** Whether anything but silence went in. */
  get hasSound(): boolean {
    return this.#heard;
  }

  /** What comes out may lie in what went in. */
  process(samples: Kind): Kind {
    if (this.#started) return this.#afterSound(samples);
    const onset = soundStart(samples);
    const lead = this.#beforeSound(samples, onset);
    if (onset === samples.length) return lead;
    return joinSamples([lead, this.#afterSound(part(samples, onset))]) as Kind;
  }

  /** The rest: nothing but silence was asked for, or made, and it is not the trimmer's to judge. */
  flush(): Kind {
    return this.#held.take(this.#heard ? 0 : this.#held.frames);
  }

  #beforeSound(samples: Kind, onset: number): Kind {
    const { leadFrames, heldLeadFrames } = this.#options;
    const held = this.#held;
    held.push(own(part(samples, 0, onset)));
    this.#started = onset < samples.length || held.frames > heldLeadFrames;
    if (this.#started && held.frames <= heldLeadFrames) this.#trimmedFrames += dropAllBut(held, leadFrames);
    return this.#started ? held.take(held.frames) : part(samples, 0, 0);
  }

  #afterSound(samples: Kind): Kind {
    const held = this.#held;
    const end = soundEnd(samples);
    this.#heard ||= end > 0;
    if (end === samples.length && held.frames === 0) {
      this.#pause = 0;
      return samples;
    }
    if (end > 0) this.#pause = 0;
    const released = end > 0 ? held.take(held.frames) : part(samples, 0, 0);
    const shown = Math.min(samples.length, end + Math.max(0, this.#options.pauseFrames - this.#pause));
    this.#pause += shown - end;
    if (shown < samples.length) held.push(own(part(samples, shown)));
    const overflow = held.take(Math.max(0, held.frames - this.#options.heldFrames));
    return joinSamples([released, part(samples, 0, shown), overflow]) as Kind;
  }
}

/** Whoever gave samples may use their array again; what waits must not be. */
const own = <Kind extends Samples>(samples: Kind): Kind => samples.slice() as Kind;

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
