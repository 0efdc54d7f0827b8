import { TTSError } from "@parlando/engine";
import { toFloat } from "./samples.ts";

/**
 * The samples of a `pcm` event as floating point, the array itself where it is that. The contract asks for a `Float32Array`; engines without types
 * send others, and one that is full of sound must not be heard as silence: doubles are taken as they are, 16-bit samples scaled.
 *
 * @throws TTSError `BAD_AUDIO` for anything else.
 */
export function engineSamples(samples: unknown, engine: string): Float32Array {
  if (samples instanceof Float32Array) return samples;
  // By their names: arrays of another realm are none of this one's.
  const kind = ArrayBuffer.isView(samples) ? Object.prototype.toString.call(samples).slice(8, -1) : Array.isArray(samples) ? "Array" : typeof samples;
  if (kind === "Float32Array" || kind === "Float64Array") return Float32Array.from(samples as Float64Array);
  if (kind === "Int16Array") return toFloat(Int16Array.from(samples as Int16Array));
  throw new TTSError("BAD_AUDIO", `The engine "${engine}" sent a pcm event whose samples are of the type ${kind}; expected a Float32Array, full scale at ±1.`, { engine });
}
