import type { Capabilities, Engine } from "@parlando/engine";
import { isModuleMissing } from "../engines/load-optional-package.ts";
import { loadEngine } from "../engines/load-engine.ts";
import { installLine, type RegistryEntry } from "../engines/registry-entry.ts";
import { installedVersion } from "./installed-package.ts";

/** What is known of an engine after trying to load it. */
export interface EngineState {
  readonly id: string;
  readonly description: string;
  readonly package: string;
  readonly licence: string;
  readonly install: string;
  readonly installed: boolean;
  readonly version?: string | undefined;
  /** Why it cannot be used, although it is installed. */
  readonly problem?: string | undefined;
  readonly capabilities?: Capabilities | undefined;
}

/** Loads an engine without settings and passes it, with its state, to `use`; closes it afterwards. */
export async function inspectEngine<T>(entry: RegistryEntry, use: (state: EngineState, engine: Engine | undefined) => Promise<T> | T): Promise<T> {
  const known = { id: entry.id, description: entry.description, package: entry.package, licence: entry.licence, install: installLine(entry.package) };
  let engine: Engine;
  try {
    engine = await loadEngine(entry, undefined);
  } catch (error) {
    const missing = error instanceof Error && isModuleMissing(error.cause);
    if (missing) return await use({ ...known, installed: false }, undefined);
    return await use({ ...known, installed: true, version: await installedVersion(entry.package), problem: error instanceof Error ? error.message : String(error) }, undefined);
  }
  try {
    return await use({ ...known, installed: true, version: await installedVersion(entry.package), capabilities: engine.capabilities }, engine);
  } finally {
    await engine.close();
  }
}
