/** How often a comment is sent while nothing else is, in milliseconds: proxies close what is silent for a minute. */
export const HEARTBEAT_MS = 15_000;

/** A line that readers of events skip. */
export const heartbeat: Uint8Array = Buffer.from(": hb\n\n", "latin1");

/**
 * One event as bytes. JSON has no line breaks, so the data is one line; the name is ours, never a client's. There are no ids: what was missed cannot be asked for again.
 */
export function eventBytes(name: string | undefined, data: Readonly<Record<string, unknown>>): Uint8Array {
  return Buffer.from(`${name === undefined ? "" : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`, "utf8");
}
