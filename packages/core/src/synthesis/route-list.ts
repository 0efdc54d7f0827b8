import type { Engine, TTSError, Voice } from "@parlando/engine";
import { rest, RESTED, type Clock } from "../clock.ts";
import { chooseVoice } from "./choose-voice.ts";
import { accountOf } from "./engine-account.ts";
import type { EngineRoute, RouteList } from "./engine-route.ts";

/** What the stream itself asks of the voice; meant for the first engine of the list. */
export interface RouteWishes {
  readonly voice?: string | undefined;
  readonly language?: string | undefined;
}

/** A listener waits: a list of voices that takes longer is not waited for. */
const VOICES_LIMIT_MS = 1_500;

const NONE: ReadonlySet<EngineRoute> = new Set();

type OwnRoute = { -readonly [Name in keyof EngineRoute]: EngineRoute[Name] };

/** The routes of a stream in the order of config. Which engines rest is known to their accounts, so that all streams share it. */
export function createRouteList(engines: readonly EngineRoute[], clock: Clock, wishes: RouteWishes): RouteList {
  const routes = engines.map((route): OwnRoute => ({ ...route }));
  const circuitOf = (route: EngineRoute): ReturnType<typeof accountOf>["circuit"] => accountOf(route.engine).circuit;

  /** The first that may be asked; where all rest, the one that is ready soonest: it is better asked than nobody. */
  function choose(tried: ReadonlySet<EngineRoute>): EngineRoute | undefined {
    const nowMs = clock.now();
    let soonest: EngineRoute | undefined;
    for (const route of routes) {
      if (tried.has(route)) continue;
      if (circuitOf(route).allows(nowMs)) return route;
      if (soonest === undefined || circuitOf(route).openUntilMs < circuitOf(soonest).openUntilMs) soonest = route;
    }
    return soonest;
  }

  const prepared = new Set<EngineRoute>();

  async function prepare(route: EngineRoute, signal: AbortSignal): Promise<void> {
    const [first] = routes;
    const own = routes.find((other) => other === route);
    if (own === undefined || first === undefined || own === first || prepared.has(own)) return;
    prepared.add(own);
    if (own.voice !== undefined || own.engine.voices === undefined) return;
    const [voices, firstVoices] = await Promise.all([voicesOf(own.engine, clock, signal), voicesOf(first.engine, clock, signal)]);
    try {
      const before = firstVoices.find(({ id }) => id === (wishes.voice ?? first.voice));
      own.language ??= wishes.language ?? first.language ?? before?.languages[0];
      own.voice = chooseVoice(voices, { language: own.language, gender: before?.gender })?.id;
    } catch {
      // The list is the engine's, and may be nothing of the kind: it speaks with the voice that it likes.
    }
  }

  return {
    routes,
    current: () => choose(NONE),
    choose,
    isReady: (tried) => routes.some((route) => !tried.has(route) && circuitOf(route).allows(clock.now())),
    prepare,
    isPrepared: (route) => route === routes[0] || prepared.has(route),
    begin: (route) => circuitOf(route).begin(),
    ended: (route) => circuitOf(route).ended(),
    succeeded: (route) => circuitOf(route).succeeded(),
    failed: (route, error: TTSError) => circuitOf(route).failed(error, clock.now()),
  };
}

/** The voices of an engine, none where it cannot tell them soon. */
async function voicesOf(engine: Engine, clock: Clock, signal: AbortSignal): Promise<readonly Voice[]> {
  const enough = new AbortController();
  const asked = async (): Promise<readonly Voice[]> => (await engine.voices?.(AbortSignal.any([signal, enough.signal]))) ?? [];
  const limit = new AbortController();
  const voices = await Promise.race([asked().catch(() => []), rest(clock, VOICES_LIMIT_MS, limit.signal).then(() => [])]);
  limit.abort(RESTED);
  enough.abort(RESTED);
  return Array.isArray(voices) ? voices : [];
}
