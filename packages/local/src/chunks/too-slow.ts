import type { ChunkPlanner, ChunkState, MachineSpeed } from "./chunk-planner.ts";
import { behind, type ChunkShape, decodeMs, realTimeFactor } from "./chunk-shape.ts";

/** What a machine that cannot keep up holds back. */
export type TooSlow = NonNullable<ChunkPlanner["tooSlow"]>;

/** More is held back by this factor: the length of the speech is an estimate. */
const spare = 1.1;

/**
 * What must be held back before the first piece when making sound takes longer than playing it: so much that the rest is made while this is heard; of N codes
 * at a real-time factor r that is N · (1 − 1/r), and what the last piece takes. Undefined when the machine keeps up.
 */
export function judgeSpeed(shape: ChunkShape, speed: MachineSpeed, { largest, expectedCodes }: { largest: number; expectedCodes: number }): TooSlow | undefined {
  const factor = realTimeFactor(shape, speed, largest);
  if (factor < 1) return undefined;
  const lastPieceMs = behind(shape) * speed.codeMs + decodeMs(shape, speed, { handed: expectedCodes, count: largest });
  const codes = Math.min(expectedCodes, Math.ceil(spare * expectedCodes * (1 - 1 / factor) + lastPieceMs / shape.codeDurationMs));
  return { realTimeFactor: factor, bufferMs: codes * shape.codeDurationMs };
}

/** Whether the first piece must wait: until enough is held back, or everything is there. */
export function mustHold({ bufferMs }: TooSlow, { codeDurationMs }: ChunkShape, { generated, ended }: ChunkState): boolean {
  return !ended && generated * codeDurationMs < bufferMs;
}
