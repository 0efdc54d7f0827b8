import type { WindowCodec } from "./codec.ts";
import { hop, never } from "./codec.test-helper.ts";

/**
 * The overlap rule that NeuTTS publishes (`streaming_lookback` 50, `streaming_lookforward` 5, `streaming_overlap_frames` 1, 25 codes a piece), written from
 * its description and by nothing of ours: frames of 27 codes are weighted by triangles and added, all of them anew. Its last frame begins one code early, as
 * published. The one thing that is put right is where a window begins, which its decoder in PyTorch does not need: samples are placed by the lead.
 */
export async function publishedOverlapAdd({ codec, context, codes }: { codec: WindowCodec; context: Int32Array; codes: Int32Array }): Promise<Float32Array> {
  const cache = new Int32Array(context.length + codes.length);
  cache.set(context);
  cache.set(codes, context.length);
  const frames: Float32Array[] = [];
  const decode = async (from: number, to: number): Promise<Float32Array> => {
    const placed = new Float32Array((to - from) * hop);
    placed.set(await codec.decode(cache.slice(from, to), never), codec.geometry.leadSamples);
    return placed;
  };
  let n = context.length;
  while (cache.length - n >= 25 + 5) {
    const s = Math.max(n - 50 - 1, 0);
    const a = (n - s) * hop;
    frames.push((await decode(s, n + 25 + 5 + 1 > cache.length ? cache.length : n + 25 + 5 + 1)).slice(a, a + 27 * hop));
    n += 25;
  }
  const remaining = cache.length - n;
  if (remaining > 0) {
    const s = Math.max(cache.length - (50 + 1 + remaining), 0);
    frames.push((await decode(s, cache.length)).slice((cache.length - s - remaining - 1) * hop));
  }
  return linearOverlapAdd(frames, 25 * hop);
}

function linearOverlapAdd(frames: readonly Float32Array[], stride: number): Float32Array {
  const total = Math.max(...frames.map((frame, index) => index * stride + frame.length));
  const sum = new Float64Array(total);
  const weights = new Float64Array(total);
  for (const [index, frame] of frames.entries()) {
    for (let at = 0; at < frame.length; at += 1) {
      const weight = 0.5 - Math.abs((at + 1) / (frame.length + 1) - 0.5);
      sum[index * stride + at]! += weight * frame[at]!;
      weights[index * stride + at]! += weight;
    }
  }
  return Float32Array.from(sum, (value, index) => value / weights[index]!);
}
