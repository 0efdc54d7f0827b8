import type { ChunkPlanner, ChunkState, MachineSpeed } from "./chunk-planner.ts";
import { behind, type ChunkShape } from "./chunk-shape.ts";
import { largestInTime, reserveOf, smallestStart, type ChunkBounds, type Standing } from "./forward-plan.ts";
import { judgeSpeed, mustHold, type TooSlow } from "./too-slow.ts";

/** What an adaptive planner is made of. */
export interface AdaptivePlannerOptions {
  readonly shape: ChunkShape;
  /** In codes. Default 4 (80 ms) to 50 (a second). */
  readonly bounds?: ChunkBounds | undefined;
}

const usualBounds: ChunkBounds = { smallest: 4, largest: 50 };

/**
 * Pieces by the speed of the machine. The first is the smallest from which on all later ones come in time; each later one is the largest that is there before
 * the sound ahead is used up, with a reserve. So the first sound comes as early as the machine allows, and windows become large, which costs the decoder
 * least. Where no piece can come in time any more, speech is begun again by the rule of the first piece: one gap, not many. On a machine that cannot keep up, enough is held back first.
 *
 * The sizes depend on what was measured, so two runs with the same codes differ in the last bits of their sound: `createFixedPlanner` is for speech that must not.
 */
export function createAdaptivePlanner({ shape, bounds = usualBounds }: AdaptivePlannerOptions): ChunkPlanner {
  let tooSlow: TooSlow | undefined;

  const choose = (standing: Standing, speed: MachineSpeed): number => {
    const { aheadMs } = standing;
    const within = (withinMs: number): number => largestInTime(shape, speed, { standing, bounds, withinMs });
    return within(aheadMs - reserveOf(aheadMs)) || within(aheadMs) || smallestStart(shape, speed, standing, bounds);
  };

  return {
    next(state: ChunkState, speed: MachineSpeed): number {
      const ready = state.generated - state.handed - (state.ended ? 0 : behind(shape));
      if (state.aheadMs === undefined) {
        tooSlow = judgeSpeed(shape, speed, { largest: bounds.largest, expectedCodes: state.expectedCodes });
        if (tooSlow !== undefined && mustHold(tooSlow, shape, state)) return 0;
      }
      if (ready < 1) return 0;
      const count = choose(standingOf(state), speed);
      return count <= ready ? withoutCrumb(count, state, bounds) : 0;
    },
    get tooSlow() {
      return tooSlow;
    },
  };
}

function standingOf({ generated, handed, aheadMs, ended }: ChunkState): Standing {
  return { generated, handed, aheadMs: Math.max(0, aheadMs ?? 0), lastCode: ended ? generated : Infinity };
}

/** At the end, less than the smallest piece is not left for a window of its own. */
function withoutCrumb(count: number, { generated, handed, ended }: ChunkState, { smallest }: ChunkBounds): number {
  const left = generated - handed;
  return ended && left - count < smallest ? left : count;
}
