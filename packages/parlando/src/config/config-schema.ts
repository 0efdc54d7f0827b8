import { TTSError } from "@parlando/engine";
import * as v from "valibot";
import { engineProblem, isEngine, looksLikeEngine } from "../engines/engine-problem.ts";
import type { TTSConfig } from "../tts-config.ts";
import { describeShape, describeValue } from "./describe-value.ts";
import { suggestion } from "./nearest-name.ts";

/** A config in which the engine may still be open. */
export type PartialConfig = Partial<TTSConfig>;

/** Where a config comes from, for its error messages. */
export interface ConfigOrigin {
  /** What is wrong, as a whole: `The config`, `The config file "x.json"`. */
  readonly what: string;
  /** What the user wrote for a field: `rate`, `--rate`, `PARLANDO_RATE`. */
  nameOf(path: string): string;
}

/** A config object that the app wrote. */
export const appConfig: ConfigOrigin = { what: "The config", nameOf: (path) => path };

type Message = (issue: v.BaseIssue<unknown>) => string;

const expecting = (allowed: string): Message => (issue) => `given ${describeValue(issue.input)}; allowed: ${allowed}`;
// For fields that may hold a key: what was given stays out of the message.
const expectingQuietly = (allowed: string): Message => (issue) => `given ${describeShape(issue.input)}; allowed: ${allowed}`;
const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

const text = (allowed: string) => v.custom<string>((value) => typeof value === "string" && value !== "", expecting(allowed));
const between = (least: number, most: number, meaning: string) =>
  v.custom<number>((value) => typeof value === "number" && value >= least && value <= most, expecting(`a number from ${least} to ${most}, ${meaning}`));
const oneOf = <const Names extends readonly string[]>(names: Names) =>
  v.picklist(names, (issue) => `given ${describeValue(issue.input)}; allowed: ${quoted(names)}${typeof issue.input === "string" ? suggestion(issue.input, names) : ""}`);
const functions = (what: string) =>
  v.custom<readonly (() => never)[]>(
    (value) => Array.isArray(value) && value.every((entry) => typeof entry === "function"),
    expecting(`a list of functions, each of which makes ${what}`),
  );
const record = v.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  expectingQuietly("an object with the engine's own options"),
);

const sinkMethods = ["write", "playedFrames", "pause", "resume", "clear", "end", "close"] as const;
const sink = v.custom<NonNullable<TTSConfig["sink"]>>(
  (value) =>
    value === "speaker" || value === "pull" || (typeof value === "object" && value !== null && sinkMethods.every((method) => typeof Reflect.get(value, method) === "function")),
  expecting(`"speaker", "pull", or an object with the methods ${sinkMethods.join(", ")}`),
);

const voice = text("the id of a voice, as `parlando voices` lists them");
const language = text("a BCP-47 language, such as \"en-US\"");
const marks = v.array(oneOf(["word", "sentence", "character", "phoneme", "viseme", "bookmark"]), expecting("a list of kinds of marks"));
const sampleRate = between(4000, 384_000, "in Hz");

const engine = v.custom<never>(isEngine, (issue) => engineProblem(issue.input) ?? "");
const engineName = text("the name of an engine, as `parlando engines` lists them, an engine, an object with a field `engine`, or a list of these");
const engineOrName = v.lazy((value) => (looksLikeEngine(value) ? engine : engineName));
const engineEntry = v.strictObject({ engine: engineOrName, voice: v.optional(voice), language: v.optional(language), options: v.optional(record) });
const engineChoice = v.lazy((value) => (typeof value === "object" && value !== null && !looksLikeEngine(value) && !Array.isArray(value) ? engineEntry : engineOrName));
const engineList = v.pipe(v.array(engineChoice), v.minLength(1, () => "given an empty list; allowed: at least one engine"));
const engineField = v.lazy((value) => (Array.isArray(value) ? engineList : engineChoice));

/** A field for every option of config; a missing one does not compile. */
const fields = {
  engine: v.optional(engineField),
  url: v.optional(text("the address of a server, for an engine that speaks over the wire")),
  voice: v.optional(voice),
  language: v.optional(language),
  // The ranges are those of core's stream options.
  rate: v.optional(between(0.1, 10, "where 1 is normal speed")),
  pitch: v.optional(between(-24, 24, "in semitones, where 0 is normal")),
  volume: v.optional(between(0, 10, "where 1 is normal")),
  ssml: v.optional(v.boolean(expecting("true or false"))),
  latency: v.optional(oneOf(["soonest", "balanced", "smoothest"])),
  highWaterMs: v.optional(between(20, 600_000, "in milliseconds of audio")),
  lowWaterMs: v.optional(between(0, 600_000, "in milliseconds of audio")),
  prebufferMs: v.optional(v.union([v.literal("auto"), between(0, 600_000, "in milliseconds of audio")], expecting('"auto", or a number from 0 to 600000, in milliseconds of audio'))),
  timeouts: v.optional(
    v.strictObject(
      {
        firstAudioMs: v.optional(between(1, 86_400_000, "in milliseconds")),
        betweenMs: v.optional(between(1, 86_400_000, "in milliseconds")),
      },
      expecting("an object with firstAudioMs, betweenMs"),
    ),
  ),
  highWaterCharacters: v.optional(between(1, 100_000_000, "counted in UTF-16 units")),
  maxCharacters: v.optional(between(1, 1_000_000_000, "counted in UTF-16 units")),
  output: v.optional(
    v.strictObject(
      {
        sampleRate: v.optional(sampleRate),
        channels: v.optional(between(1, 8, "usually 1")),
        chunkMs: v.optional(between(1, 60_000, "in milliseconds")),
      },
      expecting("an object with sampleRate, channels, chunkMs"),
    ),
  ),
  marks: v.optional(marks),
  textStages: v.optional(functions("a text stage")),
  processors: v.optional(functions("an audio processor")),
  sink: v.optional(sink),
  engineOptions: v.optional(record),
} satisfies Record<keyof TTSConfig, unknown>;

const configSchema = v.pipe(
  v.custom<object>((value) => typeof value === "object" && value !== null && !Array.isArray(value), expecting("an object with the fields of a config")),
  v.custom<object>((value) => !looksLikeEngine(value), () => "given an engine; write it as { engine: … }"),
  v.strictObject(fields),
);

/** How many mistakes one message lists. */
const mostProblems = 5;

/**
 * Checks a config, or a part of one that names no engine yet.
 *
 * @throws TTSError `INVALID_CONFIG`, naming each wrong field, what was given (never a long text, nothing out of the engine's own
 * options) and what is allowed.
 */
export function checkPartialConfig(input: unknown, origin: ConfigOrigin): PartialConfig {
  const result = v.safeParse(configSchema, input);
  // The schema only looks: what it lets pass is the value that was given, engines and sinks as they are.
  if (result.success) return result.output as PartialConfig;
  const problems = result.issues.slice(0, mostProblems).map((issue) => describeIssue(issue, origin));
  const more = result.issues.length - problems.length;
  throw invalidConfig(`${origin.what} is not valid: ${problems.join(" | ")}${more > 0 ? ` | and ${more} more` : ""}`);
}

/** Checks a whole config: as {@link checkPartialConfig}, and there has to be an engine. */
export function checkConfig(input: unknown, origin: ConfigOrigin): TTSConfig {
  return requireEngine(checkPartialConfig(input, origin), origin);
}

/** The config itself when it names an engine; an error that says how to name one when it does not. */
export function requireEngine(config: PartialConfig, origin: ConfigOrigin): TTSConfig {
  if (config.engine !== undefined) return { ...config, engine: config.engine };
  throw invalidConfig(`${origin.what} is not valid: ${origin.nameOf("engine")}: given nothing; allowed: the name of an engine, such as "espeak", an engine, or a list of these`);
}

/** An `INVALID_CONFIG` error. */
export function invalidConfig(message: string, cause?: unknown): TTSError {
  return new TTSError("INVALID_CONFIG", message, { cause });
}

function describeIssue(issue: v.BaseIssue<unknown>, origin: ConfigOrigin): string {
  const keys = (issue.path ?? []).map((item) => String(item.key));
  const name = keys.length === 0 ? undefined : origin.nameOf(keys.join("."));
  if (issue.type !== "strict_object" || issue.path === undefined) return withName(name, issue.message);
  const last = issue.path.at(-1);
  // Valibot marks a field that should not be there with "never", and one that should with its quoted name.
  if (issue.expected !== "never") return keys.at(-1) === "engine" ? withName(name, "given nothing; allowed: the name of an engine, or an engine") : withName(name, issue.message);
  const known = Object.keys(keys.length > 1 ? nestedFields(keys) : fields);
  return withName(name, `no such field${suggestion(String(last?.key), known)}; allowed: ${known.join(", ")}`);
}

const withName = (name: string | undefined, problem: string): string => (name === undefined ? problem : `${name}: ${problem}`);

function nestedFields(keys: readonly string[]): object {
  if (keys[0] === "output") return fields.output.wrapped.entries;
  return keys[0] === "timeouts" ? fields.timeouts.wrapped.entries : engineEntry.entries;
}
