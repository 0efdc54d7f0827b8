import { TTSError } from "@parlando/engine";
import { isListenerGone } from "../audio/drain-wait.ts";
import { StalledError } from "../audio/stalled-error.ts";
import type { SpeechOutcome } from "../metrics/server-metrics.ts";
import { Problem } from "../problem/problem.ts";
import type { RequestScope } from "../route/request-scope.ts";

/** How an utterance ended that did not end well: whose doing it was. */
export function outcomeOf(error: unknown, scope: Pick<RequestScope, "endedBy">): SpeechOutcome {
  const root = rootOf(error);
  if (root instanceof StalledError) return "stalled";
  return scope.endedBy() ?? (isListenerGone(root) ? "gone" : "failed");
}

/**
 * What an error is really about: a stream that ends because its taker failed, or because it was told to, says why only in its cause.
 */
export function rootOf(error: unknown): unknown {
  let root = error;
  for (let depth = 0; depth < 4; depth += 1) {
    if (!TTSError.isInstance(root) || (root.code !== "CONSUMER_FAILED" && root.code !== "ABORTED")) return root;
    const { cause } = root;
    if (!(cause instanceof StalledError || cause instanceof Problem || TTSError.isInstance(cause))) return root;
    root = cause;
  }
  return root;
}
