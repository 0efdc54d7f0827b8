import { TTSError } from "@parlando/engine";

/** What may be said for one request, in `engineOptions`, or for all of them when the engine is made. */
export interface EspeakVoiceOptions {
  /** A voice variant of the library, such as `f3`, `m7`, `whisper` or `Annie`: another speaker of the same language. The same as `voice: "en-us+f3"`. */
  variant?: string | undefined;
  /** How much the melody moves: 0 is monotone, 1 (the default) is normal, 2 the most. */
  intonation?: number | undefined;
}

/** Options of `createEspeakEngine`. */
export interface EspeakOptions extends EspeakVoiceOptions {
  /**
   * A folder that holds `espeak-ng.js` and `espeak-ng.data` of `@echogarden/espeak-ng-emscripten`, absolute or relative to the
   * page. Without it the package is used: in Node always right, in browsers where a bundler put both into the build.
   */
  assetsUrl?: string | URL | undefined;
  /** Another place for `espeak-worker.js`, absolute or relative to the page. Without it, beside this package's `index.js`. */
  workerUrl?: string | URL | undefined;
}

/** Options once checked. */
export interface CheckedOptions extends EspeakVoiceOptions {
  assetsUrl: URL | undefined;
  workerUrl: URL | undefined;
}

type Check = (value: unknown) => boolean;

const text: [Check, string] = [(value) => typeof value === "string" && value !== "", "a text that is not empty"];
const location: [Check, string] = [(value) => resolveUrl(value) !== undefined, "a URL, absolute or relative to the page"];
const factor: [Check, string] = [(value) => typeof value === "number" && value >= 0 && value <= 2, "a number from 0 to 2"];

const requestFields: Readonly<Record<string, [Check, string]>> = { variant: text, intonation: factor };
const engineFields: Readonly<Record<string, [Check, string]>> = { ...requestFields, assetsUrl: location, workerUrl: location };

/**
 * Checks the options of the engine.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field, what was given and what is allowed.
 */
export function checkOptions(options: unknown): CheckedOptions {
  const record = checkFields(options, engineFields, "the options of the espeak engine");
  return { ...voiceOptions(record), assetsUrl: resolveUrl(record["assetsUrl"]), workerUrl: resolveUrl(record["workerUrl"]) };
}

/**
 * Checks the `engineOptions` of a request.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field, what was given and what is allowed.
 */
export function checkRequestOptions(options: unknown): EspeakVoiceOptions {
  return voiceOptions(checkFields(options, requestFields, "engineOptions for espeak"));
}

function voiceOptions(record: Readonly<Record<string, unknown>>): EspeakVoiceOptions {
  const { variant, intonation } = record;
  return { variant: typeof variant === "string" ? variant : undefined, intonation: typeof intonation === "number" ? intonation : undefined };
}

function checkFields(options: unknown, fields: Readonly<Record<string, [Check, string]>>, where: string): Readonly<Record<string, unknown>> {
  if (options === undefined) return {};
  if (!isRecord(options)) throw invalid(`Reading ${where}: found ${describe(options)}, expected an object.`);
  for (const [name, value] of Object.entries(options)) {
    const field = fields[name];
    if (field === undefined) {
      throw invalid(`Reading ${where}: there is no option "${name.slice(0, 40)}". Known options: ${Object.keys(fields).join(", ")}.`);
    }
    const [isAllowed, allowed] = field;
    if (value !== undefined && !isAllowed(value)) throw invalid(`Reading ${where}: ${name} is ${describe(value)}, expected ${allowed}.`);
  }
  return options;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  return Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}

function invalid(message: string): TTSError {
  return new TTSError("INVALID_CONFIG", message, { engine: "espeak" });
}

function resolveUrl(value: unknown): URL | undefined {
  if (value instanceof URL) return value;
  if (typeof value !== "string" || value === "") return undefined;
  const base = typeof document === "object" ? document.baseURI : undefined;
  return URL.canParse(value, base) ? new URL(value, base) : undefined;
}
