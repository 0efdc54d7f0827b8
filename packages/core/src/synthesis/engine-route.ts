import type { Engine, TTSError } from "@parlando/engine";

/** One engine of the list along which a stream fails over, with what config says of it. */
export interface EngineRoute {
  readonly engine: Engine;
  /** Used where the stream's own options name none. */
  readonly voice?: string | undefined;
  readonly language?: string | undefined;
  /** Engine options from config; those of the stream go over them. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** Where no route was tried, or had to be prepared: nobody may add to it. */
export const NO_ROUTES: ReadonlySet<EngineRoute> = new Set();

/** The routes of a stream, and which one speaks now. */
export interface RouteList {
  readonly routes: readonly EngineRoute[];
  /** The route that the next segment takes: the first whose engine does not rest after a failure. Undefined where there is none at all. */
  current(): EngineRoute | undefined;
  /** The route for a segment that `tried` could not speak; undefined when all were tried. */
  choose(tried: ReadonlySet<EngineRoute>): EngineRoute | undefined;
  /** Whether an engine that is not in `tried` can be asked at once. */
  isReady(tried: ReadonlySet<EngineRoute>): boolean;
  /** Chooses a voice for a route that is to go on for another, where config names none: by language and gender. Never rejects, and takes at most a moment. */
  prepare(route: EngineRoute, signal: AbortSignal): Promise<void>;
  /** Whether a route can be spoken along as it is. */
  isPrepared(route: EngineRoute): boolean;
  /** A segment is sent along a route. */
  begin(route: EngineRoute): void;
  /** What was begun has ended in whatever way. */
  ended(route: EngineRoute): void;
  /** A segment was spoken to its end. */
  succeeded(route: EngineRoute): void;
  /** A segment was not spoken, in all the tries that it is worth. */
  failed(route: EngineRoute, error: TTSError): void;
}
