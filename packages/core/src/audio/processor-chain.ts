import { TTSError } from "@parlando/engine";
import type { AudioProcessor } from "./audio-processor.ts";
import { joinSamples } from "./join-samples.ts";

/** The audio processors of one stream, one behind the other; what comes out stands where it stood when it went in. */
export interface ProcessorChain {
  process(samples: Float32Array): Float32Array;
  flush(): Float32Array;
}

/** Builds the processors. What they throw or return amiss becomes `INVALID_INPUT`: they belong to the app. */
export function createProcessorChain(factories: readonly (() => AudioProcessor)[], sampleRate: number): ProcessorChain {
  const links = factories.map((create) => createLink(madeBy(create), sampleRate));
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
      const result = samplesOf("process()", () => processor.process(samples, sampleRate));
      consumed += samples.length;
      produced += result.length;
      const early = Math.min(processor.latencyFrames, produced - Math.max(0, consumed - processor.latencyFrames));
      const drop = Math.min(result.length, Math.max(0, early - dropped));
      dropped += drop;
      return drop === 0 ? result : result.subarray(drop);
    },
    flush: () => samplesOf("flush()", () => processor.flush()),
  };
}

function madeBy(create: () => AudioProcessor): AudioProcessor {
  const processor: unknown = guard("The factory", create);
  if (isProcessor(processor)) return processor;
  throw new TTSError("INVALID_INPUT", `The factory of an audio processor of the stream returned ${nameOf(processor)}; expected a processor with latencyFrames (0 or more), process() and flush(). Correct the processor.`);
}

function isProcessor(value: unknown): value is AudioProcessor {
  if (typeof value !== "object" || value === null || !("latencyFrames" in value && "process" in value && "flush" in value)) return false;
  const { latencyFrames, process, flush } = value;
  return typeof latencyFrames === "number" && latencyFrames >= 0 && Number.isFinite(latencyFrames) && typeof process === "function" && typeof flush === "function";
}

function samplesOf(name: string, work: () => Float32Array): Float32Array {
  const samples: unknown = guard(name, work);
  if (samples instanceof Float32Array) return samples;
  throw new TTSError("INVALID_INPUT", `${name} of an audio processor of the stream returned ${nameOf(samples)}, which ended the stream; expected a Float32Array, empty where there is nothing to pass on. Correct the processor.`);
}

function nameOf(value: unknown): string {
  if (typeof value !== "object") return value === undefined ? "nothing" : `a ${typeof value}`;
  return value === null ? "null" : value instanceof Promise ? "a promise" : "another object";
}

function guard<Result>(name: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    const kind = cause instanceof Error ? cause.name : typeof cause;
    throw new TTSError("INVALID_INPUT", `${name} of an audio processor of the stream failed (${kind}), which ended the stream. See the error's cause.`, { cause });
  }
}
