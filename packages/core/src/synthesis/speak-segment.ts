import { TTSError, type Engine, type SynthesisRequest } from "@parlando/engine";
import { rest, type Clock } from "../clock.ts";
import { runAttempt, type AttemptListener, type AttemptTimes } from "./attempt.ts";
import type { EngineAccount } from "./engine-account.ts";
import { NO_ROUTES, type EngineRoute, type RouteList } from "./engine-route.ts";
import { mayFailOver } from "./retry-rules.ts";
import type { SegmentRun } from "./segment-run.ts";
import type { TimeLimits } from "./time-limits.ts";
import { createTryCount, type TryCount } from "./try-count.ts";

/** What one attempt at a segment needs, made anew for each. */
export interface AttemptPlan {
  readonly engine: Engine;
  readonly account: EngineAccount;
  readonly request: SynthesisRequest;
  readonly limits: TimeLimits;
  readonly listener: AttemptListener;
  /** The attempt has ended well; its times are worth learning, where they are known. */
  succeeded(times: AttemptTimes | undefined): void;
}

/** What came of cutting a run where another attempt goes on. */
export interface GoneOn {
  /** For the rest of the text; undefined where nothing is left to say. */
  readonly run: SegmentRun | undefined;
  readonly basis: "marks" | "estimate";
}

/** How a segment gets spoken. */
export interface SpeakSegmentOptions {
  readonly run: SegmentRun;
  readonly routes: RouteList;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Attempts that were made at it before, in a session. Default 0. */
  readonly attempts?: number | undefined;
  /** Begins attempt number `attempt`, counted over all routes; what an earlier one made of the run is dropped. */
  plan(run: SegmentRun, route: EngineRoute, attempt: number): AttemptPlan;
  /**
   * Ends a run of which the taker has a part at its last word boundary, and makes one for the rest of the text. With `exactly`, only where the
   * engine's own marks tell the place: else undefined, and nothing has changed.
   */
  goOn(run: SegmentRun, how: { readonly exactly: boolean }): GoneOn | undefined;
  /** Audio of a failed run behind which the same engine can go on, told exactly, in milliseconds; 0 where it cannot, or no word was said. */
  keptMs(run: SegmentRun): number;
  failedOver(failover: { readonly run: SegmentRun; readonly from: EngineRoute; readonly to: EngineRoute; readonly error: TTSError; readonly basis: "marks" | "estimate" }): void;
}

/** Where the work on a segment stands: the run being made, and the attempts so far. */
interface Progress {
  readonly run: SegmentRun | undefined;
  readonly attempt: number;
  readonly error?: TTSError | undefined;
}

/**
 * Speaks one segment: tries again where the failure may pass, goes on to the next engine where it does not, by the rules of
 * {@link createTryCount} and {@link mayFailOver}. What was handed out is never repeated: the next attempt goes on behind it.
 */
export async function speakSegment(options: SpeakSegmentOptions): Promise<void> {
  const { routes } = options;
  let tried = NO_ROUTES;
  let route = routes.choose(tried);
  let progress: Progress = { run: options.run, attempt: options.attempts ?? 0 };
  if (route !== undefined && !routes.isPrepared(route)) await routes.prepare(route, options.signal);
  while (route !== undefined && progress.run !== undefined) {
    const chosen: EngineRoute = route;
    routes.begin(route);
    try {
      progress = await speakOnRoute(options, { route, tried }, progress);
    } finally {
      routes.ended(chosen);
    }
    const { error, run } = progress;
    if (error === undefined || run === undefined) return;
    tried = new Set([...tried, route]);
    const next = options.signal.aborted || !mayFailOver(error) ? undefined : routes.choose(tried);
    if (next === undefined) throw error;
    const goneOn = run.handedFrames > 0 ? options.goOn(run, { exactly: false }) : undefined;
    options.failedOver({ run, from: route, to: next, error, basis: goneOn?.basis ?? "marks" });
    if (goneOn === undefined) run.queue.clear();
    else progress = { run: goneOn.run, attempt: progress.attempt };
    await routes.prepare(next, options.signal);
    route = next;
  }
}

async function speakOnRoute(options: SpeakSegmentOptions, { route, tried }: { route: EngineRoute; tried: ReadonlySet<EngineRoute> }, progress: Progress): Promise<Progress> {
  const { routes, clock, signal } = options;
  let tries: TryCount | undefined;
  let { run, attempt } = progress;
  while (run !== undefined) {
    attempt += 1;
    try {
      await speakOnce(options, run, route, attempt);
      routes.succeeded(route);
      return { run, attempt };
    } catch (thrown) {
      const error = thrown as TTSError;
      const keptMs = options.keptMs(run);
      tries ??= createTryCount();
      const pauseMs = tries.failed({ error, keptMs, hasNext: routes.isReady(new Set([...tried, route])) });
      const goneOn = signal.aborted || pauseMs === undefined || (run.handedFrames === 0 && keptMs === 0) ? undefined : options.goOn(run, { exactly: true });
      if (signal.aborted || pauseMs === undefined || (run.handedFrames > 0 && goneOn === undefined)) {
        routes.failed(route, error);
        return { run, attempt, error };
      }
      run.startedAtMs = undefined;
      // The next try makes it again: in the meantime none of it may be handed out.
      if (goneOn === undefined) run.queue.clear();
      else run = goneOn.run;
      await rest(clock, pauseMs, signal);
      if (signal.aborted) return { run, attempt, error: new TTSError("ABORTED", "The request was called off.", { cause: signal.reason }) };
    }
  }
  routes.succeeded(route);
  return { run, attempt };
}

async function speakOnce({ plan: makePlan, clock, signal }: SpeakSegmentOptions, run: SegmentRun, route: EngineRoute, attempt: number): Promise<void> {
  const plan = makePlan(run, route, attempt - 1);
  const times = await plan.account.inSlot(() => {
    run.startedAtMs = clock.now();
    // Those who wait already will not ask again: this run must not stand still in their slot.
    if (plan.account.contended) run.drains = true;
    return runAttempt({ engine: plan.engine, request: plan.request, listener: plan.listener, clock, limits: plan.limits, signal, isAwaited: () => plan.account.contended });
  }, { signal, clock });
  plan.succeeded(times);
}
