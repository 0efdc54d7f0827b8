import type { DecodedWord } from "./decoded-word.ts";
import { chordHz, toneCode } from "./tone-code.ts";

/** Audio is looked at in blocks of a millisecond, through a window of six. */
const blockMs = 1;
const windowBlocks = 6;
/** A window in which one tone has this part of the energy is that tone; in a chord each has a quarter. */
const toneShare = 0.6;
const silenceDb = -55;
/** A chord is at least 36 ms; what looks like one for less is the passage between two tones. */
const shortestChordBlocks = 8;
/** How exactly the parts of a whole word must agree, in milliseconds: edges found in windows, fades and trimming leave less. */
const edgeToleranceMs = 6;
const chordToleranceMs = 9;
/** A window must be tone for more than its half to count as tone, so tones are found shorter by this much, and chords longer by twice as much. */
const edgeBiasMs = 1.5;

type BlockKind = "silence" | "start" | "chord" | "end";

interface Run {
  kind: BlockKind;
  from: number;
  to: number;
}

/** Finds every word in tone code. */
export function decodeTones(samples: Float32Array, sampleRate: number): DecodedWord[] {
  const blockFrames = Math.max(1, Math.round((sampleRate * blockMs) / 1000));
  const runs = joinRuns(withoutPassages(runsOf(classifyBlocks(samples, sampleRate, blockFrames))));
  const words: DecodedWord[] = [];
  for (let index = 0; index < runs.length;) {
    const parts = takeParts(runs, index);
    index += Math.max(1, parts.length);
    if (parts.length > 0) words.push(readWord(parts, samples, sampleRate, blockFrames));
  }
  return words;
}

/** The start, chord and end at `index`, as far as they follow one another. */
function takeParts(runs: readonly Run[], index: number): Run[] {
  const order: readonly BlockKind[] = ["start", "chord", "end"];
  const parts: Run[] = [];
  for (const kind of order) {
    const run = runs[index + parts.length];
    if (run?.kind === kind) parts.push(run);
    else if (parts.length > 0) break;
  }
  return parts;
}

function readWord(parts: readonly Run[], samples: Float32Array, sampleRate: number, blockFrames: number): DecodedWord {
  const first = parts[0];
  const last = parts.at(-1);
  const chord = parts.find((part) => part.kind === "chord");
  return {
    id: chord === undefined ? undefined : readChord(samples, sampleRate, chord.from * blockFrames, chord.to * blockFrames),
    complete: isWhole(parts, (1000 * blockFrames) / sampleRate),
    startFrame: (first?.from ?? 0) * blockFrames,
    endFrame: Math.min(samples.length, (last?.to ?? 0) * blockFrames),
  };
}

/** The parts of a whole word are as 1 : 3 : 1. */
function isWhole(parts: readonly Run[], msPerBlock: number): boolean {
  const [start, chord, end] = parts;
  if (start?.kind !== "start" || chord?.kind !== "chord" || end?.kind !== "end") return false;
  const startMs = (start.to - start.from) * msPerBlock + edgeBiasMs;
  const endMs = (end.to - end.from) * msPerBlock + edgeBiasMs;
  const chordMs = (chord.to - chord.from) * msPerBlock - 2 * edgeBiasMs;
  const edgeRatio = (1 - 2 * toneCode.edgePart) / (2 * toneCode.edgePart);
  return Math.abs(startMs - endMs) <= edgeToleranceMs && Math.abs(chordMs - edgeRatio * (startMs + endMs)) <= chordToleranceMs;
}

function readChord(samples: Float32Array, sampleRate: number, from: number, to: number): number | undefined {
  const clear = Math.round(sampleRate * 0.004);
  const period = sampleRate / toneCode.chordStepHz;
  const periods = Math.min(3, Math.floor((to - from - 2 * clear) / period));
  if (periods < 1) return undefined;
  const frames = Math.round(periods * period);
  const middle = samples.subarray(Math.round((from + to - frames) / 2), Math.round((from + to + frames) / 2));
  let id = 0;
  for (let digit = 0; digit < toneCode.digits; digit += 1) {
    const powers = Array.from({ length: 16 }, (_, value) => tonePower(middle, chordHz(digit, value) / sampleRate));
    const strongest = powers.indexOf(Math.max(...powers));
    const second = Math.max(...powers.filter((_, value) => value !== strongest));
    if (!((powers[strongest] ?? 0) > 2 * second)) return undefined;
    id |= strongest << (4 * digit);
  }
  return id;
}

/** Squared magnitude at one frequency (Goertzel). */
function tonePower(samples: Float32Array, cycles: number): number {
  const factor = 2 * Math.cos(2 * Math.PI * cycles);
  let previous = 0;
  let beforeThat = 0;
  for (const sample of samples) [previous, beforeThat] = [sample + factor * previous - beforeThat, previous];
  return previous * previous + beforeThat * beforeThat - factor * previous * beforeThat;
}

function classifyBlocks(samples: Float32Array, sampleRate: number, blockFrames: number): BlockKind[] {
  const blocks = Math.ceil(samples.length / blockFrames);
  const start = createToneMeter(samples, toneCode.startHz / sampleRate, blockFrames, blocks);
  const end = createToneMeter(samples, toneCode.endHz / sampleRate, blockFrames, blocks);
  const energy = windowed(blockEnergies(samples, blockFrames, blocks));
  const frames = blockFrames * windowBlocks;
  const silence = frames * 10 ** (silenceDb / 10);
  return Array.from({ length: blocks }, (_, block) => {
    const total = energy[block] ?? 0;
    if (total < silence) return "silence";
    if (2 * start(block) > toneShare * frames * total) return "start";
    return 2 * end(block) > toneShare * frames * total ? "end" : "chord";
  });
}

function blockEnergies(samples: Float32Array, blockFrames: number, blocks: number): Float64Array {
  const energies = new Float64Array(blocks);
  for (let frame = 0; frame < samples.length; frame += 1) {
    const block = Math.floor(frame / blockFrames);
    const sample = samples[frame] ?? 0;
    energies[block] = (energies[block] ?? 0) + sample * sample;
  }
  return energies;
}

/** Squared magnitude of one tone in the window around each block. */
function createToneMeter(samples: Float32Array, cycles: number, blockFrames: number, blocks: number): (block: number) => number {
  const real = new Float64Array(blocks);
  const imaginary = new Float64Array(blocks);
  const cosines = Float64Array.from({ length: blockFrames }, (_, frame) => Math.cos(2 * Math.PI * cycles * frame));
  const sines = Float64Array.from({ length: blockFrames }, (_, frame) => Math.sin(2 * Math.PI * cycles * frame));
  for (let block = 0; block < blocks; block += 1) {
    let inPhase = 0;
    let quadrature = 0;
    for (let frame = 0; frame < blockFrames; frame += 1) {
      const sample = samples[block * blockFrames + frame] ?? 0;
      inPhase += sample * (cosines[frame] ?? 0);
      quadrature += sample * (sines[frame] ?? 0);
    }
    // Each block is measured from its own beginning; turned by its place, blocks can be added up.
    const phase = 2 * Math.PI * ((block * blockFrames * cycles) % 1);
    real[block] = inPhase * Math.cos(phase) - quadrature * Math.sin(phase);
    imaginary[block] = inPhase * Math.sin(phase) + quadrature * Math.cos(phase);
  }
  const realWindow = windowed(real);
  const imaginaryWindow = windowed(imaginary);
  return (block) => (realWindow[block] ?? 0) ** 2 + (imaginaryWindow[block] ?? 0) ** 2;
}

/** Sums over the window around each block. */
function windowed(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length);
  const before = windowBlocks / 2;
  for (let block = 0; block < values.length; block += 1) {
    let sum = 0;
    for (let other = Math.max(0, block - before); other < Math.min(values.length, block - before + windowBlocks); other += 1) sum += values[other] ?? 0;
    sums[block] = sum;
  }
  return sums;
}

function runsOf(kinds: readonly BlockKind[]): Run[] {
  const runs: Run[] = [];
  kinds.forEach((kind, block) => {
    const last = runs.at(-1);
    if (last?.kind === kind) last.to = block + 1;
    else runs.push({ kind, from: block, to: block + 1 });
  });
  return runs;
}

/** Gives short "chords" to their neighbours: to the tone where only one side has one, else half to each. */
function withoutPassages(runs: Run[]): Run[] {
  runs.forEach((run, index) => {
    if (run.kind !== "chord" || run.to - run.from >= shortestChordBlocks) return;
    const before = runs[index - 1];
    const after = runs[index + 1];
    const beforeTone = before !== undefined && before.kind !== "silence";
    const afterTone = after !== undefined && after.kind !== "silence";
    if (!beforeTone && !afterTone) return;
    const border = beforeTone && afterTone ? (run.from + run.to) >>> 1 : beforeTone ? run.to : run.from;
    if (before) before.to = Math.max(before.to, border);
    if (after) after.from = Math.min(after.from, border);
    run.to = run.from;
  });
  return runs.filter((run) => run.to > run.from);
}

function joinRuns(runs: readonly Run[]): Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last?.kind === run.kind && last.to >= run.from) last.to = run.to;
    else joined.push(run);
  }
  return joined;
}
