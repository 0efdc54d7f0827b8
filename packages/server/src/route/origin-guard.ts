import type { IncomingMessage } from "node:http";
import { TTSError } from "@parlando/engine";
import { Problem } from "../problem/problem.ts";

/** Whether a message came by TLS. */
export function isEncrypted({ socket }: IncomingMessage): boolean {
  return "encrypted" in socket && socket.encrypted === true;
}

/** Where a page is that sends a request, and how it came. */
export interface PageRequest {
  readonly origin: string | undefined | null;
  readonly host: string | undefined | null;
  /** Whether it came here by TLS. Where it did not, a proxy may have taken the TLS off. */
  readonly isSecure: boolean;
}

/** What a browser asks before a request of a page. */
export interface PreflightQuestion extends PageRequest {
  /** Names of headers with commas, as they came. */
  readonly requested: string | undefined | null;
}

/** Looks at which page sends a request. */
export interface OriginGuard {
  /**
   * The headers that let the page read the answer: none where it is the server's own, or no page at all.
   *
   * @throws Problem 403 `origin_not_allowed` for pages elsewhere that were not allowed.
   */
  check(page: PageRequest): Record<string, string>;
  /**
   * The headers that answer what a browser asks before the request itself. A page that may use the server may send it any headers, named in `requested`
   * (`Access-Control-Request-Headers`): clients have some of their own, and nothing here trusts one for having come.
   *
   * @throws Problem 403 `origin_not_allowed`, as `check` does.
   */
  preflight(asked: PreflightQuestion): Record<string, string>;
}

const exposed = ["x-request-id", "x-tts-stream-id", "x-tts-sample-rate", "x-tts-warnings", "retry-after", "current-concurrent-requests", "maximum-concurrent-requests"].join(", ");

/** What is granted where nothing, or nothing that can be read, is asked for. */
const usualHeaders = "authorization, content-type, xi-api-key";

/** A browser asks for less; what is longer is no browser's. */
const mostRequested = { characters: 4_096, names: 64 } as const;

/** A header's name (RFC 9110). `*` alone is one too, and would mean all of them. */
const headerName = /^(?!\*$)[!#$%&'*+.^_`|~0-9a-z-]{1,128}$/;

/**
 * Makes the guard.
 *
 * @throws TTSError `INVALID_CONFIG` for what is no origin, `*` included: it would hand every page on the web what the server's users have.
 */
export function createOriginGuard(origins: readonly string[] = []): OriginGuard {
  const allowed = new Set(origins.map(checkedOrigin));

  function check({ origin, host, isSecure }: PageRequest): Record<string, string> {
    if (origin === undefined || origin === null || origin === "") return {};
    if (isOwn(origin, host, isSecure)) return {};
    if (allowed.has(origin.toLowerCase())) return { "access-control-allow-origin": origin, "access-control-expose-headers": exposed, vary: "origin" };
    throw new Problem(403, "origin_not_allowed", "Pages of this origin may not use the server. Its option `origins` lists those that may.");
  }

  return {
    check,
    preflight({ requested, ...page }) {
      const granted = check(page);
      const isElsewhere = "access-control-allow-origin" in granted;
      return {
        ...granted,
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": isElsewhere ? grantedHeaders(requested) : usualHeaders,
        "access-control-max-age": "600",
        ...(isElsewhere && { vary: "Origin, Access-Control-Request-Headers" }),
      };
    },
  };
}

/** All that are asked for, or the usual ones: half a list would only be told to nobody. */
function grantedHeaders(requested: string | undefined | null): string {
  if (requested === undefined || requested === null || requested.length > mostRequested.characters) return usualHeaders;
  const names = new Set(requested.toLowerCase().split(",").map((name) => name.trim()));
  const isReadable = names.size <= mostRequested.names && [...names].every((name) => headerName.test(name));
  return isReadable ? [...names].join(", ") : usualHeaders;
}

/** A page without TLS is another one than that of a server with it, and anybody on the way may have written it. */
function isOwn(origin: string, host: string | undefined | null, isSecure: boolean): boolean {
  if (host === undefined || host === null) return false;
  const page = origin.toLowerCase();
  const name = host.toLowerCase();
  return page === `https://${name}` || (!isSecure && page === `http://${name}`);
}

function checkedOrigin(given: string): string {
  const origin = given.toLowerCase();
  if (URL.canParse(origin) && new URL(origin).origin === origin && origin !== "null") return origin;
  throw new TTSError("INVALID_CONFIG", `${JSON.stringify(given.slice(0, 120))} is no origin of a page: it is a scheme, a host and perhaps a port, such as "https://app.example.org", without a path; "*" is not taken.`);
}
