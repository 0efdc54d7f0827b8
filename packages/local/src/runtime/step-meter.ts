/** Measured times of steps, by how many runs shared them. */
export interface StepMeter {
  record(runs: number, ms: number): void;
  /** The time of a step of so many runs: measured, or guessed from the nearest number that was. */
  stepMs(runs: number): number;
}

/** The weight of what was just measured. One slow step among thirty does not change what is planned. */
const weight = 0.1;

/** What one more run adds to a step of one, until it was measured. llama.cpp on a processor: 8 runs took 0.52 of the time of 8 steps of one. */
const moreCosts = 0.5;

/**
 * Keeps a running mean for each number of runs. Where a number was never seen, it is guessed from the next smaller one that was, or the next larger one
 * is taken as it is.
 *
 * @param guessMs - Of a step of one run, until something was measured.
 * @param slots - The largest number of runs.
 */
export function createStepMeter({ guessMs, slots }: { guessMs: number; slots: number }): StepMeter {
  const means = new Float64Array(Math.max(1, slots) + 1).fill(Number.NaN);

  function nearest(runs: number): number {
    for (let fewer = runs - 1; fewer >= 1; fewer -= 1) {
      const mean = means[fewer] ?? Number.NaN;
      if (!Number.isNaN(mean)) return mean * (1 + (moreCosts * (runs - fewer)) / fewer);
    }
    for (const mean of means.subarray(runs + 1)) if (!Number.isNaN(mean)) return mean;
    return guessMs * (1 + moreCosts * (runs - 1));
  }
  return {
    record: (runs, ms) => {
      const before = means[runs];
      if (before === undefined) return;
      means[runs] = Number.isNaN(before) ? ms : before + weight * (ms - before);
    },
    stepMs: (runs) => {
      if (runs <= 0) return 0;
      const at = Math.min(runs, means.length - 1);
      const mean = means[at] ?? Number.NaN;
      return Number.isNaN(mean) ? nearest(at) : mean;
    },
  };
}
