import { closeCodes, type CloseCode } from "@parlando/protocol";

/** How long a drain gives those that are under way, in milliseconds, by the reason of its signal; 0 where it gives none. */
export function graceOf(draining: AbortSignal): number {
  const reason: unknown = draining.reason;
  const graceMs: unknown = typeof reason === "object" && reason !== null && "graceMs" in reason ? reason.graceMs : undefined;
  return typeof graceMs === "number" && Number.isFinite(graceMs) ? graceMs : 0;
}

/** How connections are closed by a server that goes down: with a grace it comes back, or another in its place; without, it was closed. */
export function goingDownCode(draining: AbortSignal): CloseCode {
  return graceOf(draining) > 0 ? closeCodes.restart : closeCodes.goingAway;
}
