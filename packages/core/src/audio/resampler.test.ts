import { TTSError } from "@parlando/engine";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amplitudeAt, cut, cutting, decibels, noise, tone } from "./signals.test-helper.ts";
import { createResampler } from "./resampler.ts";
import { joinSamples } from "./join-samples.ts";

function resample(samples: Float32Array, fromRate: number, toRate: number, sizes: readonly number[] = [samples.length]): Float32Array {
  const resampler = createResampler(fromRate, toRate);
  const parts = cut(samples, sizes).map((part) => resampler.process(part));
  return joinSamples([...parts, resampler.flush()]);
}

/** The middle of a resampled tone, where the filter has settled. */
function steadyTone(frequency: number, fromRate: number, toRate: number): Float32Array {
  const whole = resample(tone(Math.round(0.6 * fromRate), frequency, fromRate), fromRate, toRate);
  return whole.subarray(Math.round(0.1 * toRate), Math.round(0.5 * toRate));
}

const pairs: readonly (readonly [number, number])[] = [
  [24_000, 48_000], [22_050, 48_000], [16_000, 24_000], [44_100, 48_000], [48_000, 44_100], [24_000, 16_000], [48_000, 16_000],
  [44_100, 16_000], [24_000, 8_000], [8_000, 24_000], [12_347, 24_000],
];

describe("createResampler: quality", () => {
  it.each(pairs)("%i to %i Hz: pass band within 0.1 dB up to 0.90 of the slower Nyquist frequency", (fromRate, toRate) => {
    for (const place of [0.02, 0.3, 0.6, 0.8, 0.85, 0.9]) {
      const frequency = (place * Math.min(fromRate, toRate)) / 2;
      const gain = decibels(amplitudeAt(steadyTone(frequency, fromRate, toRate), frequency, toRate) / 0.5);
      expect(Math.abs(gain), `at ${place} of Nyquist`).toBeLessThan(0.1);
    }
  });

  it.each(pairs.filter(([fromRate, toRate]) => toRate > fromRate))("%i to %i Hz: images at most -120 dB", (fromRate, toRate) => {
    for (const place of [0.1, 0.5, 0.8, 0.9, 0.97]) {
      const frequency = (place * fromRate) / 2;
      const steady = steadyTone(frequency, fromRate, toRate);
      for (const image of imagesOf(frequency, fromRate, toRate)) {
        expect(decibels(amplitudeAt(steady, image, toRate) / 0.5), `image of ${frequency} at ${image} Hz`).toBeLessThan(-120);
      }
    }
  });

  it.each(pairs.filter(([fromRate, toRate]) => toRate < fromRate))("%i to %i Hz: aliases at most -120 dB", (fromRate, toRate) => {
    for (const place of [1.01, 1.03, 1.1, 1.3, 1.7, 2.4]) {
      const frequency = (place * toRate) / 2;
      if (frequency >= (0.98 * fromRate) / 2) continue;
      const loudest = steadyTone(frequency, fromRate, toRate).reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
      expect(decibels(loudest / 0.5), `alias of ${frequency} Hz`).toBeLessThan(-120);
    }
  });

  it("takes out its own delay", () => {
    const click = new Float32Array(400);
    click[100] = 1;
    const peak = resample(click, 24_000, 48_000);
    expect(peak.indexOf(Math.max(...peak))).toBe(200);
  });

  it("leaves a constant exactly as it is", () => {
    const steady = resample(new Float32Array(3_000).fill(0.25), 22_050, 48_000).subarray(1_000, 5_000);
    expect(new Set(steady)).toEqual(new Set([0.25]));
  });
});

function imagesOf(frequency: number, fromRate: number, toRate: number): number[] {
  const images: number[] = [];
  for (let order = 1; order * fromRate - frequency < toRate / 2; order += 1) {
    images.push(order * fromRate - frequency);
    if (order * fromRate + frequency < toRate / 2) images.push(order * fromRate + frequency);
  }
  return images;
}

describe("createResampler: streaming", () => {
  it.each([...pairs, [44_100, 8_000], [192_000, 8_000], [8_000, 192_000], [48_000, 12_347]] as const)("%i to %i Hz: cut anyhow is the same to the bit, and as long as it should be", (fromRate, toRate) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000 }), cutting, (length, sizes) => {
        const samples = noise(length);
        const whole = resample(samples, fromRate, toRate);
        expect(whole.length).toBe(Math.round((length * toRate) / fromRate));
        expect(resample(samples, fromRate, toRate, sizes)).toEqual(whole);
      }),
      { numRuns: 15, seed: 7 },
    );
  });

  it("is the same over long input, one slice after the other", () => {
    const samples = noise(30_000);
    expect(resample(samples, 44_100, 48_000, [441])).toEqual(resample(samples, 44_100, 48_000));
  });

  it("withholds no more than 66 frames of the slower rate", () => {
    expect(createResampler(24_000, 48_000).process(noise(480)).length).toBeGreaterThanOrEqual(2 * (480 - 66));
    expect(createResampler(48_000, 16_000).process(noise(960)).length).toBeGreaterThanOrEqual(320 - 66);
  });

  it("begins anew after flush", () => {
    const resampler = createResampler(16_000, 24_000);
    const once = (): Float32Array => joinSamples([resampler.process(noise(500)), resampler.flush()]);
    expect(once()).toEqual(once());
  });

  it("gives nothing for nothing", () => {
    const resampler = createResampler(16_000, 24_000);
    expect(resampler.process(new Float32Array(0)).length).toBe(0);
    expect(resampler.flush().length).toBe(0);
  });

  it("returns the array itself where rates are equal", () => {
    const samples = noise(10);
    expect(createResampler(24_000, 24_000).process(samples)).toBe(samples);
  });

  it.each([0, -8_000, 999, 1_000_000, 22_050.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses a rate of %d", (rate) => {
    expect(() => createResampler(rate, 24_000)).toThrow(TTSError);
    expect(() => createResampler(24_000, rate)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });
});
