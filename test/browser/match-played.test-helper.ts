import { samplesOf } from "./rig.test-helper.ts";
import type { Tapped } from "./player-page/tap.ts";

/** Of 5 ms at 24,000 Hz, as the player has it by default. */
const fadeFrames = 120;

/** A place where sound was broken off and went on. */
export interface Break {
  /** The first frame that was heard again after it. */
  readonly atFrame: number;
  readonly silentFrames: number;
}

/** What was heard, against what was sent. */
export interface Match {
  /** Frames that were heard as they were sent, bit for bit; those in fades times their gain. */
  readonly matched: number;
  readonly breaks: readonly Break[];
  /** What is neither: the place in the recording. */
  readonly wrongAt: number | undefined;
  /** Where the recording goes on behind what was sent. */
  readonly end: number;
}

const gainOf = (index: number): number => (1 - Math.cos((Math.PI * (index + 0.5)) / fadeFrames)) / 2;

/** The samples of a tap; fails where it has missed a quantum. */
export function recordingOf(tapped: Tapped): Float32Array {
  if (tapped.missedQuanta !== 0) throw new Error(`The tap has missed ${tapped.missedQuanta} quanta: this run says nothing of the player.`);
  return samplesOf(tapped.samples);
}

/**
 * Compares every sample. Sound may be broken off, as the player does it: the next 5 ms under a falling gain, silence, and the same ones again
 * under a rising gain. Whatever else is heard is wrong. What was sent has no sample that is 0.
 */
export function matchPlayed(recording: Float32Array, sent: Float32Array, from = 0): Match {
  const breaks: Break[] = [];
  let at = silenceFrom(recording, from);
  let frame = 0;
  let sinceBreak = fadeFrames;
  const result = (wrongAt?: number): Match => ({ matched: frame, breaks, wrongAt, end: at });
  while (frame < sent.length) {
    const gain = sinceBreak < fadeFrames ? gainOf(sinceBreak) : 1;
    if (recording[at] === Math.fround((sent[frame] ?? 0) * gain)) {
      at += 1;
      frame += 1;
      sinceBreak += 1;
      continue;
    }
    const silent = breakAt(recording, at, sent.subarray(frame));
    if (silent === undefined) return result(at);
    breaks.push({ atFrame: frame, silentFrames: silent - at - fadeFrames });
    at = silent;
    sinceBreak = 0;
  }
  return result();
}

/** Where sound goes on after it was faded out at `at`; undefined where it was not. */
function breakAt(recording: Float32Array, at: number, next: Float32Array): number | undefined {
  for (let index = 0; index < fadeFrames; index += 1) {
    if (recording[at + index] !== Math.fround((next[index] ?? 0) * gainOf(fadeFrames - 1 - index))) return undefined;
  }
  const goesOn = silenceFrom(recording, at + fadeFrames);
  return goesOn < recording.length ? goesOn : undefined;
}

/** The first sample from there that is not silent. */
export function silenceFrom(recording: Float32Array, from: number): number {
  let at = from;
  while (at < recording.length && recording[at] === 0) at += 1;
  return at;
}
