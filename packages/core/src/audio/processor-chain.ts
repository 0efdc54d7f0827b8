import { TTSError } from "@parlando/engine";
import type { AudioProcessor } from "./audio-processor.ts";
import { joinSamples } from "./join-samples.ts";

/** The audio processors of one stream, one behind the other; what comes out stands where it stood when it went in. */
export interface ProcessorChain {
  process(samples: Float32Array): Float32Array;
  flush(): Float32Array;
}

/** Builds the processors. What they throw becomes `INVALID_INPUT`: they belong to the app. */
export function createProcessorChain(factories: readonly (() => AudioProcessor)[], sampleRate: number): ProcessorChain {
  const links = factories.map((create) => createLink(create(), sampleRate));
  return {
    process: (samples) => links.reduce((carried, link) => (carried.length === 0 ? carried : link.process(carried)), samples),
    flush: () =>
      links.reduce<Float32Array>((carried, link) => {
        const through = carried.length === 0 ? carried : link.process(carried);
        return joinSamples([through, link.flush()]);
      }, new Float32Array(0)),
  };
}

/**
 * Takes the delay of a processor out again. It may show in two ways: as so many frames too much at the start (a delay line), or as
 * frames held back until later. Only the first must be cut off, so it is counted, not assumed.
 */
function createLink(processor: AudioProcessor, sampleRate: number): ProcessorChain {
  let consumed = 0;
  let produced = 0;
  let dropped = 0;
  return {
    process(samples) {
      const result = guard(() => processor.process(samples, sampleRate));
      consumed += samples.length;
      produced += result.length;
      const early = Math.min(processor.latencyFrames, produced - Math.max(0, consumed - processor.latencyFrames));
      const drop = Math.min(result.length, Math.max(0, early - dropped));
      dropped += drop;
      return drop === 0 ? result : result.subarray(drop);
    },
    flush: () => guard(() => processor.flush()),
  };
}

function guard(work: () => Float32Array): Float32Array {
  try {
    return work();
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : typeof cause;
    throw new TTSError("INVALID_INPUT", `An audio processor of the stream failed (${name}), which ended the stream. See the error's cause.`, { cause });
  }
}
