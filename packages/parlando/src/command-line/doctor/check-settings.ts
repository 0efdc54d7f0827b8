import { configFileVariable, configVariables, otherVariables, readVariables } from "../../config/config-environment.ts";
import type { Environment } from "../../config/environment.ts";
import { readConfigFile } from "../../config/config-file.ts";
import { nearestName } from "../../config/nearest-name.ts";
import { findEngine } from "../../engines/load-engine.ts";
import type { RegistryEntry } from "../../engines/registry-entry.ts";
import type { TTSConfig } from "../../tts-config.ts";
import { reasonOf, type Check } from "./check.ts";

/** Whether the settings that come from the environment are right, and name engines that exist. */
export async function checkSettings(environment: Environment, registry: readonly RegistryEntry[]): Promise<readonly Check[]> {
  return [checkVariables(environment, registry), ...(await checkFile(environment, registry)), ...misspelled(environment)];
}

function checkVariables(environment: Environment, registry: readonly RegistryEntry[]): Check {
  const set = configVariables.filter((name) => (environment[name] ?? "").trim() !== "");
  try {
    findEngines(readVariables(environment), registry);
  } catch (error) {
    return { name: "settings", status: "failed", detail: reasonOf(error), fix: "Correct the variable, or take it out of the environment." };
  }
  return { name: "settings", status: "ok", detail: set.length === 0 ? "no PARLANDO_ variables are set" : `set: ${set.join(", ")}` };
}

async function checkFile(environment: Environment, registry: readonly RegistryEntry[]): Promise<readonly Check[]> {
  const path = environment[configFileVariable]?.trim() ?? "";
  if (path === "") return [];
  try {
    findEngines(await readConfigFile(path), registry);
    return [{ name: "config file", status: "ok", detail: path }];
  } catch (error) {
    return [{ name: "config file", status: "failed", detail: reasonOf(error), fix: `Correct the file, or ${configFileVariable}.` }];
  }
}

/** @throws TTSError `ENGINE_NOT_FOUND` for the first engine that is named and does not exist. */
function findEngines({ engine = [] }: Partial<TTSConfig>, registry: readonly RegistryEntry[]): void {
  for (const choice of [engine].flat()) {
    const named = typeof choice === "object" && "engine" in choice ? choice.engine : choice;
    if (typeof named === "string") findEngine(registry, named);
  }
}

/** Variables that set nothing, but look as if they were meant to. */
function misspelled(environment: Environment): readonly Check[] {
  const known = [...configVariables, ...otherVariables];
  const unknown = Object.keys(environment).filter((name) => name.startsWith("PARLANDO_") && !known.includes(name));
  return unknown.flatMap((name) => {
    const meant = nearestName(name, known);
    return meant === undefined ? [] : [{ name: "settings", status: "warning", detail: `${name} sets nothing`, fix: `Call it ${meant}, if that was meant.` } satisfies Check];
  });
}
