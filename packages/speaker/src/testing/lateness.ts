import type { PulseRig } from "./pulse-rig.ts";

const lookEveryMs = 5;

/** The server writes its log a moment after what it tells of. */
const logDelayMs = 30;

/** Watches whether a machine does its work in time while something is recorded. */
export interface LatenessWatch {
  /** Ends; what was late, or undefined where everything had its turn. */
  stop(): Promise<string | undefined>;
}

/**
 * Watches the sound server's own reports, and the event loop that feeds the player.
 *
 * @param heldMs What the player plays on while the event loop is held up: no shorter hold-up is an excuse.
 */
export function watchLateness(rig: PulseRig, heldMs: number): LatenessWatch {
  const underrunsBefore = rig.underruns();
  let lookedAt = performance.now();
  let longestMs = 0;
  const look = (): void => {
    longestMs = Math.max(longestMs, performance.now() - lookedAt - lookEveryMs);
    lookedAt = performance.now();
  };
  const timer = setInterval(look, lookEveryMs);
  return {
    stop: async () => {
      look();
      clearInterval(timer);
      await new Promise((resolve) => setTimeout(resolve, logDelayMs));
      const underruns = rig.underruns() - underrunsBefore;
      const found = [
        ...(underruns > 0 ? [`the sound server reports ${underruns} underrun(s)`] : []),
        ...(longestMs > heldMs ? [`this process was held up for ${Math.round(longestMs)} ms`] : []),
      ];
      return found.length === 0 ? undefined : found.join(", ");
    },
  };
}
