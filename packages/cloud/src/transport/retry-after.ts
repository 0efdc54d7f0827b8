import type { ResponseHeaders } from "./http-types.ts";

/** A number above this is a moment in seconds since 1970, not a duration. */
const EPOCH_SECONDS = 1_000_000_000;
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * How long a service asks to wait, in milliseconds; undefined where it says nothing that can be read.
 *
 * Looked at in this order: `retry-after-ms`; `retry-after`, in seconds (also fractions), as a duration (`1m30s`) or as an HTTP date, which counts
 * from the answer's own `date`, since clocks differ; and where neither is there, `x-ratelimit-reset-*` and `ratelimit-reset` of the limits
 * whose `remaining` is 0.
 *
 * @param nowMs Milliseconds since 1970, for an answer without a date.
 */
export function readRetryAfter(headers: ResponseHeaders, nowMs: number = Date.now()): number | undefined {
  const sentAtMs = Date.parse(headers["date"] ?? "");
  const now = Number.isNaN(sentAtMs) ? nowMs : sentAtMs;
  const milliseconds = plainNumber(headers["retry-after-ms"]);
  return milliseconds ?? readWait(headers["retry-after"], now) ?? readReset(headers, now);
}

function readWait(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const seconds = plainNumber(text);
  if (seconds !== undefined) return seconds > EPOCH_SECONDS ? Math.max(0, seconds * 1000 - nowMs) : Math.ceil(seconds * 1000);
  const durationMs = readDuration(text);
  if (durationMs !== undefined) return durationMs;
  // `Date.parse` also takes "-5" or "tomorrow 5" for some year: a date has a name of a month, or is of ISO form.
  const date = /[a-z]{3}|^\d{4}-\d\d-\d\dT/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function plainNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,15}(\.\d{1,9})?\s*$/.test(text) ? Number(text) : undefined;
}

function readDuration(text: string): number | undefined {
  if (!/^(\d{1,9}(\.\d{1,9})?(ms|s|m|h|d)\s*){1,5}$/.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) totalMs += Number(amount) * (unitMs[unit ?? ""] ?? 0);
  return Math.ceil(totalMs);
}

/** The longest wait among the limits that are used up; among all, where none says what remains. */
function readReset(headers: ResponseHeaders, nowMs: number): number | undefined {
  const limits = Object.keys(headers).flatMap((name) => {
    const kind = /^(?:x-)?ratelimit-reset(-.+)?$/.exec(name);
    if (kind === null) return [];
    const prefix = name.slice(0, name.indexOf("ratelimit"));
    const remaining = plainNumber(headers[`${prefix}ratelimit-remaining${kind[1] ?? ""}`]);
    const waitMs = readWait(headers[name], nowMs);
    return waitMs === undefined ? [] : [{ remaining, waitMs }];
  });
  const usedUp = limits.filter(({ remaining }) => remaining === 0);
  const told = usedUp.length > 0 ? usedUp : limits.filter(({ remaining }) => remaining === undefined);
  return told.length === 0 ? undefined : Math.max(...told.map(({ waitMs }) => waitMs));
}
