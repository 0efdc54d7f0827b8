import { TTSError } from "@parlando/engine";
import type { Sink } from "@parlando/core";
import { createPacedSink, type PacedSink, type PacedSinkOptions } from "./paced-sink.ts";

/**
 * What a bad sink does wrong.
 *
 * - `write-rejects`, `write-throws`, `write-hangs`: the write after `after` good ones fails, throws at once, or is never answered.
 * - `clear-hangs`, `clear-rejects`, `pause-rejects`, `end-hangs`, `end-rejects`, `close-hangs`: that call.
 * - `clear-leaves-writes`: what was pending stays pending.
 * - `plays-after-clear`: what was dropped is played all the same.
 * - `pause-plays-on`: a pause is only said.
 * - `takes-after-close`, `takes-after-end`: audio is taken that must be refused.
 * - `playhead-jumps-back`, `playhead-runs-ahead`: `playedFrames()` lies.
 */
export type SinkFault =
  | "write-rejects"
  | "write-throws"
  | "write-hangs"
  | "clear-hangs"
  | "clear-rejects"
  | "pause-rejects"
  | "end-hangs"
  | "end-rejects"
  | "close-hangs"
  | "clear-leaves-writes"
  | "plays-after-clear"
  | "pause-plays-on"
  | "takes-after-close"
  | "takes-after-end"
  | "playhead-jumps-back"
  | "playhead-runs-ahead";

/** All faults, for tests that go through them. */
export const sinkFaults: readonly SinkFault[] = [
  "write-rejects",
  "write-throws",
  "write-hangs",
  "clear-hangs",
  "clear-rejects",
  "pause-rejects",
  "end-hangs",
  "end-rejects",
  "close-hangs",
  "clear-leaves-writes",
  "plays-after-clear",
  "pause-plays-on",
  "takes-after-close",
  "takes-after-end",
  "playhead-jumps-back",
  "playhead-runs-ahead",
];

const never = (): Promise<never> => new Promise(() => {});
const rejected = (): Promise<never> => Promise.reject(new TTSError("DEVICE_UNAVAILABLE", "While playing into a bad sink: its script says that it fails here."));

/** A paced sink with one fault. */
export function createBadSink(fault: SinkFault, options: PacedSinkOptions & { after?: number | undefined } = {}): PacedSink {
  const good = createPacedSink(options);
  return Object.create(good, Object.getOwnPropertyDescriptors(changeFor(fault, good, options.after ?? 0))) as PacedSink;
}

function changeFor(fault: SinkFault, good: PacedSink, after: number): Partial<Sink> {
  let writes = 0;
  const failing = (fail: () => Promise<never>): Partial<Sink> => ({ write: (chunk) => ((writes += 1) > after ? fail() : good.write(chunk)) });
  const takingAlways: Partial<Sink> = { write: (chunk) => (good.state === "open" ? good.write(chunk) : Promise.resolve()) };
  const changes: Record<SinkFault, () => Partial<Sink>> = {
    "write-rejects": () => failing(rejected),
    "write-throws": () =>
      failing(() => {
        throw new DOMException("The device is gone.", "InvalidStateError");
      }),
    "write-hangs": () => failing(never),
    "clear-hangs": () => ({ clear: never }),
    "clear-rejects": () => ({ clear: rejected }),
    "pause-rejects": () => ({ pause: rejected }),
    "end-hangs": () => ({ end: never }),
    "end-rejects": () => ({ end: rejected }),
    "close-hangs": () => ({ close: never }),
    "clear-leaves-writes": () => ({ write: (chunk) => good.write(chunk).then(() => (cleared ? never() : undefined)), clear: clearing }),
    "plays-after-clear": () => ({ clear: async () => good.playedFrames() ?? 0 }),
    "pause-plays-on": () => ({ pause: async () => {} }),
    "takes-after-close": () => takingAlways,
    "takes-after-end": () => takingAlways,
    "playhead-jumps-back": () => ({ playedFrames: () => Math.max(0, (good.playedFrames() ?? 0) - 997 * (calls++ % 2)) }),
    "playhead-runs-ahead": () => ({ playedFrames: () => 2 * (good.playedFrames() ?? 0) }),
  };
  let cleared = false;
  let calls = 0;
  const clearing = (): Promise<number> => {
    cleared = true;
    return good.clear();
  };
  return changes[fault]();
}
