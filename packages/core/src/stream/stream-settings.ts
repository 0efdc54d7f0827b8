import { TTSError, type MarkKind } from "@parlando/engine";
import type { Sink } from "../sinks/sink.ts";
import { capabilitiesOf } from "../synthesis/engine-account.ts";
import type { EngineRoute } from "../synthesis/engine-route.ts";
import { checkOptionNames } from "./option-names.ts";
import type { TimeLimits } from "../synthesis/time-limits.ts";
import type { StreamOptions } from "./stream-options.ts";

/** The options of a stream, checked, with every default filled in. */
export interface StreamSettings {
  readonly options: StreamOptions;
  readonly latency: "soonest" | "balanced" | "smoothest";
  readonly highWaterMs: number;
  readonly lowWaterMs: number;
  readonly prebufferMs: number | "auto";
  readonly highWaterCharacters: number;
  readonly maxCharacters: number;
  /** Of the whole stream, in Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Length of a chunk; undefined: whatever there is, up to {@link LONGEST_CHUNK_MS}. */
  readonly chunkMs: number | undefined;
  /** How long an engine may be waited for. */
  readonly timeLimits: TimeLimits;
  /** The kinds of marks that the app is told of. */
  readonly marks: readonly MarkKind[];
}

/** The longest chunk that is handed out when the app asks for no length, in milliseconds. */
export const LONGEST_CHUNK_MS = 100;

const MARK_KINDS: readonly MarkKind[] = ["word", "sentence", "character", "phoneme", "viseme", "bookmark"];
const DEFAULT_MARKS: readonly MarkKind[] = ["word", "sentence", "bookmark"];
const LATENCIES = ["soonest", "balanced", "smoothest"] as const;

/** Checks the options and fills in what is left out. Throws `INVALID_INPUT` naming the option, what was given and what is allowed. */
export function settleOptions(options: StreamOptions, routes: readonly EngineRoute[]): StreamSettings {
  const first = routes[0];
  if (first === undefined) throw new TTSError("INVALID_INPUT", "A stream was made with an empty list of engines; expected at least one.");
  checkOptionNames(options);
  checkSpeech(options);
  const highWaterMs = numberOption("highWaterMs", options.highWaterMs, { default: 1000, least: 20, most: 600_000 });
  const lowWaterMs = numberOption("lowWaterMs", options.lowWaterMs, { default: highWaterMs * 0.75, least: 0, most: highWaterMs });
  const highWaterCharacters = numberOption("highWaterCharacters", options.highWaterCharacters, { default: 2000, least: 1, most: 100_000_000 });
  const maxCharacters = numberOption("maxCharacters", options.maxCharacters, { default: 1_000_000, least: 1, most: 1_000_000_000 });
  const sink = sinkOf(options);
  const engineRate = capabilitiesOf(first.engine, options.voice ?? first.voice).formats[0]?.sampleRate ?? 24_000;
  const rate = numberOption("output.sampleRate", options.output?.sampleRate, { default: sink?.format?.sampleRate ?? engineRate, least: 4000, most: 384_000, isWhole: true });
  const channels = numberOption("output.channels", options.output?.channels, { default: sink?.format?.channels ?? 1, least: 1, most: 8, isWhole: true });
  const chunkMs = options.output?.chunkMs === undefined ? undefined : numberOption("output.chunkMs", options.output.chunkMs, { default: 0, least: 1, most: 60_000 });
  return {
    options,
    latency: choiceOption("latency", options.latency, LATENCIES) ?? "balanced",
    // A chunk must fit under the marks, else it could never be filled.
    highWaterMs: Math.max(highWaterMs, 2 * (chunkMs ?? 0)),
    lowWaterMs: Math.max(lowWaterMs, chunkMs ?? 0),
    prebufferMs: options.prebufferMs === "auto" || options.prebufferMs === undefined ? "auto" : numberOption("prebufferMs", options.prebufferMs, { default: 0, least: 0, most: 600_000, or: '"auto"' }),
    highWaterCharacters,
    maxCharacters,
    sampleRate: Math.round(rate),
    channels: Math.round(channels),
    chunkMs,
    timeLimits: {
      firstAudioMs: numberOption("timeouts.firstAudioMs", options.timeouts?.firstAudioMs, { default: 30_000, least: 1, most: 86_400_000 }),
      betweenMs: numberOption("timeouts.betweenMs", options.timeouts?.betweenMs, { default: 15_000, least: 1, most: 86_400_000 }),
    },
    marks: marksOption(options.marks),
  };
}

/** The sink that was handed in, if one was. */
export function sinkOf(options: StreamOptions): Sink | undefined {
  const { sink } = options;
  if (sink === undefined || sink === "speaker" || sink === "pull") return undefined;
  if (typeof sink === "object" && sink !== null && typeof sink.write === "function" && typeof sink.end === "function") return sink;
  throw invalid("sink", sink, 'a sink with write() and end(), "speaker" or "pull"');
}

function checkSpeech(options: StreamOptions): void {
  for (const name of ["voice", "language"] as const) {
    const value: unknown = options[name];
    if (value !== undefined && (typeof value !== "string" || value === "")) throw invalid(name, value, "a name");
  }
  numberOption("rate", options.rate, { default: 1, least: 0.1, most: 10 });
  numberOption("pitch", options.pitch, { default: 0, least: -24, most: 24 });
  numberOption("volume", options.volume, { default: 1, least: 0, most: 10 });
  for (const name of ["onChunk", "onMark", "onSpoken", "onSegment", "onWarning", "onMetrics", "onError", "onDone"] as const) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== "function") throw invalid(name, value, "a function");
  }
  for (const name of ["textStages", "processors"] as const) {
    const list: unknown = options[name];
    if (list === undefined) continue;
    if (!isList(list)) throw invalid(name, list, "a list of functions that make one each");
    const odd = list.findIndex((factory) => typeof factory !== "function");
    if (odd >= 0) throw invalid(`${name}[${odd}]`, list[odd], "a function that makes one for the stream");
  }
  if (options.onChunk !== undefined && options.sink !== undefined) {
    throw new TTSError("INVALID_INPUT", "A stream was given both onChunk and a sink; audio has one taker, so give one of them (on(\"chunk\") may watch beside it).");
  }
}

function marksOption(marks: readonly MarkKind[] | undefined): readonly MarkKind[] {
  if (marks === undefined) return DEFAULT_MARKS;
  if (!isList(marks)) throw invalid("marks", marks, `a list of ${MARK_KINDS.join(", ")}`);
  for (const kind of marks) choiceOption("marks", kind, MARK_KINDS);
  return marks;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function numberOption(name: string, value: unknown, range: { default: number; least: number; most: number; isWhole?: boolean; or?: string }): number {
  if (value === undefined) return range.default;
  const isWhole = range.isWhole === true;
  if (typeof value === "number" && value >= range.least && value <= range.most && (!isWhole || Number.isInteger(value))) return value;
  throw invalid(name, value, `a ${isWhole ? "whole " : ""}number from ${range.least} to ${range.most}${range.or === undefined ? "" : ` or ${range.or}`}`);
}

function choiceOption<Choice extends string>(name: string, value: unknown, choices: readonly Choice[]): Choice | undefined {
  if (value === undefined) return undefined;
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw invalid(name, value, choices.map((choice) => `"${choice}"`).join(", "));
}

function invalid(name: string, value: unknown, expected: string): TTSError {
  const given = typeof value === "number" || typeof value === "boolean" ? String(value) : typeof value === "string" && value.length <= 40 ? JSON.stringify(value) : value === null || value === undefined ? String(value) : typeof value === "object" ? "an object" : `a ${typeof value}`;
  return new TTSError("INVALID_INPUT", `The stream option "${name}" is ${given}; expected ${expected}.`);
}
