import { TTSError } from "@parlando/engine";
import type { StreamOptions } from "./stream-options.ts";

/** Every option of a stream; the compiler sees to it that none is missing. */
const NAMES: Readonly<Record<keyof StreamOptions, true>> = {
  voice: true,
  language: true,
  rate: true,
  pitch: true,
  volume: true,
  ssml: true,
  latency: true,
  highWaterMs: true,
  lowWaterMs: true,
  prebufferMs: true,
  timeouts: true,
  highWaterCharacters: true,
  maxCharacters: true,
  output: true,
  marks: true,
  textStages: true,
  processors: true,
  sink: true,
  signal: true,
  engineOptions: true,
  onChunk: true,
  onMark: true,
  onSpoken: true,
  onSegment: true,
  onWarning: true,
  onMetrics: true,
  onError: true,
  onDone: true,
};
const TIMEOUT_NAMES = ["firstAudioMs", "betweenMs"] as const;
const OUTPUT_NAMES = ["sampleRate", "channels", "chunkMs"] as const;
/** A name longer than this is not repeated in an error. */
const LONGEST_NAME = 40;

/**
 * Refuses options that do not exist: a mistyped `onChunck` would otherwise play on the speaker.
 *
 * @throws TTSError `INVALID_INPUT`, naming the option and the one that was probably meant.
 */
export function checkOptionNames(options: StreamOptions): void {
  checkNames(options, Object.keys(NAMES), "");
  if (typeof options.output === "object" && options.output !== null) checkNames(options.output, OUTPUT_NAMES, "output.");
  if (typeof options.timeouts === "object" && options.timeouts !== null) checkNames(options.timeouts, TIMEOUT_NAMES, "timeouts.");
}

function checkNames(given: object, known: readonly string[], prefix: string): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || known.includes(name)) continue;
    const meant = known.find((other) => isNear(name.toLowerCase(), other.toLowerCase()));
    const advice = meant === undefined ? `It has: ${known.join(", ")}.` : `Did you mean "${prefix}${meant}"?`;
    throw new TTSError("INVALID_INPUT", `A stream was given the option "${prefix}${name.slice(0, LONGEST_NAME)}", which does not exist. ${advice}`);
  }
}

/** Whether two names differ by one letter added, left out or changed, or two swapped: what lies between their common ends tells. */
function isNear(left: string, right: string): boolean {
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < shorter - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  const [inLeft, inRight] = [left.slice(start, left.length - end), right.slice(start, right.length - end)];
  return Math.max(inLeft.length, inRight.length) <= 1 || (inLeft.length === 2 && inLeft[0] === inRight[1] && inLeft[1] === inRight[0]);
}
