import { TTSError } from "@parlando/engine";
import { Problem } from "../problem/problem.ts";

/** Looks at which page sends a request. */
export interface OriginGuard {
  /**
   * The headers that let the page read the answer: none where it is the server's own, or no page at all.
   *
   * @throws Problem 403 `origin_not_allowed` for pages elsewhere that were not allowed.
   */
  check(origin: string | undefined | null, host: string | undefined | null): Record<string, string>;
  /** The headers that answer what a browser asks before the request itself. */
  preflight(origin: string, host: string | undefined | null): Record<string, string>;
}

const exposed = ["x-request-id", "x-tts-stream-id", "x-tts-sample-rate", "x-tts-warnings", "retry-after", "current-concurrent-requests", "maximum-concurrent-requests"].join(", ");

/**
 * Makes the guard.
 *
 * @throws TTSError `INVALID_CONFIG` for what is no origin, `*` included: it would hand every page on the web what the server's users have.
 */
export function createOriginGuard(origins: readonly string[] = []): OriginGuard {
  const allowed = new Set(origins.map(checkedOrigin));

  function check(origin: string | undefined | null, host: string | undefined | null): Record<string, string> {
    if (origin === undefined || origin === null || origin === "") return {};
    if (isOwn(origin, host)) return {};
    if (allowed.has(origin.toLowerCase())) return { "access-control-allow-origin": origin, "access-control-expose-headers": exposed, vary: "origin" };
    throw new Problem(403, "origin_not_allowed", "Pages of this origin may not use the server. Its option `origins` lists those that may.");
  }

  return {
    check,
    preflight: (origin, host) => ({
      ...check(origin, host),
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers": "authorization, content-type, xi-api-key",
      "access-control-max-age": "600",
    }),
  };
}

function isOwn(origin: string, host: string | undefined | null): boolean {
  return host !== undefined && host !== null && (origin.toLowerCase() === `http://${host.toLowerCase()}` || origin.toLowerCase() === `https://${host.toLowerCase()}`);
}

function checkedOrigin(given: string): string {
  const origin = given.toLowerCase();
  if (URL.canParse(origin) && new URL(origin).origin === origin && origin !== "null") return origin;
  throw new TTSError("INVALID_CONFIG", `${JSON.stringify(given.slice(0, 120))} is no origin of a page: it is a scheme, a host and perhaps a port, such as "https://app.example.org", without a path; "*" is not taken.`);
}
