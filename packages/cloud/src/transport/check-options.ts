import { TTSError } from "@parlando/engine";
import { safeParse, type BaseIssue, type GenericSchema, type InferOutput } from "valibot";

/** What is checked, and how it is called in errors. */
export interface CheckOptions<Schema extends GenericSchema> {
  /** The id of the engine. */
  engine: string;
  /** What the value is: "the options of the acme engine", "engineOptions for acme". */
  what: string;
  /** A valibot schema. Use `strictObject`, so that a misspelt name is found; a text of `check(..., text)` is shown, so it may not hold values. */
  schema: Schema;
  /** Undefined is taken for `{}`. */
  value: unknown;
}

/**
 * Checks options by a valibot schema, and gives what it makes of them.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field, the type that was given and what is allowed; never a value, which may be a secret.
 *
 * @example
 * ```ts
 * const schema = strictObject({ apiKey: optional(pipe(string(), minLength(1))), speed: optional(pipe(number(), minValue(0.5), maxValue(2))) });
 * const options = checkOptions({ engine: "acme", what: "the options of the acme engine", schema, value: given });
 * // Reading the options of the acme engine: `speed` is a string, expected number.
 * ```
 */
export function checkOptions<const Schema extends GenericSchema>({ engine, what, schema, value }: CheckOptions<Schema>): InferOutput<Schema> {
  const result = safeParse(schema, value ?? {}, { abortEarly: true });
  if (result.success) return result.output;
  throw new TTSError("INVALID_CONFIG", `Reading ${what}: ${describeIssue(result.issues[0], knownNames(schema))}`, { engine });
}

function knownNames(schema: object): readonly string[] {
  return "entries" in schema && typeof schema.entries === "object" && schema.entries !== null ? Object.keys(schema.entries) : [];
}

function describeIssue(issue: BaseIssue<unknown>, known: readonly string[]): string {
  const field = issue.path?.map(({ key }) => showName(key)).join(".") ?? "";
  if (issue.expected === "never") {
    const names = issue.path?.length === 1 && known.length > 0 ? ` Known options: ${known.join(", ")}.` : " Check its spelling.";
    return `there is no option \`${field}\`.${names}`;
  }
  const found = issue.received === "undefined" ? "missing" : describeValue(issue.input);
  return `${field === "" ? "it" : `\`${field}\``} is ${found}, expected ${describeExpected(issue)}.`;
}

/** Names come from the config, so they are no secrets; but what is long or odd may be a value in the wrong place. */
function showName(key: unknown): string {
  if (typeof key === "number") return String(key);
  return typeof key === "string" && /^[\w-]{1,40}$/.test(key) ? key : "(an odd name)";
}

/** Valibot's default messages quote the value; only an author's own do not begin like that. */
function describeExpected(issue: BaseIssue<unknown>): string {
  if (issue.expected !== null) return describeRequirement(issue.type, issue.expected);
  return issue.message.startsWith("Invalid ") ? `another one (${issue.type.replaceAll("_", " ")})` : issue.message.replace(/\.$/, "");
}

function describeRequirement(type: string, expected: string): string {
  const comparison = /^(>=|<=|>|<|!)?(.+)$/.exec(expected);
  const words: Readonly<Record<string, string>> = { min_length: "characters or items", max_length: "characters or items" };
  const unit = words[type];
  const sign: Readonly<Record<string, string>> = { ">=": "at least ", "<=": "at most ", ">": "more than ", "<": "less than ", "!": "not " };
  if (comparison === null) return expected;
  return `${sign[comparison[1] ?? ""] ?? ""}${comparison[2] ?? ""}${unit === undefined ? "" : ` ${unit}`}`;
}

function describeValue(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number") return Number.isFinite(value) ? "a number out of bounds or not allowed" : "not a finite number";
  return `${/^[aeiou]/.test(typeof value) ? "an" : "a"} ${typeof value}`;
}
