import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import { TTSError } from "@parlando/engine";
import type { Phonemize } from "./phonemize.ts";

/** The phonemizer of an engine. */
export interface PhonemizerSource {
  /**
   * The phonemizer; a module is imported when it is first asked for.
   *
   * @throws TTSError `INVALID_CONFIG` where none was configured, or the module has none; `ENGINE_UNAVAILABLE` where the module is not there.
   */
  get(): Promise<Phonemize>;
  /** Ends what was started for it. Twice is no harm. */
  close(): Promise<void>;
}

/** A phonemizer of one's own, with an end: what `createPhonemizer` of `@parlando/espeak` gives. */
interface OwnPhonemizer {
  readonly phonemize: Phonemize;
  readonly close: () => Promise<void>;
}

/**
 * Makes the phonemizer of a config: the function itself, or what a module exports as `createPhonemizer` (then it is closed with the engine) or as
 * `phonemize`.
 *
 * @param given - A function; the name of a package, a `file:` URL or an absolute path; or undefined where none was configured.
 * @param engine - The id of the engine, for errors.
 */
export function createPhonemizerSource(given: Phonemize | string | undefined, engine: string): PhonemizerSource {
  let loading: Promise<OwnPhonemizer> | undefined;

  async function load(): Promise<OwnPhonemizer> {
    if (typeof given === "function") return { phonemize: given, close: async () => {} };
    if (given !== undefined) return phonemizerIn(await importModule(given, engine), engine);
    throw new TTSError("INVALID_CONFIG", `Making phonemes for ${engine}: no phonemizer is configured, and this preset speaks phonemes. Install @parlando/espeak (GPL-3.0, see its licence) and set \`phonemizer: "@parlando/espeak"\`, hand in a function of your own, or choose a preset that takes plain text.`, { engine });
  }

  return {
    async get() {
      loading ??= load();
      // What could not be loaded may be installed later.
      loading.catch(() => (loading = undefined));
      return (await loading).phonemize;
    },
    async close() {
      const own = await loading?.catch(() => undefined);
      await own?.close();
    },
  };
}

function phonemizerIn(module: unknown, engine: string): OwnPhonemizer {
  const create = exported(module, "createPhonemizer");
  if (create !== undefined) return (create as () => OwnPhonemizer)();
  const phonemize = exported(module, "phonemize");
  if (phonemize !== undefined) return { phonemize: phonemize as Phonemize, close: async () => {} };
  throw new TTSError("INVALID_CONFIG", `Making phonemes for ${engine}: the module of the option \`phonemizer\` exports no function named \`phonemize\`. Name one that does, such as "@parlando/espeak".`, { engine });
}

function exported(module: unknown, name: string): unknown {
  if (typeof module !== "object" || module === null) return undefined;
  const value: unknown = Reflect.get(module, name);
  return typeof value === "function" ? value : undefined;
}

async function importModule(name: string, engine: string): Promise<unknown> {
  try {
    return await import(isAbsolute(name) ? pathToFileURL(name).href : name);
  } catch (error) {
    const fromApp = isMissing(error) ? resolveFromApp(name) : undefined;
    if (fromApp !== undefined) return await import(pathToFileURL(fromApp).href);
    const reason = isMissing(error) ? `it is not installed; install it with: npm install ${name}` : `it cannot be loaded: ${error instanceof Error ? error.name : typeof error}`;
    throw new TTSError("ENGINE_UNAVAILABLE", `Making phonemes for ${engine}: the option \`phonemizer\` names the module "${name}", but ${reason}`, { engine, cause: error });
  }
}

/** A package that the app has, where packages do not see those of their neighbours. */
function resolveFromApp(name: string): string | undefined {
  try {
    return createRequire(join(process.cwd(), "package.json")).resolve(name);
  } catch {
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && (error.code === "ERR_MODULE_NOT_FOUND" || error.code === "MODULE_NOT_FOUND");
}
