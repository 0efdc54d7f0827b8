import { configFileVariable, configVariables, readVariables } from "../../config/config-environment.ts";
import type { Environment } from "../../config/environment.ts";
import { readConfigFile } from "../../config/config-file.ts";
import { nearestName } from "../../config/nearest-name.ts";
import { reasonOf, type Check } from "./check.ts";

/** Whether the settings that come from the environment are right. */
export async function checkSettings(environment: Environment): Promise<readonly Check[]> {
  return [await checkVariables(environment), ...(await checkFile(environment)), ...misspelled(environment)];
}

async function checkVariables(environment: Environment): Promise<Check> {
  const set = configVariables.filter((name) => (environment[name] ?? "").trim() !== "");
  try {
    readVariables(environment);
  } catch (error) {
    return { name: "settings", status: "failed", detail: reasonOf(error), fix: "Correct the variable, or take it out of the environment." };
  }
  return { name: "settings", status: "ok", detail: set.length === 0 ? "no PARLANDO_ variables are set" : `set: ${set.join(", ")}` };
}

async function checkFile(environment: Environment): Promise<readonly Check[]> {
  const path = environment[configFileVariable]?.trim() ?? "";
  if (path === "") return [];
  try {
    await readConfigFile(path);
    return [{ name: "config file", status: "ok", detail: path }];
  } catch (error) {
    return [{ name: "config file", status: "failed", detail: reasonOf(error), fix: `Correct the file, or ${configFileVariable}.` }];
  }
}

/** Variables that set nothing, but look as if they were meant to. */
function misspelled(environment: Environment): readonly Check[] {
  const unknown = Object.keys(environment).filter((name) => name.startsWith("PARLANDO_") && !configVariables.includes(name));
  return unknown.flatMap((name) => {
    const meant = nearestName(name, configVariables);
    return meant === undefined ? [] : [{ name: "settings", status: "warning", detail: `${name} sets nothing`, fix: `Call it ${meant}, if that was meant.` } satisfies Check];
  });
}
