import { isIPv6 } from "node:net";

/** What no name of a host holds, though an address with it could be read: paths, wildcards, and what readers of addresses drop. */
const neverInNames = /[\s/\\*]/;

/**
 * A host as browsers write it in `Host`, without its port: lower case, other alphabets encoded, IPv6 at its shortest and in brackets. It may be given with a port, and
 * IPv6 without brackets. Undefined for what is no host.
 */
export function hostNameOf(given: string): string | undefined {
  const address = `http://${isIPv6(given) ? `[${given}]` : given}`;
  if (neverInNames.test(given) || !URL.canParse(address)) return undefined;
  const { href, host, hostname } = new URL(address);
  // Neither a name and password before it, nor a query behind it.
  return href === `http://${host}/` ? hostname : undefined;
}
