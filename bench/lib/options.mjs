// What the benches of this folder share: reading their options, and statistics.

import { parseArgs } from "node:util";

/** The options of a bench: `--json` for all, and those it names with their defaults (a number, a text, or false for a flag). */
export function readOptions(defaults = {}) {
  const named = Object.entries({ json: false, ...defaults });
  const options = Object.fromEntries(named.map(([name, value]) => [name, { type: typeof value === "boolean" ? "boolean" : "string" }]));
  const { values } = parseArgs({ options, strict: true });
  return Object.fromEntries(named.map(([name, value]) => [name, readValue(values[name], value)]));
}

function readValue(given, fallback) {
  if (given === undefined) return fallback;
  return typeof fallback === "number" ? Number(given) : given;
}

/** The value below which so much of the values lies; undefined of none. */
export function quantile(values, share) {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Processor time of this process since `before`, in milliseconds. */
export function cpuMs(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Prints a result: one JSON object with `--json`, else what `show` prints. */
export function report(options, result, show) {
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else show(result);
}
