import { TTSError } from "@parlando/engine";
import type { ServerOptions } from "./server-options.ts";

const known: ReadonlySet<string> = new Set<keyof ServerOptions>([
  "keys", "ticketSecret", "ticketMs", "origins", "hosts", "publicRoutes", "insecure", "ssml", "modelAliases", "voiceAliases", "highWaterMs", "windowMs", "limits", "page", "log", "clock",
]);

/** Ways of audio ahead that make sense, in milliseconds. */
const aheadRange = { lowest: 20, highest: 60_000 } as const;

/**
 * Options whose names and numbers can be; what belongs to a part of the server is checked there.
 *
 * @throws TTSError `INVALID_CONFIG`.
 */
export function checkOptions(options: ServerOptions): ServerOptions {
  for (const name of Object.keys(options)) {
    if (!known.has(name)) throw new TTSError("INVALID_CONFIG", `The server has no option ${JSON.stringify(name.slice(0, 64))}. Known: ${[...known].join(", ")}.`);
  }
  for (const name of ["highWaterMs", "windowMs"] as const) {
    const value = options[name];
    if (value === undefined || (Number.isFinite(value) && value >= aheadRange.lowest && value <= aheadRange.highest)) continue;
    throw new TTSError("INVALID_CONFIG", `The server's ${name} has to be from ${aheadRange.lowest} to ${aheadRange.highest} milliseconds; given ${value}.`);
  }
  return options;
}
