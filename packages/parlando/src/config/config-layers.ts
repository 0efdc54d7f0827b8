import type { EngineChoice, TTSConfig } from "../tts-config.ts";
import type { PartialConfig } from "./config-schema.ts";

/**
 * Lays one config over another: what the upper one sets, it sets; `output` and `timeouts` are joined field by field.
 *
 * A voice, an address and engine options belong to an engine. So where the upper config names another engine, those of the lower one are
 * dropped; where it names one that the lower one has settings for, these are kept.
 */
export function layConfigOver(lower: PartialConfig, upper: PartialConfig): PartialConfig {
  const joined: PartialConfig = { ...lower, ...withoutUndefined(upper) };
  if (lower.output !== undefined && upper.output !== undefined) joined.output = { ...lower.output, ...withoutUndefined(upper.output) };
  if (lower.timeouts !== undefined && upper.timeouts !== undefined) joined.timeouts = { ...lower.timeouts, ...withoutUndefined(upper.timeouts) };
  if (upper.engine === undefined || lower.engine === undefined) return joined;

  joined.engine = mapChoices(upper.engine, (choice) => configured(lower.engine, choice));
  if (firstName(upper.engine) === firstName(lower.engine)) return joined;
  joined.voice = upper.voice;
  joined.url = upper.url;
  joined.engineOptions = upper.engineOptions;
  return joined;
}

/** A copy without the fields that are there but undefined, so that they hide nothing when spread. */
export function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}

type Engines = TTSConfig["engine"] | undefined;

const choicesOf = (engine: Engines): readonly EngineChoice[] => (engine === undefined ? [] : Array.isArray(engine) ? (engine as readonly EngineChoice[]) : [engine as EngineChoice]);

function mapChoices(engine: TTSConfig["engine"], change: (choice: EngineChoice) => EngineChoice): TTSConfig["engine"] {
  return Array.isArray(engine) ? choicesOf(engine).map(change) : change(engine as EngineChoice);
}

/** The lower config's entry for an engine that the upper one only names. */
function configured(lower: Engines, choice: EngineChoice): EngineChoice {
  if (typeof choice !== "string") return choice;
  return choicesOf(lower).find((entry) => nameOf(entry) === choice) ?? choice;
}

function firstName(engine: Engines): string | undefined {
  const first = choicesOf(engine)[0];
  return first === undefined ? undefined : nameOf(first);
}

function nameOf(choice: EngineChoice): string {
  if (typeof choice === "string") return choice;
  const engine = "engine" in choice ? choice.engine : choice;
  return typeof engine === "string" ? engine : engine.id;
}
