import { TTSError } from "@parlando/engine";
import type { ServerOptions } from "./server-options.ts";

const known: ReadonlySet<string> = new Set<keyof ServerOptions>([
  "keys", "ticketSecret", "ticketMs", "origins", "hosts", "publicRoutes", "insecure", "ssml", "modelAliases", "voiceAliases", "highWaterMs", "windowMs", "limits", "page", "log", "clock",
]);

/** What an option may be, by the words that an error tells it with. */
interface Kind {
  readonly words: string;
  readonly fits: (value: unknown) => boolean;
}

const isString = (value: unknown): value is string => typeof value === "string";
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

const strings: Kind = { words: "a list of strings", fits: (value) => Array.isArray(value) && value.every(isString) };
const flag: Kind = { words: "true or false", fits: (value) => typeof value === "boolean" };
const names: Kind = { words: "names that each lead to a name, such as { \"alloy\": \"en-us\" }", fits: (value) => isRecord(value) && Object.values(value).every((name) => isString(name) && name !== "") };

/** Options that are no numbers. Configurations come from files and environments, where no compiler looks. */
const kinds: ReadonlyMap<keyof ServerOptions, Kind> = new Map([
  // Which one is wrong is told by who keeps them, and what it is by nobody.
  ["keys", { words: "a list of strings", fits: Array.isArray }],
  ["ticketSecret", { words: "a string", fits: isString }],
  ["origins", strings],
  ["hosts", strings],
  ["publicRoutes", strings],
  ["insecure", flag],
  ["ssml", flag],
  ["modelAliases", names],
  ["voiceAliases", names],
  ["limits", { words: "limits by their names", fits: isRecord }],
  ["page", { words: "{ folder } with a path", fits: (value) => isRecord(value) && isString(value["folder"]) }],
  ["log", { words: "a function", fits: (value) => typeof value === "function" }],
]);

/** Ways of audio ahead that make sense, in milliseconds. */
const aheadRange = { lowest: 20, highest: 60_000 } as const;

/**
 * Options whose names, kinds and numbers can be; what belongs to a part of the server is checked there.
 *
 * @throws TTSError `INVALID_CONFIG`.
 */
export function checkOptions(options: ServerOptions): ServerOptions {
  for (const name of Object.keys(options)) {
    if (!known.has(name)) throw new TTSError("INVALID_CONFIG", `The server has no option ${JSON.stringify(name.slice(0, 64))}. Known: ${[...known].join(", ")}.`);
  }
  for (const [name, { words, fits }] of kinds) {
    const value = options[name];
    // What was given is not told: it may be a key.
    if (value !== undefined && !fits(value)) throw new TTSError("INVALID_CONFIG", `The server's ${name} has to be ${words}; given is ${kindOf(value)}.`);
  }
  for (const name of ["highWaterMs", "windowMs"] as const) {
    const value = options[name];
    if (value === undefined || (Number.isFinite(value) && value >= aheadRange.lowest && value <= aheadRange.highest)) continue;
    throw new TTSError("INVALID_CONFIG", `The server's ${name} has to be from ${aheadRange.lowest} to ${aheadRange.highest} milliseconds; given ${value}.`);
  }
  return options;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list of something else";
  return typeof value === "object" ? "an object that is not so" : `a ${typeof value}`;
}
