import { codesBehind, windowCodes } from "../codec/window-rule.ts";
import type { ChunkPlanner, MachineSpeed } from "./chunk-planner.ts";
import type { ChunkShape } from "./chunk-shape.ts";
import { createSpeedMeter } from "./speed-meter.ts";

/** A machine of which every time is known. Written apart from the planner: nothing of its formulas is used. */
export interface SimulatedMachine {
  readonly codeMs: (code: number) => number;
  readonly decodeMs: (window: number) => number;
  /** The share of its speed that the backbone keeps while a window is decoded. */
  readonly whileDecoding: number;
}

export interface SimulatedSpeech {
  readonly planner: ChunkPlanner;
  readonly shape: ChunkShape;
  readonly machine: SimulatedMachine;
  readonly codes: number;
  readonly expectedCodes?: number;
  /** What is believed of the machine before anything was measured. */
  readonly guess: MachineSpeed;
}

export interface SimulationResult extends Heard {
  readonly pieces: readonly number[];
  /** Where each piece began, and the codes that were there when it was decided. */
  readonly decided: readonly { readonly from: number; readonly count: number; readonly generated: number }[];
  readonly tooSlow: ChunkPlanner["tooSlow"];
  readonly endMs: number;
}

/** Speaks once: codes come one after the other, the planner is asked after each and after each piece, and a listener plays in real time from the first piece on. */
export function simulate({ planner, shape, machine, codes, expectedCodes = codes, guess }: SimulatedSpeech): SimulationResult {
  const meter = createSpeedMeter(guess);
  const { rule, contextCodes, codeDurationMs } = shape;
  const listener = createListener(codeDurationMs);
  const decided: { from: number; count: number; generated: number }[] = [];
  let nowMs = 0;
  let generated = 0;
  let handed = 0;
  /** What is left of the code in the making, in time of a backbone that is left alone. */
  let workMs = machine.codeMs(0);
  let code = { sinceMs: 0, decodingMs: 0 };
  let decoding: { readonly sinceMs: number; readonly count: number; readonly window: number; leftMs: number } | undefined;

  const ask = (): void => {
    if (decoding !== undefined || handed >= codes) return;
    const ended = generated === codes;
    const count = planner.next({ nowMs, generated, handed, ended, aheadMs: listener.aheadMs(nowMs), expectedCodes }, meter.speed());
    if (count === 0) return;
    const ready = ended ? generated - handed : generated - handed - codesBehind(rule);
    if (count < 0 || count > ready) throw new Error(`asked for ${String(count)} of ${String(ready)} codes`);
    decided.push({ from: handed, count, generated });
    const window = windowCodes(rule, handed + contextCodes, count);
    decoding = { sinceMs: nowMs, count, window, leftMs: machine.decodeMs(window) };
  };

  while (handed < codes) {
    const rate = decoding === undefined ? 1 : machine.whileDecoding;
    const toCode = generated === codes || rate === 0 ? Infinity : workMs / rate;
    const passed = Math.min(toCode, decoding?.leftMs ?? Infinity);
    if (passed === Infinity) throw new Error("the planner never takes the rest");
    nowMs += passed;
    workMs -= passed * rate;
    if (decoding !== undefined) {
      decoding.leftMs -= passed;
      code.decodingMs += passed;
    }
    if (passed === toCode) {
      meter.recordCode(nowMs - code.sinceMs, code.decodingMs);
      code = { sinceMs: nowMs, decodingMs: 0 };
      generated += 1;
      workMs = machine.codeMs(generated);
    } else if (decoding !== undefined) {
      meter.recordWindow(decoding.window, nowMs - decoding.sinceMs);
      handed += decoding.count;
      listener.hand(nowMs, decoding.count);
      decoding = undefined;
    }
    ask();
  }
  return { ...listener.heard(), pieces: decided.map(({ count }) => count), decided, tooSlow: planner.tooSlow, endMs: nowMs };
}

/** What the listener heard. */
export interface Heard {
  readonly firstMs: number;
  /** How often, and how long in all, there was nothing to play. */
  readonly dry: number;
  readonly dryMs: number;
}

/** Plays in real time from the first piece on, and waits where there is nothing. */
function createListener(codeDurationMs: number): { hand: (nowMs: number, codes: number) => void; aheadMs: (nowMs: number) => number | undefined; heard: () => Heard } {
  let firstMs = Number.NaN;
  let untilMs: number | undefined;
  let dry = 0;
  let dryMs = 0;
  return {
    hand(nowMs, codes) {
      if (untilMs === undefined) firstMs = nowMs;
      else if (nowMs > untilMs + 1e-6) {
        dry += 1;
        dryMs += nowMs - untilMs;
      }
      untilMs = Math.max(untilMs ?? nowMs, nowMs) + codes * codeDurationMs;
    },
    aheadMs: (nowMs) => (untilMs === undefined ? undefined : untilMs - nowMs),
    heard: () => ({ firstMs, dry, dryMs }),
  };
}

/** Upstream's streaming: 50 codes each, decoded by themselves while no code is made. */
export function simulateUpstream({ machine, codes, codeDurationMs }: { readonly machine: SimulatedMachine; readonly codes: number; readonly codeDurationMs: number }): Heard {
  const listener = createListener(codeDurationMs);
  let nowMs = 0;
  for (let from = 0; from < codes; from += 50) {
    const count = Math.min(50, codes - from);
    for (let code = from; code < from + count; code += 1) nowMs += machine.codeMs(code);
    nowMs += machine.decodeMs(count);
    listener.hand(nowMs, count);
  }
  return listener.heard();
}

/** A machine that needs `factor` of real time for upstream's pieces, of which `codecShare` is the codec's; codes jitter by a log-normal of this spread. */
export function machineAt({ factor, codecShare, jitter = 0, whileDecoding, seed = 1 }: { readonly factor: number; readonly codecShare: number; readonly jitter?: number; readonly whileDecoding: number; readonly seed?: number }): SimulatedMachine {
  const codeMs = 20 * factor * (1 - codecShare);
  const perCodeMs = 20 * factor * codecShare;
  return {
    whileDecoding,
    codeMs: (code) => codeMs * Math.exp(jitter * normal(seed, code) - jitter ** 2 / 2),
    decodeMs: (window) => window * perCodeMs,
  };
}

/** Two uniform numbers made of a place make a normal one: the same for every planner. */
function normal(seed: number, place: number): number {
  return Math.sqrt(-2 * Math.log(uniform(seed, 2 * place))) * Math.cos(2 * Math.PI * uniform(seed, 2 * place + 1));
}

function uniform(seed: number, place: number): number {
  let mixed = Math.imul(seed, 0x9e37_79b1) ^ Math.imul(place + 1, 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b_3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a_2d39);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32 + 2 ** -33;
}
