import type { TTSConfig } from "../tts-config.ts";
import type { Environment } from "./environment.ts";
import { readConfigFile } from "./config-file.ts";
import { layConfigOver } from "./config-layers.ts";
import { checkPartialConfig, requireEngine, type ConfigOrigin, type PartialConfig } from "./config-schema.ts";

/** One variable: the field of config that it sets, and what becomes of its text. */
interface Variable {
  readonly field: string;
  readonly read: (text: string) => unknown;
}

// What does not read as a number or as yes or no stays text, so that the schema names it in its error.
const number = (text: string): unknown => (Number.isFinite(Number(text)) ? Number(text) : text);
const yesOrNo = (text: string): unknown => ({ true: true, "1": true, false: false, "0": false })[text.toLowerCase()] ?? text;
const list = (text: string): unknown => engineNames(text);
const plain = (text: string): unknown => text;

const variables: Readonly<Record<string, Variable>> = {
  PARLANDO_ENGINE: { field: "engine", read: list },
  PARLANDO_VOICE: { field: "voice", read: plain },
  PARLANDO_LANGUAGE: { field: "language", read: plain },
  PARLANDO_RATE: { field: "rate", read: number },
  PARLANDO_PITCH: { field: "pitch", read: number },
  PARLANDO_VOLUME: { field: "volume", read: number },
  PARLANDO_SSML: { field: "ssml", read: yesOrNo },
  PARLANDO_LATENCY: { field: "latency", read: plain },
  PARLANDO_SAMPLE_RATE: { field: "output.sampleRate", read: number },
};

/** The variable that names a config file, over which the other variables are laid. */
export const configFileVariable = "PARLANDO_CONFIG";

/** The names of all variables that config is read from. */
export const configVariables: readonly string[] = [...Object.keys(variables), configFileVariable];

/** Variables that are read elsewhere and are no config: by the engine `remote`, by `parlando serve`, and where models are looked for. */
export const otherVariables: readonly string[] = ["PARLANDO_URL", "PARLANDO_SERVER_KEY", "PARLANDO_SERVER_KEYS", "PARLANDO_MODELS"];

const origin: ConfigOrigin = {
  what: "The environment",
  nameOf: (path) => Object.entries(variables).find(([, { field }]) => field === path || path.startsWith(`${field}.`))?.[0] ?? path,
};

/** One name, or a list to fail over along when they are separated by commas. */
export function engineNames(text: string): string | string[] {
  const names = text.split(",").map((name) => name.trim());
  return names.length === 1 ? names.join("") : names;
}

/**
 * The part of a config that `PARLANDO_*` variables set; `PARLANDO_CONFIG` is not looked at. Empty variables count as not set, others that
 * begin with `PARLANDO_` are left to other programs.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the variable.
 */
export function readVariables(environment: Environment): PartialConfig {
  const config: Record<string, unknown> = {};
  for (const [name, { field, read }] of Object.entries(variables)) {
    const value = environment[name]?.trim();
    if (value === undefined || value === "") continue;
    if (field === "output.sampleRate") config["output"] = { sampleRate: read(value) };
    else config[field] = read(value);
  }
  return checkPartialConfig(config, origin);
}

/** The whole config that the environment makes: variables over the file that `PARLANDO_CONFIG` names. */
export async function readEnvironment(environment: Environment): Promise<TTSConfig> {
  const fromVariables = readVariables(environment);
  const path = environment[configFileVariable]?.trim();
  const fromFile = path === undefined || path === "" ? {} : await readConfigFile(path);
  return requireEngine(layConfigOver(fromFile, fromVariables), origin);
}
