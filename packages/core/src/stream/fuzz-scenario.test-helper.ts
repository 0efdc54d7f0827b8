import type { MarkKind } from "@parlando/engine";
import { createRandom, type ChooseFault, type PacedSinkOptions, type Random, type ScriptedEngineOptions, type ScriptedFault } from "@parlando/testkit";
import type { AudioProcessor } from "../audio/audio-processor.ts";
import { textForTheEar } from "../text/text-for-the-ear.ts";
import { chance, cutText, drawText, pick } from "./fuzz-text.test-helper.ts";
import type { StreamOptions } from "./stream-options.ts";

/** Who takes the audio, and how. */
export type FuzzTaker =
  | { readonly kind: "callback"; readonly takeMs: number; readonly rejectAt: number | undefined }
  | { readonly kind: "sink"; readonly sink: PacedSinkOptions }
  | { readonly kind: "iterator" | "readable"; readonly takeMs: number; readonly leaveAt: number | undefined }
  | { readonly kind: "encoded"; readonly takeMs: number; readonly leaveAt: number | undefined; readonly encoding: "wav" | "pcm-s16le" | "mulaw" | "pcm-f32le"; readonly frameBytes: number | undefined };

/** Something that the app does at a time. */
export interface FuzzAction {
  readonly atMs: number;
  readonly kind: "flush" | "pause" | "resume" | "interrupt" | "close" | "abort" | "report" | "done";
  /** Of a report, or of an interruption. */
  readonly frame: number | undefined;
}

/** A life of a stream, drawn from a seed. */
export interface FuzzScenario {
  readonly seed: number;
  readonly pieces: readonly string[];
  /** Waited before each piece, in milliseconds. */
  readonly gapsMs: readonly number[];
  /** Whether `feed` is waited for. */
  readonly isPatient: boolean;
  readonly options: StreamOptions;
  readonly hasStages: boolean;
  readonly hasLateProcessor: boolean;
  readonly engines: readonly ScriptedEngineOptions[];
  readonly faulty: boolean;
  readonly taker: FuzzTaker;
  readonly actions: readonly FuzzAction[];
}

/** Draws the life of a stream. */
export function drawScenario(seed: number): FuzzScenario {
  const random = createRandom(seed);
  const pieces = cutText(random, drawText(random));
  const faulty = chance(random, 0.25);
  const hasStages = chance(random, 0.25);
  const hasLateProcessor = chance(random, 0.1);
  const engines = Array.from({ length: chance(random, 0.25) ? 2 : 1 }, (_, index) => drawEngine(random, { id: `engine${index}`, faulty }));
  const gap = pick(random, [0, 0, 5, 40, 700]);
  const taker = drawTaker(random);
  return {
    seed,
    pieces,
    gapsMs: pieces.map(() => (chance(random, 0.02) ? 3000 : Math.floor(random.next() * gap * (pieces.length > 60 ? 0.1 : 1)))),
    isPatient: chance(random, 0.7),
    options: drawOptions(random, { hasStages, hasLateProcessor, taker }),
    hasStages,
    hasLateProcessor,
    engines,
    faulty,
    taker,
    actions: drawActions(random),
  };
}

const KINDS: readonly MarkKind[] = ["word", "sentence", "character", "phoneme", "viseme", "bookmark"];

function drawOptions(random: Random, parts: { hasStages: boolean; hasLateProcessor: boolean; taker: FuzzTaker }): StreamOptions {
  const optional = <Value>(probability: number, value: () => Value): Value | undefined => (chance(random, probability) ? value() : undefined);
  return {
    latency: pick(random, ["soonest", "balanced", "smoothest", undefined]),
    language: optional(0.3, () => pick(random, ["en", "de", "ja", "zh", "ar", "xx"])),
    highWaterMs: optional(0.4, () => pick(random, [20, 100, 500, 3000])),
    lowWaterMs: optional(0.1, () => pick(random, [0, 10, 20])),
    prebufferMs: optional(0.3, () => pick<number | "auto">(random, ["auto", 0, 50, 400, 5000])),
    highWaterCharacters: optional(0.2, () => random.integer(1, 200)),
    maxCharacters: optional(0.05, () => random.integer(1, 300)),
    marks: optional(0.5, () => KINDS.filter(() => chance(random, 0.5))),
    output: optional(0.4, () => ({
      sampleRate: optional(0.5, () => pick(random, [8000, 16_000, 24_000, 44_100, 48_000])),
      channels: optional(0.2, () => 2),
      chunkMs: optional(0.6, () => pick(random, [1.5, 10, 20, 33, 100, 700])),
    })),
    volume: optional(0.1, () => 0.5),
    rate: optional(0.1, () => 1.5),
    ...(parts.hasStages && { textStages: textForTheEar({ language: "en", emoji: pick<"drop" | false | undefined>(random, ["drop", false, undefined]), pronunciations: chance(random, 0.5) ? [{ word: "there", say: "right over there" }, { word: "yes", ipa: "jɛs" }] : [] }) }),
    ...(parts.hasLateProcessor && { processors: [(): AudioProcessor => createDelay(240)] }),
  };
}

/** Holds back so many frames. */
function createDelay(latencyFrames: number): AudioProcessor {
  let held = new Float32Array(0);
  return {
    latencyFrames,
    process(samples) {
      const all = new Float32Array(held.length + samples.length);
      all.set(held);
      all.set(samples, held.length);
      const out = Math.max(0, all.length - latencyFrames);
      held = all.slice(out);
      return all.slice(0, out);
    },
    flush() {
      const rest = held;
      held = new Float32Array(0);
      return rest;
    },
  };
}

function drawEngine(random: Random, { id, faulty }: { id: string; faulty: boolean }): ScriptedEngineOptions {
  const input = pick<ScriptedEngineOptions["input"]>(random, [["segment"], ["segment"], ["incremental"], ["segment", "incremental"]]);
  const isIncremental = input?.includes("incremental") === true;
  return {
    id,
    seed: random.integer(1, 1000),
    startMs: pick(random, [0, 50, 300, 1200]),
    startJitter: chance(random, 0.3) ? 0.5 : 0,
    realTimeFactor: pick(random, [0, 0.1, 0.3, 0.8, 1.5]),
    chunkJitterMs: chance(random, 0.3) ? 60 : undefined,
    msPerCharacter: pick(random, [20, 40, 66]),
    output: chance(random, 0.25) ? "whole" : "streaming",
    chunkMs: pick<ScriptedEngineOptions["chunkMs"]>(random, [20, [1, 60], 100]),
    delivery: chance(random, 0.3) ? "bytes" : "pcm",
    leadMs: chance(random, 0.3) ? 80 : 0,
    tailMs: chance(random, 0.3) ? 300 : 0,
    marks: pick<ScriptedEngineOptions["marks"]>(random, [["word", "sentence"], [], ["word"], ["sentence"], KINDS]),
    markOrder: pick(random, ["with", "with", "before", "after"]),
    input,
    eagerCharacters: isIncremental && chance(random, 0.3) ? random.integer(5, 40) : undefined,
    limits: {
      ...(chance(random, 0.15) && { segmentCharacters: random.integer(8, 60) }),
      ...(chance(random, 0.3) && { concurrency: random.integer(1, 3) }),
      ...(isIncremental && chance(random, 0.2) && { idleMs: 800 }),
      ...(isIncremental && chance(random, 0.2) && { sessionMs: 1500 }),
    },
    capabilities: { cancelCost: pick(random, ["none", "billed", "runs"]), ...(isIncremental && { flush: pick(random, ["free", "costly"]) }) },
    fault: faulty ? drawFaults(random) : undefined,
  };
}

function drawFaults(random: Random): ChooseFault {
  const often = pick(random, [0.1, 0.3, 0.7]);
  const faults = Array.from({ length: 60 }, () => (chance(random, often) ? drawFault(random) : undefined));
  return (_, index) => faults[index];
}

function drawFault(random: Random): ScriptedFault {
  const afterMs = chance(random, 0.5) ? undefined : random.integer(0, 600);
  const dice = random.next();
  if (dice < 0.6) return { kind: "error", code: pick(random, ["CONNECTION", "SERVICE", "RATE_LIMITED", "AUTHENTICATION"]), retryable: chance(random, 0.75), afterMs };
  if (dice < 0.7) return { kind: "throw", value: pick<unknown>(random, [new RangeError("defect"), "text", undefined]), afterMs };
  if (dice < 0.8) return { kind: "stall", afterMs };
  if (dice < 0.9) return { kind: "not-a-number", afterMs };
  return { kind: "no-audio" };
}

function drawTaker(random: Random): FuzzTaker {
  const takeMs = pick(random, [0, 0, 3, 25, 150]);
  const leaveAt = chance(random, 0.2) ? random.integer(0, 12) : undefined;
  switch (pick(random, ["callback", "sink", "sink", "iterator", "readable", "encoded"])) {
    case "callback":
      return { kind: "callback", takeMs, rejectAt: chance(random, 0.1) ? random.integer(1, 8) : undefined };
    case "sink":
      return { kind: "sink", sink: { speed: pick(random, [1, 1, 5, 20]), bufferMs: pick(random, [0, 20, 200]), prebufferMs: chance(random, 0.2) ? 100 : 0, playhead: chance(random, 0.8), format: chance(random, 0.1) ? { sampleRate: 48_000, channels: 2 } : undefined } };
    case "iterator":
      return { kind: "iterator", takeMs, leaveAt };
    case "readable":
      return { kind: "readable", takeMs, leaveAt };
    default:
      return { kind: "encoded", takeMs, leaveAt, encoding: pick(random, ["wav", "pcm-s16le", "mulaw", "pcm-f32le"]), frameBytes: chance(random, 0.3) ? 320 : undefined };
  }
}

const ENDINGS = ["interrupt", "interrupt", "interrupt", "close", "abort", "done"] as const;

function drawActions(random: Random): FuzzAction[] {
  if (chance(random, 0.35)) return [];
  const span = pick(random, [300, 2000, 8000]);
  const frame = (): number | undefined => (chance(random, 0.5) ? random.integer(-10, 200_000) : undefined);
  const actions = Array.from({ length: random.integer(0, 5) }, (): FuzzAction => ({ atMs: random.integer(0, span), kind: pick(random, ["flush", "flush", "pause", "resume", "report"]), frame: frame() }));
  if (chance(random, 0.4)) actions.push({ atMs: random.integer(0, span), kind: pick(random, ENDINGS), frame: frame() });
  if (chance(random, 0.1)) actions.push({ atMs: random.integer(0, span), kind: pick(random, ENDINGS), frame: frame() });
  // Who pauses goes on at some time, else it would never end.
  return [...actions.sort((left, right) => left.atMs - right.atMs), { atMs: span + 500, kind: "resume", frame: undefined }];
}
