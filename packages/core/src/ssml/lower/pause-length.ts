/** What `strength` stands for, in milliseconds: the middle of what engines do with it. */
const STRENGTH_MS: Readonly<Record<string, number>> = { none: 0, "x-weak": 50, weak: 150, medium: 400, strong: 700, "x-strong": 1_000 };
const DEFAULT_MS = 400;
/** No engine pauses longer. */
const LONGEST_MS = 10_000;

/** The length of a `break`, in milliseconds; its time comes before its strength. */
export function breakMs(attributes: ReadonlyMap<string, string>): number {
  const time = readTimeMs(attributes.get("time") ?? "");
  if (time !== undefined) return Math.min(time, LONGEST_MS);
  const strength = attributes.get("strength");
  return strength === undefined ? DEFAULT_MS : (STRENGTH_MS[strength] ?? DEFAULT_MS);
}

/** A time of CSS (`500ms`, `1.5s`) in milliseconds. */
export function readTimeMs(text: string): number | undefined {
  const found = /^\s*\+?(\d{1,6}(?:\.\d{1,6})?|\.\d{1,6})(ms|s)\s*$/u.exec(text);
  if (found === null) return undefined;
  return Number(found[1]) * (found[2] === "s" ? 1_000 : 1);
}
