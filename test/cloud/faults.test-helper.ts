// What goes wrong in the fault table.

import type { ChooseFakeFault, FakeFault } from "@parlando/testkit/fakes";
import type { Lane } from "./lanes.test-helper.ts";

/** A row of the table. */
export interface FaultRow {
  readonly name: string;
  /** The fault, `place` bytes into the audio: an odd number, so that samples are cut too. */
  fault(place: number): FakeFault;
}

/**
 * Audio before a fault that comes in its middle. Once: inside the fourth word, so that the stream has words that stay. Always: inside the first, or
 * each try would bring the stream on by some words.
 */
const placesMs = { once: 460, always: 60 } as const;

/** Providers say how long to wait; a test does not wait long. */
const soon = { "retry-after": "0", "retry-after-ms": "20" };

/** The rows, in order. */
export const faultRows: readonly FaultRow[] = [
  { name: "cut inside a chunk at a byte", fault: (afterBytes) => ({ kind: "cut", afterBytes }) },
  { name: "reset", fault: (afterBytes) => ({ kind: "reset", afterBytes }) },
  { name: "clean early end", fault: (afterBytes) => ({ kind: "early-end", afterBytes: afterBytes - 1 }) },
  { name: "stall after audio", fault: (afterBytes) => ({ kind: "stall", afterBytes }) },
  { name: "one byte every 200 ms", fault: () => ({ kind: "drip", everyMs: 200 }) },
  { name: "no answer", fault: () => ({ kind: "no-answer" }) },
  { name: "429", fault: () => ({ kind: "status", status: 429, headers: soon }) },
  { name: "500", fault: () => ({ kind: "status", status: 500, headers: soon }) },
  { name: "401", fault: () => ({ kind: "status", status: 401 }) },
  { name: "JSON in a 200", fault: () => ({ kind: "wrong-body", content: "json" }) },
  { name: "HTML in a 200", fault: () => ({ kind: "wrong-body", content: "html" }) },
  { name: "empty 200", fault: () => ({ kind: "empty" }) },
  { name: "malformed event", fault: (afterBytes) => ({ kind: "malformed", afterBytes }) },
  { name: "end marker missing", fault: () => ({ kind: "no-end-marker" }) },
];

/** Where in the audio of a lane a fault comes: in bytes, and odd. */
export function faultPlace({ speech }: Pick<Lane, "speech">, when: "once" | "always"): number {
  // MP3 of 48 kbit/s has 6 bytes a millisecond.
  const bytesPerMs = speech.encoding === "tones" ? 6 : (2 * speech.sampleRate) / 1000;
  return placesMs[when] * bytesPerMs + 1;
}

/** Plays a fault in the first request for audio, or in all of them. */
export function playFault(fault: FakeFault, when: "once" | "always"): ChooseFakeFault {
  let played = false;
  return ({ parameters }) => {
    // Marks that are asked for beside the audio are not what this is about.
    if (parameters["OutputFormat"] === "json" || (when === "once" && played)) return undefined;
    played = true;
    return fault;
  };
}
