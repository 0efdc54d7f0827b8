import type { LoudnessMeter } from "../audio/loudness.ts";
import { joinSamples } from "../audio/join-samples.ts";
import { toFloat, type Samples } from "../audio/samples.ts";

/** Other voices are made at most so much louder or softer: 12 dB. */
const MOST = 4;
/** A voice that is made louder must not be cut off at full scale: speech peaks about 14 dB above its mean. */
const CREST = 5;

/** So much of a voice that was not heard before is looked at before it is passed on, at most. */
const LOOK_MS = 500;

/** The audio of one segment, brought to the loudness of the stream. */
export interface MatchedAudio {
  /** Takes the next samples, and gives what can be passed on. */
  push(samples: Samples): Samples;
  /** The rest. */
  flush(): Samples;
}

/**
 * Keeps a stream at one loudness when another engine goes on: the level of each voice is measured, and the audio of those that go on is brought to
 * that of the one that spoke first. One gain for each segment: within one it never changes.
 */
export class LoudnessMatch {
  #first: LoudnessMeter | undefined;

  /** For a segment of a voice whose level `meter` measures. */
  open(meter: LoudnessMeter, sampleRate: number): MatchedAudio {
    let gain: number | undefined;
    let held: Samples[] = [];
    const release = (isEnd: boolean): Samples => {
      const begun = joinSamples(held);
      const isEnough = isEnd || meter.level !== undefined || begun.length * 1000 >= LOOK_MS * sampleRate;
      if (!isEnough) return NOTHING;
      gain = this.#gainOf(meter);
      held = [];
      return louder(begun, gain);
    };
    return {
      push: (samples) => {
        this.#first ??= meter;
        meter.push(samples);
        if (meter === this.#first) return samples;
        if (gain !== undefined) return louder(samples, gain);
        held.push(samples.slice());
        return release(false);
      },
      flush: () => (held.length === 0 ? NOTHING : release(true)),
    };
  }

  #gainOf(meter: LoudnessMeter): number {
    const wanted = this.#first?.level;
    const own = meter.level;
    if (wanted === undefined || own === undefined) return 1;
    return Math.max(1 / MOST, Math.min(MOST, wanted / own, Math.max(1, 1 / (CREST * own))));
  }
}

const NOTHING: Samples = new Float32Array(0);

function louder(samples: Samples, gain: number): Samples {
  return gain === 1 ? samples : toFloat(samples).map((sample) => sample * gain);
}
