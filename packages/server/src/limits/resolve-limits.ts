import { TTSError } from "@parlando/engine";
import type { LimitOptions } from "../server-options.ts";
import type { Limits } from "../services.ts";

const defaults: Limits = {
  concurrency: 256,
  concurrencyPerCaller: 64,
  waiting: 0,
  waitMs: 5_000,
  // So many that a bucket never gets empty: not limited.
  perMinute: Number.POSITIVE_INFINITY,
  burst: Number.POSITIVE_INFINITY,
  bodyBytes: 65_536,
  inputCharacters: 4_096,
  utteranceCharacters: 100_000,
  uploadBytes: 10_485_760,
  uploadMs: 60_000,
  uploadTotalBytes: 134_217_728,
  headMs: 10_000,
  requestMs: 60_000,
  stallMs: 30_000,
  speechMs: 3_600_000,
  // The WebSockets, three times as many that wait, are answered or are kept open between requests; each costs some 20 kB.
  maxConnections: 8_192,
  sockets: 2_048,
  socketsPerCaller: 256,
  utterancesPerSocket: 8,
  socketIdleMs: 120_000,
};

/** Those that may be 0: nobody waits. */
const mayBeZero: ReadonlySet<string> = new Set(["waiting", "waitMs"]);

/**
 * The limits with their defaults. `burst` is a tenth of `perMinute` (at least 1) where only that is given.
 *
 * @throws TTSError `INVALID_CONFIG` for a name that is no limit, and for a value that is no whole number in range.
 */
export function resolveLimits(given: LimitOptions = {}): Limits {
  const limits: Record<string, number> = { ...defaults };
  for (const [name, value] of Object.entries<number | undefined>({ ...given })) {
    if (value === undefined) continue;
    if (!Object.hasOwn(defaults, name)) throw new TTSError("INVALID_CONFIG", `The server's limits have no "${name.slice(0, 64)}". Known: ${Object.keys(defaults).join(", ")}.`);
    checkLimit(name, value);
    limits[name] = value;
  }
  if (given.burst === undefined && given.perMinute !== undefined) limits["burst"] = Math.max(1, Math.ceil(given.perMinute / 10));
  return limits as Limits;
}

function checkLimit(name: string, value: unknown): void {
  const lowest = mayBeZero.has(name) ? 0 : 1;
  if (typeof value === "number" && Number.isInteger(value) && value >= lowest && value <= 2 ** 31 - 1) return;
  throw new TTSError("INVALID_CONFIG", `The server's limit "${name}" has to be a whole number from ${lowest} to 2147483647; given ${typeof value === "number" ? value : typeof value}.`);
}
