import type { Warning } from "@parlando/core";
import { TTSError, type Engine } from "@parlando/engine";
import { Problem } from "../problem/problem.ts";

/** The names that engines have for what clients call otherwise, the likeliest first. A field that is not here has its own name. */
const engineNames: ReadonlyMap<string, readonly string[]> = new Map([
  ["chunk_size", ["chunkSize", "chunkCodes"]],
  ["cfg_weight", ["cfgWeight"]],
  ["audio_prompt", ["audioPrompt"]],
]);

/** What is left of a request's fields for the engines, and what is not. */
export interface EngineOptions {
  /** Undefined where nothing is left. */
  readonly engineOptions: Readonly<Record<string, unknown>> | undefined;
  readonly warnings: readonly Warning[];
}

/**
 * Picks the fields that every engine of a model has: options go to all of them, and one that does not know an option refuses the request. The others become
 * warnings. Names come from the engines' lists (`Capabilities.requestOptions`), never from the request.
 */
export function engineOptionsOf(fields: Readonly<Record<string, unknown>>, engines: readonly Engine[]): EngineOptions {
  const options: Record<string, unknown> = {};
  const warnings: Warning[] = [];
  for (const [field, value] of Object.entries(fields)) {
    if (!isSet(value)) continue;
    const name = (engineNames.get(field) ?? [field]).find((candidate) => engines.every((engine) => engine.capabilities.requestOptions?.includes(candidate) === true));
    if (name === undefined) warnings.push(ignored(field, engines));
    else options[name] = value;
  }
  return { engineOptions: Object.keys(options).length === 0 ? undefined : options, warnings };
}

/** Many serializers write null for what is not set. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function ignored(field: string, engines: readonly Engine[]): Warning {
  const ids = engines.map(({ id }) => id).join(", ");
  return { code: "UNSUPPORTED_OPTION", option: field, message: `The option ${JSON.stringify(field.slice(0, 64))} is left out: not every engine of the model (${ids}) has it.` };
}

/** An engine that refuses an option of a request says so as of a wrong configuration; here it is the client's fault, where the client has given options. */
export function blameOptions(error: unknown, fields: Readonly<Record<string, unknown>> | undefined): unknown {
  const hasFields = Object.values(fields ?? {}).some(isSet);
  return hasFields && TTSError.isInstance(error) && error.code === "INVALID_CONFIG" ? new Problem(400, "invalid_option", error.message, { cause: error }) : error;
}
