import type { Warning } from "@parlando/core";

/** What the headers of an answer with sound say. */
export interface AudioHeaderFacts {
  readonly contentType: string;
  /** Id of the request. */
  readonly streamId: string;
  /** In Hz; undefined where it is not known, as nothing was made. */
  readonly sampleRate: number | undefined;
  /** What could not be done as asked, so far. */
  readonly warnings: readonly Pick<Warning, "code" | "option">[];
  /** What every answer of the server has: request id, CORS. */
  readonly base: Readonly<Record<string, string>>;
}

/** Warnings that a header names at most. */
const MOST_WARNINGS = 16;

/** What stands in a header as it is, a token of RFC 9651. Spoken text has no place there. */
const token = /^[A-Za-z][\w-]{0,63}$/;

/** Such as `FAILOVER`, or `UNSUPPORTED_OPTION;option=seed`; undefined for what cannot stand in a header. */
function inHeader({ code, option }: Pick<Warning, "code" | "option">): string | undefined {
  if (!token.test(code)) return undefined;
  return option !== undefined && token.test(option) ? `${code};option=${option}` : code;
}

/**
 * Headers of an answer that is sent while it is made. No proxy is to hold or keep it: nginx spools what is not marked so to disk, and then nothing holds the engine back
 * any more.
 */
export function audioHeaders({ contentType, streamId, sampleRate, warnings, base }: AudioHeaderFacts): Record<string, string> {
  const told = [...new Set(warnings.flatMap((warning) => inHeader(warning) ?? []))].slice(0, MOST_WARNINGS);
  return {
    ...base,
    "content-type": contentType,
    "cache-control": "no-store",
    "x-accel-buffering": "no",
    "x-tts-stream-id": streamId,
    ...(sampleRate === undefined ? {} : { "x-tts-sample-rate": String(sampleRate) }),
    ...(told.length === 0 ? {} : { "x-tts-warnings": told.join(",") }),
  };
}
