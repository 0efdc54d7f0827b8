import { setFlagsFromString } from "node:v8";

const FLAG = "--heap-growing-percent";
/**
 * How much more memory than was in use may be in use before all of it is gone through again. Left alone, V8 does so as soon as there are 8 MB more: of a server with a
 * thousand listeners about once a second, and whoever begins meanwhile waits (`docs/guide/load.md` has the numbers).
 */
const PERCENT = 200;

/** Lets the heap of this process grow, unless who started it has said how far. For a process that does nothing but serve. */
export function letHeapGrow(startedWith: readonly string[] = process.execArgv, setFlag: (flag: string) => void = setFlagsFromString): void {
  if (startedWith.some((argument) => argument.replaceAll("_", "-").startsWith(FLAG))) return;
  setFlag(`${FLAG}=${PERCENT}`);
}
