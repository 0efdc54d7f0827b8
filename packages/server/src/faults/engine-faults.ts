import { TTSError } from "@parlando/engine";
import { check, integer, maxValue, minValue, number, optional, pipe, safeParse, strictObject, string, type GenericSchema } from "valibot";

/** What goes wrong with each request, as `engineOptions.faults` says it; times in milliseconds, at most 600,000. */
export interface EngineFaults {
  /** Id of the only engine that it happens to. Default: all. */
  readonly engine?: string | undefined;
  /** Nothing comes for so long. */
  readonly delayMs?: number | undefined;
  /** After so much audio nothing comes for `stallMs`. The two belong together. */
  readonly stallAfterMs?: number | undefined;
  readonly stallMs?: number | undefined;
  /** After so much audio the engine is dead. */
  readonly failAfterMs?: number | undefined;
  /** It takes at least so much of the audio's length to make it, up to 10. */
  readonly realTimeFactor?: number | undefined;
}

const milliseconds = pipe(number(), integer(), minValue(0), maxValue(600_000));

const engineFaultsSchema: GenericSchema<unknown, EngineFaults> = pipe(
  strictObject({
    engine: optional(string()),
    delayMs: optional(milliseconds),
    stallAfterMs: optional(milliseconds),
    stallMs: optional(milliseconds),
    failAfterMs: optional(milliseconds),
    realTimeFactor: optional(pipe(number(), minValue(0), maxValue(10))),
  }),
  check(({ stallAfterMs, stallMs }) => (stallAfterMs === undefined) === (stallMs === undefined), "`stallAfterMs` and `stallMs` belong together"),
);

/**
 * Reads them.
 *
 * @throws TTSError `INVALID_INPUT` where they are none.
 */
export function readFaults(value: unknown): EngineFaults {
  const result = safeParse(engineFaultsSchema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new TTSError("INVALID_INPUT", `Reading the faults of a request: ${issue.message}${issue.path === undefined ? "" : ` at ${issue.path.map(({ key }) => String(key)).join(".")}`}. Expected { engine, delayMs, stallAfterMs, stallMs, failAfterMs, realTimeFactor }, each of them optional.`);
}
