import type { Capabilities } from "@parlando/engine";
import type { Cost } from "./cost-estimate.ts";

/** How long an engine may be waited for, in milliseconds. */
export interface TimeLimits {
  /** From the request to its first audio; for a session its opening, and what its first flush owes. Nothing but audio ends it. */
  readonly firstAudioMs: number;
  /** From one event to the next, once audio has come; without audio the longer of both is the most. */
  readonly betweenMs: number;
}

/** An engine that gives its audio whole may take so many times what its calls were seen to cost. */
const COST_FACTOR = 6;

/** The limits of one request. A long one to an engine that gives its audio whole takes long without being lost. */
export function limitsOf(limits: TimeLimits, request: { readonly characters: number; readonly cost: Cost; readonly output: Capabilities["output"] }): TimeLimits {
  const { characters, cost, output } = request;
  if (output === "streaming") return limits;
  return { ...limits, firstAudioMs: Math.max(limits.firstAudioMs, COST_FACTOR * (cost.startMsHigh + cost.perCharacterMs * characters)) };
}
