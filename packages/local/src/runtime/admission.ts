/** What a device does now, as seen by one who wants to speak. */
export interface Load {
  /** Speeches that this model may make at once, and how many of these can share a step. */
  readonly slots: number;
  readonly together: number;
  /** Codes that the running speeches of this model still have to make, by estimate. */
  readonly running: readonly number[];
  /** Codes of those who wait before this one. */
  readonly waiting: readonly number[];
  /** What other models in the same process use of its time, 0 to 1 and more. */
  readonly othersShare: number;
  readonly stepMs: (runs: number) => number;
  /** Time of the decoder for one code, windows and all. */
  readonly decodeMsPerCode: number;
}

/** Go, or wait: how many are before, and for how long by estimate. */
export type Admittance = { readonly start: true } | { readonly start: false; readonly ahead: number; readonly waitMs: number };

/** Sound of one code. */
export const codeDurationMs = 20;

/** Beyond this share of its time a device has nothing left for what was not foreseen. */
const fullShare = 0.95;

/**
 * Decides whether a speech may start beside those that run: a slot must be free, nobody may wait before it, and all together must be made in less time
 * than they take to play. One alone always may, however slow the machine is. Pure.
 */
export function admit(load: Load): Admittance {
  const running = load.running.length;
  if (load.waiting.length === 0 && running < load.slots && (running === 0 || shareOf(running + 1, load) <= fullShare)) return { start: true };
  return { start: false, ahead: load.waiting.length, waitMs: waitOf(load) };
}

/** The part of a device's time that so many speeches need: 1 is all of it. */
export function shareOf(runs: number, load: Load): number {
  return load.othersShare + (roundMs(runs, load) + runs * load.decodeMsPerCode) / codeDurationMs;
}

/** Time in which each of so many runs gets one code. */
function roundMs(runs: number, { together, stepMs }: Load): number {
  const full = Math.floor(runs / together);
  const rest = runs % together;
  return full * stepMs(together) + (rest > 0 ? stepMs(rest) : 0);
}

/** Plays what is running and waiting forward until there is a place. */
function waitOf(load: Load): number {
  let running = [...load.running];
  let waitMs = 0;
  for (const next of [...load.waiting, undefined]) {
    while (running.length > 0 && !hasPlace(running.length, load)) {
      const first = Math.min(...running);
      waitMs += first * (roundMs(running.length, load) + running.length * load.decodeMsPerCode);
      running = running.filter((codes) => codes > first).map((codes) => codes - first);
    }
    if (next !== undefined) running.push(next);
  }
  return Math.ceil(waitMs);
}

function hasPlace(running: number, load: Load): boolean {
  return running < load.slots && (running === 0 || shareOf(running + 1, load) <= fullShare);
}
