import { SegmentAudioPath } from "./audio-path.ts";
import type { Samples } from "./samples.ts";

/** A path that gives its samples to `onSamples`, which hold for as long as that runs. */
export function openAudioPath({ sampleRate = 24_000, gain = 1, onSamples }: { sampleRate?: number; gain?: number; onSamples: (samples: Samples) => void }): SegmentAudioPath {
  const output = { samples: onSamples, last: () => undefined, replaced: () => undefined };
  return new SegmentAudioPath({ sampleRate, leadMs: 20, pauseMs: 250, gain, engine: "scripted", output, breathe: async () => undefined });
}
