import { interleave, pickChannel, toMono } from "./channels.ts";
import { createResampler } from "./resampler.ts";

/** Rate in Hz and interleaved channels. */
export interface SampleFormat {
  readonly sampleRate: number;
  readonly channels: number;
}

/** A streaming change of rate and channels. */
export interface FormatConverter {
  process(samples: Float32Array): Float32Array;
  flush(): Float32Array;
}

/** Makes a converter for interleaved samples. Where nothing changes, the arrays given are returned. Channels that differ in number are averaged, then repeated. */
export function createFormatConverter(from: SampleFormat, to: SampleFormat): FormatConverter {
  const kept = from.channels === to.channels ? from.channels : 1;
  const resamplers = Array.from({ length: kept }, () => createResampler(from.sampleRate, to.sampleRate));
  const isSameRate = from.sampleRate === to.sampleRate;

  const finish = (lanes: readonly Float32Array[]): Float32Array => (kept === to.channels ? weave(lanes) : interleave(lanes[0] ?? new Float32Array(0), to.channels));
  return {
    process(samples) {
      if (isSameRate && kept === from.channels) return samples;
      if (kept === 1) return finish(resamplers.map((resampler) => resampler.process(toMono(samples, from.channels))));
      return finish(resamplers.map((resampler, lane) => resampler.process(pickChannel(samples, kept, lane))));
    },
    flush: () => finish(resamplers.map((resampler) => resampler.flush())),
  };
}

function weave(lanes: readonly Float32Array[]): Float32Array {
  const first = lanes[0] ?? new Float32Array(0);
  if (lanes.length === 1) return first;
  const woven = new Float32Array(first.length * lanes.length);
  lanes.forEach((lane, place) => {
    for (let index = 0; index < lane.length; index += 1) woven[index * lanes.length + place] = lane[index] ?? 0;
  });
  return woven;
}
