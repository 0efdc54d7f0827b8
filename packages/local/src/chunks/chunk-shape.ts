import type { MachineSpeed } from "./chunk-planner.ts";
import type { WindowRule } from "../codec/speech-assembler.ts";
import { codesBehind, windowCodes } from "../codec/window-rule.ts";

/** What a planner must know of a codec: how long a code sounds, and what else is decoded with a piece. */
export interface ChunkShape {
  /** How long one code sounds: 20 ms for NeuCodec. */
  readonly codeDurationMs: number;
  readonly rule: WindowRule;
  /** Codes before the speech that windows may look back into. */
  readonly contextCodes: number;
  /** Whether backbone and codec are on the same device. Until it was measured, a backbone is believed to keep half of its speed beside a window there. */
  readonly sharedDevice?: boolean | undefined;
}

const keptOnSharedDevice = 0.5;

/** The share of its speed that the backbone keeps while a window is decoded. */
function whileDecoding({ sharedDevice = false }: ChunkShape, speed: MachineSpeed): number {
  return speed.whileDecoding ?? (sharedDevice ? keptOnSharedDevice : 1);
}

/** Codes behind a piece that must be there before it is decoded. */
export function behind({ rule }: ChunkShape): number {
  return codesBehind(rule);
}

/** How long it takes to decode `count` codes when `handed` were handed over before. */
export function decodeMs({ rule, contextCodes }: ChunkShape, { decode }: MachineSpeed, { handed, count }: { handed: number; count: number }): number {
  return decode.startMs + decode.perCodeMs * windowCodes(rule, handed + contextCodes, count);
}

/** Codes that are made in `elapsedMs`, of which a window is decoded for `decodingMs`. */
export function codesMadeIn(shape: ChunkShape, speed: MachineSpeed, { elapsedMs, decodingMs }: { elapsedMs: number; decodingMs: number }): number {
  return (elapsedMs - decodingMs + decodingMs * whileDecoding(shape, speed)) / Math.max(1e-6, speed.codeMs);
}

/** Time to make over time to play, in the long run, with pieces of `count` codes: whichever of backbone and codec is slower, and what one takes from the other. */
export function realTimeFactor(shape: ChunkShape, speed: MachineSpeed, count: number): number {
  const windowMs = decodeMs(shape, speed, { handed: shape.rule.lookBack, count });
  const codesMs = count * speed.codeMs + windowMs * (1 - whileDecoding(shape, speed));
  return Math.max(codesMs, windowMs) / (count * shape.codeDurationMs);
}
