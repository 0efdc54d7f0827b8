import type { Engine } from "@parlando/engine";

/** One engine of the list along which a stream fails over, with what config says of it. */
export interface EngineRoute {
  readonly engine: Engine;
  /** Used where the stream's own options name none. */
  readonly voice?: string | undefined;
  readonly language?: string | undefined;
  /** Engine options from config; those of the stream go over them. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** The routes of a stream, and which one speaks now. */
export interface RouteList {
  readonly routes: readonly EngineRoute[];
  /** Index of the route that the next segment takes. */
  current: number;
}
