import { renderBlock } from "./resampler-kernels.ts";
import { resamplerTable } from "./resampler-table.ts";
import { checkSampleRate } from "./sample-rate.ts";

/** A streaming change of sample rate for one mono signal. */
export interface Resampler {
  readonly fromRate: number;
  readonly toRate: number;
  /** Output frames that can be made by now. With equal rates this is the array that was given. */
  process(samples: Float32Array): Float32Array;
  /** The rest: in all, `round(frames in × toRate / fromRate)` frames have come out. The next `process` begins a new signal. */
  flush(): Float32Array;
}

/** Input frames worked on at a time: bounds the buffer whatever is pushed. */
const sliceFrames = 4_096;

/**
 * Makes a resampler: a polyphase filter, linear in phase, its delay taken out.
 *
 * Output frame `n` lies at input time `n × fromRate / toRate`. It is made as soon as 66 frames of the slower rate beyond it are
 * known (2.75 ms at 24 kHz), so that much is withheld until `flush`. The result is the same to the bit however the input is cut.
 * Images and aliases are below -120 dB, the pass band is flat to 0.1 dB up to 0.90 of the slower Nyquist frequency.
 *
 * @throws TTSError `INVALID_INPUT` where a rate is not a whole number of Hz that audio uses.
 * @example
 * ```ts
 * const resampler = createResampler(24_000, 48_000);
 * for (const block of blocks) play(resampler.process(block));
 * play(resampler.flush());
 * ```
 */
export function createResampler(fromRate: number, toRate: number): Resampler {
  checkSampleRate(fromRate, "The rate to resample from");
  checkSampleRate(toRate, "The rate to resample to");
  return fromRate === toRate ? createIdentity(fromRate) : createPolyphase(fromRate, toRate);
}

function createIdentity(rate: number): Resampler {
  return { fromRate: rate, toRate: rate, process: (samples) => samples, flush: () => new Float32Array(0) };
}

function createPolyphase(fromRate: number, toRate: number): Resampler {
  const table = resamplerTable(fromRate, toRate);
  const { up, down, taps, lookBack } = table;
  const input = new Float64Array(taps + down + sliceFrames);
  const silence = new Float32Array(taps - lookBack);
  // `start` can pass `filled`: when the rate falls a lot, the next output may begin beyond what has come.
  let filled = 0, start = 0, phase = 0, framesIn = 0, framesOut = 0;

  const reset = (): void => {
    input.fill(0, 0, lookBack - 1);
    filled = lookBack - 1;
    start = phase = framesIn = framesOut = 0;
  };

  /** Outputs whose last tap lies within the first `available` input frames from `start`. */
  const ready = (available: number): number => (available < taps ? 0 : Math.floor(((available - taps + 1) * up - 1 - phase) / down) + 1);

  const consume = (samples: Float32Array, output: Float32Array): void => {
    for (let offset = 0, made = 0; offset < samples.length; ) {
      const slice = samples.subarray(offset, offset + sliceFrames);
      offset += slice.length;
      input.set(slice, filled);
      filled += slice.length;
      const count = Math.min(ready(filled - start), output.length - made);
      renderBlock({ table, input, start, phase, output, outputStart: made, count });
      made += count;
      const position = phase + count * down;
      start += Math.floor(position / up);
      phase = position % up;
      const kept = Math.min(start, filled);
      input.copyWithin(0, kept, filled);
      filled -= kept;
      start -= kept;
    }
  };

  reset();
  return {
    fromRate,
    toRate,
    process(samples) {
      const output = new Float32Array(Math.max(0, ready(filled + samples.length - start)));
      consume(samples, output);
      framesIn += samples.length;
      framesOut += output.length;
      return output;
    },
    flush() {
      const output = new Float32Array(Math.max(0, Math.round((framesIn * up) / down) - framesOut));
      if (output.length > 0) consume(silence, output);
      reset();
      return output;
    },
  };
}
