import { TTSError, type ErrorCode } from "@parlando/engine";
import { installLine } from "./registry-entry.ts";

/** What is imported, and how its absence is reported. */
export interface OptionalPackage {
  readonly name: string;
  /** What cannot be done without it: the beginning of the error's message. */
  readonly need: string;
  readonly code: ErrorCode;
  readonly load: () => Promise<unknown>;
}

/**
 * Imports a package that is not installed with this one, when it is first needed.
 *
 * @throws TTSError with the given code, and the line that installs the package where it is missing.
 */
export async function loadOptionalPackage(wanted: OptionalPackage): Promise<object> {
  let loaded: unknown;
  try {
    loaded = await wanted.load();
  } catch (cause) {
    const what = isModuleMissing(cause) ? "is not installed" : "is installed but cannot be loaded";
    const remedy = isModuleMissing(cause) ? `install it with: ${installLine(wanted.name)}` : `reason: ${firstLine(cause)}`;
    throw new TTSError(wanted.code, `${wanted.need} needs the package ${wanted.name}, which ${what}; ${remedy}`, { cause });
  }
  if (typeof loaded === "object" && loaded !== null) return loaded;
  throw new TTSError(wanted.code, `${wanted.need} needs the package ${wanted.name}, but importing it gave no module; install it again with: ${installLine(wanted.name)}`);
}

/** Node's code for a package that cannot be found. A missing dependency of that package counts as well: installing again brings it. */
export function isModuleMissing(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && (error.code === "ERR_MODULE_NOT_FOUND" || error.code === "MODULE_NOT_FOUND");
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1).join("");
}
