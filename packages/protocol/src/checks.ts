import { wireLimits } from "./version.ts";

/** What a field may be; undefined when it is that, else what was expected. Never says what was found: it may be spoken text. */
export type Check = (value: unknown) => string | undefined;

/** A field that may be left out. */
export interface OptionalCheck {
  readonly optional: Check;
}

/** A field that may be left out, or `null`. */
export function optional(check: Check): OptionalCheck {
  return { optional: check };
}

/** Any text. */
export const text: Check = (value) => (typeof value === "string" ? undefined : "a text");
/** True or false. */
export const flag: Check = (value) => (typeof value === "boolean" ? undefined : "true or false");
/** A name that is not empty. */
export const name: Check = (value) => (typeof value === "string" && value !== "" && value.length <= wireLimits.nameUnits ? undefined : `a name of at most ${wireLimits.nameUnits} characters`);

/** A whole number. */
export const count =
  (most: number = Number.MAX_SAFE_INTEGER, least = 0): Check =>
  (value) =>
    Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most ? undefined : `a whole number from ${least} to ${most}`;

/** A number within a range. */
export const between =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === "number" && value >= least && value <= most ? undefined : `a number from ${least} to ${most}`;

/** Any number that is finite. */
export const finite: Check = (value) => (typeof value === "number" && Number.isFinite(value) ? undefined : "a number");

/** One of a list of names. */
export const oneOf =
  (names: readonly string[]): Check =>
  (value) =>
    typeof value === "string" && names.includes(value) ? undefined : `one of ${names.join(", ")}`;

/** A list, each of whose entries passes. */
export const list =
  (check: Check, most = 10_000): Check =>
  (value) => {
    if (!Array.isArray(value) || value.length > most) return `a list of at most ${most}`;
    for (const entry of value) {
      const problem = check(entry);
      if (problem !== undefined) return `a list of which each is ${problem}`;
    }
    return undefined;
  };

/** An object with these fields; others are let pass. */
export const record =
  (fields: Readonly<Record<string, Check | OptionalCheck>>): Check =>
  (value) => {
    if (!isRecord(value)) return "an object";
    for (const [key, check] of Object.entries(fields)) {
      const problem = fieldProblem(value, key, check);
      if (problem !== undefined) return `an object in which ${key} is ${problem}`;
    }
    return undefined;
  };

/** Options for an engine: JSON within bounds, and nothing that could reach a prototype. */
export const engineOptions: Check = (value) => {
  let entries = 0;
  const isFine = (part: unknown, depth: number): boolean => {
    if (typeof part !== "object" || part === null) return true;
    if (depth === 0) return false;
    return Object.entries(part).every(([key, inner]) => (entries += 1) <= wireLimits.optionEntries && key !== "__proto__" && isFine(inner, depth - 1));
  };
  return isRecord(value) && isFine(value, wireLimits.optionDepth) ? undefined : `an object with at most ${wireLimits.optionEntries} entries, at most ${wireLimits.optionDepth} deep`;
};

/** What is expected of a field and not met. */
export function fieldProblem(value: Readonly<Record<string, unknown>>, key: string, check: Check | OptionalCheck): string | undefined {
  const found = Object.hasOwn(value, key) ? value[key] : undefined;
  if (typeof check === "function") return check(found);
  return found === undefined || found === null ? undefined : check.optional(found);
}

/** Whether a value is an object with fields, no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
