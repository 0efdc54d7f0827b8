import type { Environment } from "../config/environment.ts";
import { engineNames } from "../config/config-environment.ts";
import type { TTSConfig } from "../tts-config.ts";
import { describeValue } from "../config/describe-value.ts";
import { resolveSettings } from "./settings.ts";
import { UsageError } from "./usage-error.ts";

/** The flags of `parlando serve`, as they were typed. */
export interface ServeFlags {
  /** Each is a model; the engines of a comma list take over from each other inside it. */
  readonly engine?: readonly string[] | undefined;
  readonly port?: string | undefined;
  readonly host?: string | undefined;
  readonly config?: string | undefined;
  readonly key?: readonly string[] | undefined;
  readonly origin?: readonly string[] | undefined;
  readonly name?: readonly string[] | undefined;
  readonly grace?: string | undefined;
  readonly ssml?: boolean | undefined;
  readonly insecure?: boolean | undefined;
  /** False with `--no-page`. */
  readonly page?: boolean | undefined;
  readonly faults?: boolean | undefined;
}

/** The variable with keys, separated by commas: other than flags, `ps` does not show it. */
export const keysVariable = "PARLANDO_SERVER_KEYS";

/** The variable with the secret of tickets, for several servers that take each other's. */
export const ticketSecretVariable = "PARLANDO_TICKET_SECRET";

/** A model that is to be served. */
export interface ServedConfig {
  readonly name: string;
  readonly config: TTSConfig;
}

/**
 * What is served: a model for each `--engine`, by the name of its first engine; else the one of the settings.
 *
 * @throws TTSError `INVALID_CONFIG`; UsageError for two models of one name.
 */
export async function servedConfigs(flags: ServeFlags, environment: Environment): Promise<readonly ServedConfig[]> {
  const engines = flags.engine ?? [undefined];
  const configs = await Promise.all(engines.map((engine) => resolveSettings({ engine, config: flags.config }, environment)));
  const served = configs.map((config, index) => ({ name: nameOf(config, engines[index]), config }));
  const twice = served.find(({ name }, index) => served.findIndex((other) => other.name === name) < index);
  if (twice !== undefined) throw new UsageError(`--engine: two models would be called ${describeValue(twice.name)}; a model has the name of its first engine, so begin each with another one`);
  return served;
}

function nameOf(config: TTSConfig, flag: string | undefined): string {
  const first = flag === undefined ? firstOf(config.engine) : [engineNames(flag)].flat()[0];
  return typeof first === "string" ? first : "default";
}

function firstOf(engine: TTSConfig["engine"]): unknown {
  const first: unknown = Array.isArray(engine) ? engine[0] : engine;
  return typeof first === "object" && first !== null && "engine" in first ? first.engine : first;
}

/** Where to listen. @throws UsageError for what is no port. */
export function whereOf({ host, port = "8080" }: ServeFlags): { readonly host: string | undefined; readonly port: number } {
  const number = Number(port);
  if (!/^\d+$/.test(port) || number > 65_535) throw new UsageError(`--port: given ${describeValue(port)}; allowed: a number from 0 to 65535, where 0 is any that is free`);
  return { host, port: number };
}

/** How long what is under way has at the end, in milliseconds. @throws UsageError for what is no number of seconds. */
export function graceMsOf({ grace = "60" }: ServeFlags): number {
  const seconds = Number(grace);
  if (grace.trim() === "" || !Number.isFinite(seconds) || seconds < 0 || seconds > 86_400) throw new UsageError(`--grace: given ${describeValue(grace)}; allowed: a number of seconds from 0 to 86400`);
  return seconds * 1_000;
}

/** The keys of flags and environment. */
export function keysOf({ key = [] }: ServeFlags, environment: Environment): readonly string[] {
  const fromEnvironment = (environment[keysVariable] ?? "").split(",").map((part) => part.trim()).filter((part) => part !== "");
  return [...key, ...fromEnvironment];
}
