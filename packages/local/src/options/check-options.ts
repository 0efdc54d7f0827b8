import { TTSError } from "@parlando/engine";
import { safeParse, type BaseIssue, type GenericSchema, type InferOutput } from "valibot";

/** What is checked, and how it is called in errors. */
export interface CheckOptions<Schema extends GenericSchema> {
  /** The id of the engine. */
  readonly engine: string;
  /** What the value is: "the options of the audar engine". */
  readonly what: string;
  /** A valibot schema; its own messages say what is expected and hold no value. */
  readonly schema: Schema;
  /** Undefined is taken for `{}`. */
  readonly value: unknown;
}

/**
 * Checks a value of config by a valibot schema, and gives what it makes of it.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field, the type that was found and what is expected; never a value, which may be spoken text.
 */
export function checkOptions<const Schema extends GenericSchema>({ engine, what, schema, value }: CheckOptions<Schema>): InferOutput<Schema> {
  const result = safeParse(schema, value ?? {}, { abortEarly: true });
  if (result.success) return result.output;
  throw new TTSError("INVALID_CONFIG", `Reading ${what}: ${problem(result.issues[0], knownNames(schema))}`, { engine });
}

function problem(issue: BaseIssue<unknown>, known: readonly string[]): string {
  const field = issue.path?.map(({ key }) => (typeof key === "number" || (typeof key === "string" && /^[\w-]{1,40}$/.test(key)) ? String(key) : "(an odd name)")).join(".") ?? "";
  if (issue.expected === "never") {
    const names = issue.path?.length === 1 && known.length > 0 ? ` Known are: ${known.join(", ")}.` : " Check its spelling.";
    return `there is nothing called \`${field}\`.${names}`;
  }
  // What valibot expects of a field that is not there is its name.
  if (issue.message.startsWith("Invalid key")) return `\`${field}\` is missing.`;
  return `${field === "" ? "it" : `\`${field}\``} is ${issue.received === "undefined" ? "missing" : describe(issue.input)}, expected ${expectation(issue)}.`;
}

/** Valibot's default messages quote the value; an author's own do not. */
function expectation(issue: BaseIssue<unknown>): string {
  if (!issue.message.startsWith("Invalid ")) return issue.message.replace(/\.$/, "");
  return issue.expected === null ? "another value" : issue.expected === "Object" ? "an object" : issue.expected.replace(/^>=/, "at least ").replace(/^<=/, "at most ");
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number") return Number.isFinite(value) ? "a number that is not allowed" : "not a finite number";
  if (typeof value === "string") return value === "" ? "an empty text" : "a text that is not allowed";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function knownNames(schema: object): readonly string[] {
  return "entries" in schema && typeof schema.entries === "object" && schema.entries !== null ? Object.keys(schema.entries) : [];
}
