/**
 * The resampler: how flat, how clean, how exact, how fast, how late. Run by `npm run bench resampler`; `--json` prints one object.
 *
 * Gains and images are read from tones by a window whose side lobes lie below -160 dB; aliases are the loudest sample left of a
 * tone beyond the slower Nyquist frequency. Exactness is the length of 60 signals for each ratio against `round(frames × to / from)`, and the
 * loudest difference between a signal resampled whole and in pieces of 1 to 997 frames. Beside each number stands that of a linear
 * interpolation (the baseline) in the same run; speed is processor time on one core, 20 ms at a time, beside that and a plain copy loop.
 */
import { createResampler } from "@parlando/core";

const pairs = [[24_000, 48_000], [22_050, 48_000], [44_100, 48_000], [16_000, 24_000], [48_000, 44_100], [24_000, 16_000], [48_000, 16_000], [44_100, 16_000], [24_000, 8_000], [48_000, 8_000], [12_347, 24_000]];
const decibels = (ratio) => 20 * Math.log10(Math.max(ratio, 1e-12));
const terms = [0.27105140069342, -0.43329793923448, 0.21812299954311, -0.06592544638803, 0.01081174209837, -0.00077658482522, 0.00001388721735];

function resample(samples, fromRate, toRate, pieceFrames = samples.length) {
  const resampler = createResampler(fromRate, toRate);
  const parts = [];
  for (let start = 0; start < samples.length; start += pieceFrames) parts.push(resampler.process(samples.subarray(start, start + pieceFrames)));
  parts.push(resampler.flush());
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
}

/** How many of 60 lengths came out wrong, and how loud the difference is that pieces make. */
function measureExactness(fromRate, toRate) {
  let wrongLengths = 0;
  let difference = 0;
  for (let turn = 0; turn < 60; turn += 1) {
    const samples = Float32Array.from({ length: 1 + turn * 131 }, () => Math.random() - 0.5);
    const whole = resample(samples, fromRate, toRate);
    if (whole.length !== Math.round((samples.length * toRate) / fromRate)) wrongLengths += 1;
    const pieces = resample(samples, fromRate, toRate, 1 + ((turn * 89) % 997));
    if (pieces.length !== whole.length) wrongLengths += 1;
    whole.forEach((sample, index) => (difference = Math.max(difference, Math.abs(sample - pieces[index]))));
  }
  return { wrongLengths, piecesDb: decibels(difference) };
}

function steadyTone(frequency, fromRate, toRate, way = resample) {
  const tone = Float32Array.from({ length: Math.round(0.6 * fromRate) }, (_, index) => 0.5 * Math.sin((2 * Math.PI * frequency * index) / fromRate));
  return way(tone, fromRate, toRate).subarray(Math.round(0.1 * toRate), Math.round(0.5 * toRate));
}

function amplitudeAt(signal, frequency, sampleRate) {
  let real = 0, imaginary = 0, total = 0;
  signal.forEach((sample, index) => {
    const weight = terms.reduce((sum, term, order) => sum + term * Math.cos((order * 2 * Math.PI * index) / (signal.length - 1)), 0);
    const angle = (2 * Math.PI * frequency * index) / sampleRate;
    real += weight * sample * Math.cos(angle);
    imaginary += weight * sample * Math.sin(angle);
    total += weight;
  });
  return (2 * Math.hypot(real, imaginary)) / total;
}

function measureSound(fromRate, toRate, way = resample) {
  const nyquist = Math.min(fromRate, toRate) / 2;
  let ripple = 0, residue = -Infinity;
  for (const place of [0.02, 0.2, 0.4, 0.6, 0.8, 0.85, 0.88, 0.9, 0.95, 0.97]) {
    const signal = steadyTone(place * nyquist, fromRate, toRate, way);
    if (place <= 0.9) ripple = Math.max(ripple, Math.abs(decibels(amplitudeAt(signal, place * nyquist, toRate) / 0.5)));
    for (let order = 1; order * fromRate - place * nyquist < toRate / 2; order += 1) {
      residue = Math.max(residue, decibels(amplitudeAt(signal, order * fromRate - place * nyquist, toRate) / 0.5));
    }
  }
  for (const place of [1.01, 1.03, 1.1, 1.2, 1.4, 1.7, 2.2, 2.7]) {
    if (place * nyquist >= 0.98 * (fromRate / 2)) continue;
    const loudest = steadyTone(place * nyquist, fromRate, toRate, way).reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
    residue = Math.max(residue, decibels(loudest / 0.5));
  }
  return { rippleDb: ripple, residueDb: residue };
}

function linear(samples, fromRate, toRate) {
  return Float32Array.from({ length: Math.round((samples.length * toRate) / fromRate) }, (_, index) => {
    const place = (index * fromRate) / toRate;
    const before = Math.floor(place);
    const a = samples[before] ?? 0;
    return a + ((samples[before + 1] ?? a) - a) * (place - before);
  });
}

/** What moving the samples alone costs: as many as come in. */
function copy(samples, target) {
  for (let index = 0; index < samples.length; index += 1) target[index] = samples[index];
}

/** Seconds of audio for each second of processor time: the best of five rounds, since other work on the machine only slows. */
function speed(fromRate, work) {
  const block = Float32Array.from({ length: Math.round(fromRate / 50) }, () => Math.random() - 0.5);
  let best = 0;
  for (let round = 0; round < 6; round += 1) {
    const before = process.cpuUsage();
    for (let turn = 0; turn < 500; turn += 1) work(block);
    const { user, system } = process.cpuUsage(before);
    if (round > 0) best = Math.max(best, (500 * block.length) / fromRate / ((user + system) / 1e6));
  }
  return best;
}

const rows = pairs.map(([fromRate, toRate]) => {
  const resampler = createResampler(fromRate, toRate);
  const baseline = measureSound(fromRate, toRate, linear);
  const target = new Float32Array(Math.ceil(Math.max(fromRate, toRate) / 50));
  return {
    conversion: `${fromRate} -> ${toRate}`,
    ...measureSound(fromRate, toRate),
    linearRippleDb: baseline.rippleDb,
    linearResidueDb: baseline.residueDb,
    ...measureExactness(fromRate, toRate),
    withheldMs: (66 / Math.min(fromRate, toRate)) * 1_000,
    timesRealTime: speed(fromRate, (block) => resampler.process(block)),
    linearTimesRealTime: speed(fromRate, (block) => linear(block, fromRate, toRate)),
    copyTimesRealTime: speed(fromRate, (block) => copy(block, target)),
  };
});

if (process.argv.includes("--json")) console.log(JSON.stringify({ bench: "resampler", rows }, null, 2));
else console.table(rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === "number" ? Number(value.toFixed(3)) : value]))));
