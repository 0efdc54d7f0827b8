/** Longer text, and text of several words, is told by its length only: an error is no place for what was to be spoken. */
const longestQuote = 40;

const isOneWord = (text: string): boolean => text.length <= longestQuote && !/\s/.test(text);

/** What was given, in a few words, for an error message: never more than its shape and, where it is one short word, the value. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return isOneWord(value) ? JSON.stringify(value) : describeShape(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return describeShape(value);
}

/** The kind of what was given, without the value itself: for fields that may hold a secret. */
export function describeShape(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "string") return `text of ${value.length} characters`;
  if (typeof value === "object") return "an object";
  return `a ${typeof value}`;
}
