import type { EngineRoute } from "@parlando/core";
import { TTSError, type Engine } from "@parlando/engine";
import type { EngineChoice, TTSConfig } from "../tts-config.ts";
import { isEngine } from "./engine-problem.ts";
import { findEngine, loadEngine } from "./load-engine.ts";
import type { RegistryEntry } from "./registry-entry.ts";

/** The engines of a config, ready to speak. */
export interface OpenedEngines {
  readonly routes: readonly EngineRoute[];
  /** Closes those that were made from a name; the others belong to whoever made them. */
  close(): Promise<void>;
}

/** One engine of config, in one form. */
interface Choice {
  readonly engine: string | Engine;
  readonly voice?: string | undefined;
  readonly language?: string | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Makes the engines that config names, all at once, and joins them with the settings that are theirs. When one cannot be made,
 * those already made are closed again.
 */
export async function openEngines(config: TTSConfig, registry: readonly RegistryEntry[]): Promise<OpenedEngines> {
  const choices = withAddress(choicesOf(config.engine), config.url);
  // Every name is looked up before the first package is loaded: a typing error costs nothing.
  const makers = choices.map(({ engine, options }) => (typeof engine === "string" ? makerOf(findEngine(registry, engine), options) : async () => engine));
  const made = await Promise.allSettled(makers.map(async (make) => await make()));

  const own = made.flatMap((result, index) => (result.status === "fulfilled" && typeof choices[index]?.engine === "string" ? [result.value] : []));
  const close = async (): Promise<void> => void (await Promise.allSettled(own.map((engine) => engine.close())));
  const failed = made.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }

  const engines = made.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const first = engines[0]?.id;
  return { routes: engines.map((engine, index) => routeOf(engine, choices[index], config, engine.id === first)), close };
}

/** Gives the address of config to the first engine, and others of its name, unless their options have one. */
function withAddress(choices: readonly Choice[], url: string | undefined): readonly Choice[] {
  if (url === undefined) return choices;
  const name = choices[0]?.engine;
  if (typeof name !== "string") {
    throw new TTSError("INVALID_CONFIG", "The config has a `url`, but its first engine is an engine already made, which has its address. Leave `url` out, or name the engine that it is for.");
  }
  return choices.map((choice) => (choice.engine === name ? { ...choice, options: { url, ...choice.options } } : choice));
}

function makerOf(entry: RegistryEntry, options: Choice["options"]): () => Promise<Engine> {
  return () => loadEngine(entry, options);
}

function routeOf(engine: Engine, choice: Choice | undefined, config: TTSConfig, isFirst: boolean): EngineRoute {
  // Options of a named engine went to its maker; those of an engine handed in can only go along with requests.
  const own = typeof choice?.engine === "string" ? undefined : choice?.options;
  const shared = isFirst ? config.engineOptions : undefined;
  return {
    engine,
    voice: choice?.voice ?? (isFirst ? config.voice : undefined),
    language: choice?.language ?? config.language,
    options: own === undefined && shared === undefined ? undefined : { ...shared, ...own },
  };
}

function choicesOf(engine: TTSConfig["engine"]): Choice[] {
  const list: readonly EngineChoice[] = isList(engine) ? engine : [engine];
  return list.map((entry) => (typeof entry === "string" || isEngine(entry) ? { engine: entry } : entry));
}

// `Array.isArray` does not narrow a readonly array out of a union.
function isList(engine: TTSConfig["engine"]): engine is readonly EngineChoice[] {
  return Array.isArray(engine);
}
