import type { ChunkPlanner, ChunkState, MachineSpeed } from "./chunk-planner.ts";
import { behind, type ChunkShape } from "./chunk-shape.ts";
import { staysAhead } from "./forward-plan.ts";
import { judgeSpeed, mustHold, type TooSlow } from "./too-slow.ts";

/**
 * Sizes of pieces where they must not depend on the machine: each at most 1.3 times the one before, so that a machine with a real-time factor of up to
 * about 0.75 keeps up from the first piece on (a slower one begins later); the last one is repeated.
 */
export const chunkLadder: readonly number[] = [5, 6, 8, 10, 13, 17, 22, 28, 36, 47, 50];

/**
 * Pieces of sizes that were fixed before: where windows are cut changes the sound in its last bits, so a speech that is to be the same each time may let the
 * machine decide when a piece is made, and never where. Each is made as soon as it can be; the first one waits until the others will come in time.
 *
 * @param sizes - In codes; the last one is repeated. {@link chunkLadder} for speech with a seed, one number where the size was asked for.
 */
export function createFixedPlanner({ sizes, shape }: { readonly sizes: readonly number[]; readonly shape: ChunkShape }): ChunkPlanner {
  const largest = Math.max(1, ...sizes);
  const ends = endsOf(sizes);
  /** The size of the piece that begins at a code. */
  const sizeAt = (from: number): number => {
    const end = ends.find((place) => place > from);
    return end === undefined ? Math.max(1, sizes.at(-1) ?? 1) : end - from;
  };
  let tooSlow: TooSlow | undefined;

  const mayStart = (state: ChunkState, speed: MachineSpeed): boolean => {
    tooSlow = judgeSpeed(shape, speed, { largest, expectedCodes: state.expectedCodes });
    if (state.ended) return true;
    return (tooSlow === undefined || !mustHold(tooSlow, shape, state)) && !waitingHelps(state, speed);
  };

  /** Whether later pieces would come too late if the first were made now, and would not if more codes were there. */
  const waitingHelps = ({ generated, expectedCodes }: ChunkState, speed: MachineSpeed): boolean => {
    if (generated >= expectedCodes) return false;
    const runsDry = (codes: number): boolean => {
      const standing = { generated: codes, handed: 0, aheadMs: 0, lastCode: expectedCodes };
      return !staysAhead(shape, speed, { standing, until: expectedCodes, next: ({ handed, lastCode }) => Math.min(sizeAt(handed), lastCode - handed) });
    };
    return runsDry(generated) && !runsDry(expectedCodes);
  };

  return {
    next(state: ChunkState, speed: MachineSpeed): number {
      const size = sizeAt(state.handed);
      const left = state.generated - state.handed;
      if (state.ended ? left < 1 : left - behind(shape) < size) return 0;
      if (state.aheadMs === undefined && !mayStart(state, speed)) return 0;
      return Math.min(size, left);
    },
    get tooSlow() {
      return tooSlow;
    },
  };
}

/** Where pieces of these sizes end, counted from the first code. */
function endsOf(sizes: readonly number[]): number[] {
  let end = 0;
  return sizes.map((size) => (end += Math.max(1, size)));
}
