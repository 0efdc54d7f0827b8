import type { Engine, TTSError, Voice } from "@parlando/engine";
import { rest, RESTED, type Clock } from "../clock.ts";
import { chooseVoice } from "./choose-voice.ts";
import type { Circuit } from "./circuit.ts";
import { accountOf } from "./engine-account.ts";
import { NO_ROUTES, type EngineRoute, type RouteList } from "./engine-route.ts";

/** What the stream itself asks of the voice; meant for the first engine of the list. */
export interface RouteWishes {
  readonly voice?: string | undefined;
  readonly language?: string | undefined;
}

/** A listener waits: a list of voices that takes longer is not waited for. */
const VOICES_LIMIT_MS = 1_500;

type OwnRoute = { -readonly [Name in keyof EngineRoute]: EngineRoute[Name] };

/** The routes of a stream in the order of config. Which engines rest is known to their accounts, so that all streams share it. */
export class StreamRoutes implements RouteList {
  readonly routes: readonly OwnRoute[];
  readonly #clock: Clock;
  readonly #wishes: RouteWishes;
  #prepared: ReadonlySet<EngineRoute> = NO_ROUTES;

  constructor(engines: readonly EngineRoute[], clock: Clock, wishes: RouteWishes) {
    this.routes = engines.map((route): OwnRoute => ({ ...route }));
    this.#clock = clock;
    this.#wishes = wishes;
  }

  current(): EngineRoute | undefined {
    return this.choose(NO_ROUTES);
  }

  /** The first that may be asked; where all rest, the one that is ready soonest: it is better asked than nobody. */
  choose(tried: ReadonlySet<EngineRoute>): EngineRoute | undefined {
    const nowMs = this.#clock.now();
    let soonest: EngineRoute | undefined;
    for (const route of this.routes) {
      if (tried.has(route)) continue;
      if (circuitOf(route).allows(nowMs)) return route;
      if (soonest === undefined || circuitOf(route).openUntilMs < circuitOf(soonest).openUntilMs) soonest = route;
    }
    return soonest;
  }

  isReady(tried: ReadonlySet<EngineRoute>): boolean {
    return this.routes.some((route) => !tried.has(route) && circuitOf(route).allows(this.#clock.now()));
  }

  async prepare(route: EngineRoute, signal: AbortSignal): Promise<void> {
    const [first] = this.routes;
    const own = this.routes.find((other) => other === route);
    if (own === undefined || first === undefined || this.isPrepared(own)) return;
    this.#prepared = new Set([...this.#prepared, own]);
    if (own.voice !== undefined || own.engine.voices === undefined) return;
    const [voices, firstVoices] = await Promise.all([voicesOf(own.engine, this.#clock, signal), voicesOf(first.engine, this.#clock, signal)]);
    try {
      const before = firstVoices.find(({ id }) => id === (this.#wishes.voice ?? first.voice));
      own.language ??= this.#wishes.language ?? first.language ?? before?.languages[0];
      own.voice = chooseVoice(voices, { language: own.language, gender: before?.gender })?.id;
    } catch {
      // The list is the engine's, and may be nothing of the kind: it speaks with the voice that it likes.
    }
  }

  isPrepared(route: EngineRoute): boolean {
    return route === this.routes[0] || this.#prepared.has(route);
  }

  begin(route: EngineRoute): void {
    circuitOf(route).begin();
  }

  ended(route: EngineRoute): void {
    circuitOf(route).ended();
  }

  succeeded(route: EngineRoute): void {
    circuitOf(route).succeeded();
  }

  failed(route: EngineRoute, error: TTSError): void {
    circuitOf(route).failed(error, this.#clock.now());
  }
}

function circuitOf({ engine }: EngineRoute): Circuit {
  return accountOf(engine).circuit;
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
