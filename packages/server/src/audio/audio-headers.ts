/** What the headers of an answer with sound say. */
export interface AudioHeaderFacts {
  readonly contentType: string;
  /** Id of the request. */
  readonly streamId: string;
  /** In Hz; undefined where it is not known, as nothing was made. */
  readonly sampleRate: number | undefined;
  /** Codes of what could not be done as asked, so far. */
  readonly warnings: readonly string[];
  /** What every answer of the server has: request id, CORS. */
  readonly base: Readonly<Record<string, string>>;
}

/** Warnings that a header names at most. */
const MOST_WARNINGS = 16;

/**
 * Headers of an answer that is sent while it is made. No proxy is to hold or keep it: nginx spools what is not marked so to disk, and then nothing holds the engine back
 * any more.
 */
export function audioHeaders({ contentType, streamId, sampleRate, warnings, base }: AudioHeaderFacts): Record<string, string> {
  const codes = [...new Set(warnings)].slice(0, MOST_WARNINGS).filter((code) => /^[\w-]+$/.test(code));
  return {
    ...base,
    "content-type": contentType,
    "cache-control": "no-store",
    "x-accel-buffering": "no",
    "x-tts-stream-id": streamId,
    ...(sampleRate === undefined ? {} : { "x-tts-sample-rate": String(sampleRate) }),
    ...(codes.length === 0 ? {} : { "x-tts-warnings": codes.join(",") }),
  };
}
