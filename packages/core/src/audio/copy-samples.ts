import { scaleInt16, type Samples } from "./samples.ts";

/** Fewer are copied one by one: a view on them, which the copy of a part needs, costs more than they. */
const FEW = 256;

/** Copies `count` samples, from place `from` of one array to place `at` of another; 16-bit ones may become floating point, not the other way round. */
export function copySamples(source: Samples, from: number, { target, at, count }: { readonly target: Samples; readonly at: number; readonly count: number }): void {
  if (source instanceof Int16Array && target instanceof Float32Array) return scaleInt16(source.subarray(from, from + count), target.subarray(at, at + count));
  if (count === source.length) return target.set(source, at);
  if (count > FEW) return target.set(source.subarray(from, from + count), at);
  for (let index = 0; index < count; index += 1) target[at + index] = source[from + index] as number;
}
