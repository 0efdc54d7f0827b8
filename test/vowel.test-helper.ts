import { createRandom } from "@parlando/testkit";

/** A vowel, held: pulses of a voice through three resonances, loud from its first sample to its last, so that every edge would click. */
export function vowel(frames: number, options: { sampleRate: number; pitchHz: number; seed: number }): Float32Array {
  const { sampleRate, pitchHz } = options;
  const random = createRandom(options.seed);
  const samples = new Float32Array(frames);
  const period = sampleRate / pitchHz;
  const resonances = [[650, 80], [1100, 90], [2600, 160]].map(([hz = 0, width = 0]) => {
    const radius = Math.exp((-Math.PI * width) / sampleRate);
    return { a: 2 * radius * Math.cos((2 * Math.PI * hz) / sampleRate), b: -radius * radius, one: 0, two: 0 };
  });
  // It sounds for a while before its first sample is kept, so that it begins in the middle of a sound.
  const lead = sampleRate / 5;
  let peak = 0;
  for (let frame = -lead; frame < frames; frame += 1) {
    let value = (frame + lead) % period < 1 ? 1 : 0.002 * random.normal();
    for (const resonance of resonances) {
      value += resonance.a * resonance.one + resonance.b * resonance.two;
      resonance.two = resonance.one;
      resonance.one = value;
    }
    if (frame >= 0) samples[frame] = value;
    peak = Math.max(peak, Math.abs(value));
  }
  return samples.map((sample) => (0.5 * sample) / peak);
}
