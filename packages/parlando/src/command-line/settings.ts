import { configFileVariable, engineNames, readVariables } from "../config/config-environment.ts";
import type { Environment } from "../config/environment.ts";
import { readConfigFile } from "../config/config-file.ts";
import { layConfigOver } from "../config/config-layers.ts";
import { checkPartialConfig, requireEngine, type ConfigOrigin } from "../config/config-schema.ts";
import { withEngineOption } from "../config/engine-option.ts";
import type { TTSConfig } from "../tts-config.ts";

/** The flags of a command that set config, as they were typed. */
export interface ConfigFlags {
  readonly engine?: string | undefined;
  readonly voice?: string | undefined;
  readonly language?: string | undefined;
  readonly rate?: string | undefined;
  readonly pitch?: string | undefined;
  readonly volume?: string | undefined;
  readonly ssml?: boolean | undefined;
  readonly latency?: string | undefined;
  readonly sampleRate?: string | undefined;
  /** An option of the first engine: what its own config calls `model`. */
  readonly model?: string | undefined;
  readonly config?: string | undefined;
}

/** What speaks when nobody has chosen: the voice that needs no key and no network. */
const embeddedEngine = "espeak";

const origin: ConfigOrigin = {
  what: "The command line",
  nameOf: (path) => (path === "output.sampleRate" ? "--sample-rate" : `--${path.split(".", 1).join("")}`),
};

/**
 * The config of a command: flags over `PARLANDO_*` variables over the file that `--config` or `PARLANDO_CONFIG` names.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the flag, the variable or the field of the file.
 */
export async function resolveSettings(flags: ConfigFlags, environment: Environment): Promise<TTSConfig> {
  const path = flags.config ?? nonEmpty(environment[configFileVariable]);
  const fromFile = path === undefined ? {} : await readConfigFile(path);
  const configured = layConfigOver(layConfigOver(fromFile, readVariables(environment)), checkPartialConfig(configOf(flags), origin));
  const config = requireEngine({ ...configured, engine: configured.engine ?? embeddedEngine }, origin);
  return flags.model === undefined ? config : withEngineOption(config, "model", flags.model);
}

function configOf(flags: ConfigFlags): Record<string, unknown> {
  return {
    engine: flags.engine === undefined ? undefined : engineNames(flags.engine),
    voice: flags.voice,
    language: flags.language,
    rate: numberIn(flags.rate),
    pitch: numberIn(flags.pitch),
    volume: numberIn(flags.volume),
    ssml: flags.ssml,
    latency: flags.latency,
    output: flags.sampleRate === undefined ? undefined : { sampleRate: numberIn(flags.sampleRate) },
  };
}

/** What is no number stays text, so that the error can name it. */
function numberIn(text: string | undefined): number | string | undefined {
  return text === undefined || text.trim() === "" || !Number.isFinite(Number(text)) ? text : Number(text);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text.trim();
}
