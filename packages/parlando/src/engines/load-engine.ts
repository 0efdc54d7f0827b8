import { TTSError, type Engine } from "@parlando/engine";
import { suggestion } from "../config/nearest-name.ts";
import { describeValue } from "../config/describe-value.ts";
import { engineProblem, isEngine } from "./engine-problem.ts";
import { loadOptionalPackage } from "./load-optional-package.ts";
import type { RegistryEntry } from "./registry-entry.ts";

/**
 * The entry of an engine that config names.
 *
 * @throws TTSError `ENGINE_NOT_FOUND`, with the names that exist and the one that was probably meant.
 */
export function findEngine(registry: readonly RegistryEntry[], id: string): RegistryEntry {
  const found = registry.find((entry) => entry.id === id);
  if (found !== undefined) return found;
  const names = registry.map((entry) => entry.id);
  throw new TTSError("ENGINE_NOT_FOUND", `There is no engine ${describeValue(id)}${suggestion(id, names) || "."} Known engines: ${names.join(", ")}; an engine of your own can be handed in as an object.`);
}

/**
 * Loads the package of an engine and makes the engine. The options are the engine's to check.
 *
 * @throws TTSError `ENGINE_UNAVAILABLE` when the package is missing, cannot be loaded or holds no engine that this version can use.
 */
export async function loadEngine(entry: RegistryEntry, options: Readonly<Record<string, unknown>> | undefined): Promise<Engine> {
  const need = `The engine "${entry.id}"`;
  const loaded = await loadOptionalPackage({ name: entry.package, need, code: "ENGINE_UNAVAILABLE", load: entry.load });
  if (!hasFactory(loaded)) {
    throw new TTSError("ENGINE_UNAVAILABLE", `${need} cannot be made: the package ${entry.package} exports no \`createEngine\`; install the version that belongs to this parlando.`, { engine: entry.id });
  }
  const engine = await loaded.createEngine(options);
  if (isEngine(engine)) return engine;
  throw new TTSError("ENGINE_UNAVAILABLE", `${need} cannot be used: ${engineProblem(engine) ?? "it is no engine"}.`, { engine: entry.id });
}

interface EngineModule {
  createEngine(options?: Readonly<Record<string, unknown>>): unknown;
}

function hasFactory(loaded: object): loaded is EngineModule {
  return "createEngine" in loaded && typeof loaded.createEngine === "function";
}
