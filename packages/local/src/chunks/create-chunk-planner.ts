import { createAdaptivePlanner } from "./adaptive-planner.ts";
import type { ChunkPlanner } from "./chunk-planner.ts";
import type { ChunkShape } from "./chunk-shape.ts";
import { chunkLadder, createFixedPlanner } from "./fixed-planner.ts";

/** How pieces of one speech are to be cut. */
export interface ChunkPlannerOptions {
  /** Codes a piece, or by what the machine can do. */
  readonly chunkCodes: number | "adaptive";
  /** Whether the speech must come out the same each time: a seed was given. */
  readonly reproducible: boolean;
  readonly shape: ChunkShape;
}

/** The planner for one speech: by measured speed, by a fixed ladder where the result must be reproducible, or with the size that was asked for. */
export function createChunkPlanner({ chunkCodes, reproducible, shape }: ChunkPlannerOptions): ChunkPlanner {
  if (chunkCodes !== "adaptive") return createFixedPlanner({ sizes: [chunkCodes], shape });
  return reproducible ? createFixedPlanner({ sizes: chunkLadder, shape }) : createAdaptivePlanner({ shape });
}
