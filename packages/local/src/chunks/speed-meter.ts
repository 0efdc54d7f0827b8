import type { MachineSpeed } from "./chunk-planner.ts";

/** Measures a machine while it speaks. One for each model; what it knows is bounded, and new measurements push out the oldest. */
export interface SpeedMeter {
  /**
   * One code took so long, from the one before to it.
   *
   * @param decodingMs - For so long of it a window was being decoded (see `createBusyClock`): what that takes from the backbone is learned from it.
   */
  recordCode(elapsedMs: number, decodingMs?: number): void;
  /** A window of so many codes took so long to decode. */
  recordWindow(codes: number, elapsedMs: number): void;
  /** What the machine does now. The same object until something new was measured. */
  speed(): MachineSpeed;
}

/** Codes are looked at in blocks: what a piece waits for is a sum, in which quick and slow codes level out. */
const blockCodes = 4;
const keptBlocks = 64;
const keptWindows = 64;
const keptBeside = 256;
/** How sure a plan wants to be. */
const sureness = 0.9;
/** What few measurements may be wrong by: a quarter for one, less with the root of their number. */
const unsureness = 0.25;
/** A window that only began as a code came, or ended as the next was begun, took nothing from it: less of a code's time than this. */
const sliver = 0.02;
/** A window may be slower than the line through all of them by this factor at most; what is further out is not the codec's doing. */
const maximumSpread = 2;

interface WindowTime {
  readonly codes: number;
  readonly elapsedMs: number;
}

/** A code that was made, in part, while a window was decoded. */
interface CodeBesideWindow {
  readonly elapsedMs: number;
  readonly decodingMs: number;
}

/**
 * Measures how fast codes are made and windows are decoded. For codes it tells the 0.9 quantile of the means of four (or the mean of all, where rare long
 * waits make that larger); for windows a straight line by least squares, raised to the 0.9 quantile of what was measured.
 * Codes that were made beside a window are counted apart: what they were slower by is the codec's doing, and told as `whileDecoding`.
 *
 * @param guess - What is told until something was measured.
 */
export function createSpeedMeter(guess: MachineSpeed): SpeedMeter {
  const blocks: number[] = [];
  const windows: WindowTime[] = [];
  const beside: CodeBesideWindow[] = [];
  let block: number[] = [];
  let samples = 0;
  let known: MachineSpeed | undefined;

  return {
    recordCode(elapsedMs, decodingMs = 0) {
      if (!isTime(elapsedMs)) return;
      samples += 1;
      if (decodingMs > sliver * elapsedMs) {
        keep(beside, { elapsedMs, decodingMs: Math.min(decodingMs, elapsedMs) }, keptBeside);
        known = undefined;
        return;
      }
      block.push(elapsedMs);
      if (block.length < blockCodes) return;
      keep(blocks, mean(block), keptBlocks);
      block = [];
      known = undefined;
    },
    recordWindow(codes, elapsedMs) {
      if (!isTime(elapsedMs) || codes < 1) return;
      samples += 1;
      keep(windows, { codes, elapsedMs }, keptWindows);
      known = undefined;
    },
    speed() {
      if (known === undefined) {
        const codeMs = codeTime(blocks) ?? guess.codeMs;
        known = { codeMs, decode: decodeTime(windows, guess.decode), whileDecoding: shareWhileDecoding(beside, usualTime(blocks) ?? guess.codeMs) ?? guess.whileDecoding, samples };
      }
      return known;
    },
  };
}

function isTime(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

function keep<T>(values: T[], value: T, most: number): void {
  values.push(value);
  if (values.length > most) values.shift();
}

function codeTime(blocks: readonly number[]): number | undefined {
  if (blocks.length === 0) return undefined;
  return Math.max(quantile(blocks), mean(blocks)) * (1 + unsureness / Math.sqrt(blocks.length));
}

function usualTime(blocks: readonly number[]): number | undefined {
  return blocks.length === 0 ? undefined : mean(blocks);
}

/** What of a code was not made while the codec rested was made beside it: that, over the time it had, against the usual speed. Undefined: nothing is known. */
function shareWhileDecoding(codes: readonly CodeBesideWindow[], codeMs: number): number | undefined {
  let decodingMs = 0;
  let made = 0;
  for (const code of codes) {
    decodingMs += code.decodingMs;
    made += 1 - Math.min(1, (code.elapsedMs - code.decodingMs) / Math.max(1e-6, codeMs));
  }
  return decodingMs < codeMs ? undefined : Math.min(1, (made * codeMs) / decodingMs);
}

function decodeTime(windows: readonly WindowTime[], guess: MachineSpeed["decode"]): MachineSpeed["decode"] {
  if (windows.length === 0) return guess;
  const line = fitLine(windows) ?? scaled(guess, windows);
  const over = quantile(windows.map(({ codes, elapsedMs }) => elapsedMs / Math.max(1e-6, line.startMs + codes * line.perCodeMs)));
  const raise = Math.min(maximumSpread, Math.max(1, over));
  return { startMs: line.startMs * raise, perCodeMs: line.perCodeMs * raise };
}

/** The line of least squares; undefined when the windows are too much alike to tell its slope, or it would begin or fall below nothing. */
function fitLine(windows: readonly WindowTime[]): MachineSpeed["decode"] | undefined {
  const codesMean = mean(windows.map(({ codes }) => codes));
  const timeMean = mean(windows.map(({ elapsedMs }) => elapsedMs));
  let spread = 0;
  let together = 0;
  for (const { codes, elapsedMs } of windows) {
    spread += (codes - codesMean) ** 2;
    together += (codes - codesMean) * (elapsedMs - timeMean);
  }
  if (spread / windows.length < (codesMean / 10) ** 2) return undefined;
  const perCodeMs = together / spread;
  const startMs = timeMean - perCodeMs * codesMean;
  if (perCodeMs < 0) return undefined;
  return startMs < 0 ? { startMs: 0, perCodeMs: timeMean / codesMean } : { startMs, perCodeMs };
}

/** The guess, as much faster or slower as what was measured. */
function scaled(guess: MachineSpeed["decode"], windows: readonly WindowTime[]): MachineSpeed["decode"] {
  const guessed = mean(windows.map(({ codes }) => guess.startMs + codes * guess.perCodeMs));
  const measured = mean(windows.map(({ elapsedMs }) => elapsedMs));
  if (guessed <= 0) return { startMs: 0, perCodeMs: measured / mean(windows.map(({ codes }) => codes)) };
  const factor = measured / guessed;
  return { startMs: guess.startMs * factor, perCodeMs: guess.perCodeMs * factor };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function quantile(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sureness * sorted.length))] ?? 0;
}
