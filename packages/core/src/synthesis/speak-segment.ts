import { TTSError, type Engine, type SynthesisRequest } from "@parlando/engine";
import { rest, type Clock } from "../clock.ts";
import { runAttempt, type AttemptListener, type AttemptTimes } from "./attempt.ts";
import type { EngineAccount } from "./engine-account.ts";
import type { EngineRoute, RouteList } from "./engine-route.ts";
import { mayFailOver, pauseBeforeRetry } from "./retry-rules.ts";
import type { SegmentRun } from "./segment-run.ts";

/** What one attempt at a segment needs, made anew for each. */
export interface AttemptPlan {
  readonly engine: Engine;
  readonly account: EngineAccount;
  readonly request: SynthesisRequest;
  readonly listener: AttemptListener;
  /** The attempt has ended well; its times are worth learning, where they are known. */
  succeeded(times: AttemptTimes | undefined): void;
}

/** How a segment gets spoken. */
export interface SpeakSegmentOptions {
  readonly run: SegmentRun;
  readonly routes: RouteList;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Attempts that were made at it before, in a session. Default 0. */
  readonly attempts?: number | undefined;
  /** Begins attempt number `attempt`, counted over all routes; what an earlier one made is dropped. */
  plan(route: EngineRoute, attempt: number): AttemptPlan;
  failedOver(from: EngineRoute, to: EngineRoute, error: TTSError): void;
}

/**
 * Speaks one segment: tries again where the failure may pass, goes on to the next engine where it does not, by the rules of
 * {@link pauseBeforeRetry} and {@link mayFailOver}. What was handed out is never repeated: from then on a failure is final.
 */
export async function speakSegment(options: SpeakSegmentOptions): Promise<void> {
  const { run, routes } = options;
  let attempt = options.attempts ?? 0;
  for (let index = routes.current; ; index += 1) {
    const route = routes.routes[index];
    if (route === undefined) throw new TTSError("INTERNAL", "A segment was sent along a list of engines that has ended.");
    const outcome = await speakOnRoute(options, route, attempt);
    if (outcome.error === undefined) return;
    attempt = outcome.attempt;
    const next = routes.routes[index + 1];
    if (next === undefined || !mayFailOver({ error: outcome.error, handedFrames: run.handedFrames })) throw outcome.error;
    if (routes.current === index) routes.current = index + 1;
    options.failedOver(route, next, outcome.error);
  }
}

async function speakOnRoute(options: SpeakSegmentOptions, route: EngineRoute, firstAttempt: number): Promise<{ attempt: number; error?: TTSError }> {
  const { run, clock, signal } = options;
  for (let tries = 1; ; tries += 1) {
    const attempt = firstAttempt + tries;
    const plan = options.plan(route, attempt - 1);
    try {
      const times = await plan.account.inSlot(async () => {
        run.startedAtMs = clock.now();
        // Those who wait already will not ask again: this run must not stand still in their slot.
        if (plan.account.contended) run.drains = true;
        return await runAttempt({ engine: plan.engine, request: plan.request, listener: plan.listener, clock, signal });
      }, signal);
      plan.succeeded(times);
      return { attempt };
    } catch (thrown) {
      const error = thrown as TTSError;
      const pauseMs = pauseBeforeRetry({ error, tries, handedFrames: run.handedFrames });
      if (signal.aborted || pauseMs === undefined) return { attempt, error };
      run.startedAtMs = undefined;
      // The next try makes it again: in the meantime none of it may be handed out.
      run.queue.clear();
      await rest(clock, pauseMs, signal);
      if (signal.aborted) return { attempt, error: new TTSError("ABORTED", "The request was called off.", { cause: signal.reason }) };
    }
  }
}
