import { TTSError } from "@parlando/engine";
import { Problem } from "../problem/problem.ts";
import { hostNameOf } from "./host-name.ts";

/** Looks at the name by which the server was called. */
export interface HostGuard {
  /** @throws Problem 403 `host_not_allowed`; 400 where there is none. */
  check(host: string | undefined | null): void;
  /** The server listens on a loopback address: only the names of that are taken, the one that is listened on, and those that were given. */
  restrictToLoopback(listenedOn: string): void;
}

const loopbackNames: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Makes the guard. A page of somebody else can have a name of its own lead to 127.0.0.1 and then reach a server there as its own (DNS rebinding); but
 * the browser says that name in `Host`. No names at all are the same as none given.
 *
 * @throws TTSError `INVALID_CONFIG` for what is no host: it would match nothing, and the server would refuse everybody.
 */
export function createHostGuard(hosts: readonly string[] | undefined): HostGuard {
  let allowed: ReadonlySet<string> | undefined = hosts === undefined || hosts.length === 0 ? undefined : new Set(hosts.map(checkedHost));
  return {
    check(host) {
      if (allowed === undefined) return;
      if (host === undefined || host === null || host === "") throw new Problem(400, "host_missing", "The request has no header `Host`.");
      if (!isAmong(allowed, host)) throw new Problem(403, "host_not_allowed", "The server is not reached by this name. Its option `hosts` lists those that it has.");
    },
    restrictToLoopback(listenedOn) {
      const listened = hostNameOf(listenedOn);
      allowed = new Set([...(allowed ?? []), ...loopbackNames, ...(listened === undefined ? [] : [listened])]);
    },
  };
}

/** Whether a `Host` is one of some names, whatever its port. IPv6 can be written in many ways, and not every client takes the shortest. */
function isAmong(names: ReadonlySet<string>, host: string): boolean {
  const name = host.toLowerCase().replace(/:\d*$/, "");
  if (names.has(name)) return true;
  const usual = name.startsWith("[") ? hostNameOf(name) : undefined;
  return usual !== undefined && names.has(usual);
}

function checkedHost(given: string): string {
  const name = hostNameOf(given);
  if (name !== undefined) return name;
  throw new TTSError("INVALID_CONFIG", `${JSON.stringify(given.slice(0, 120))} is no name of a host (option \`hosts\`): it is a name such as "speech.example.org", or an address, without a scheme, a path or a wildcard. A port may be there, and is not looked at. Origins of pages go into \`origins\`.`);
}
