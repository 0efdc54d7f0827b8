import type { TTSError } from "@parlando/engine";
import type { Clock } from "../clock.ts";
import { accountOf } from "./engine-account.ts";
import type { EngineRoute, RouteList } from "./engine-route.ts";

/** The routes of a stream in the order of config. Which engines rest is known to their accounts, so that all streams share it. */
export function createRouteList(routes: readonly EngineRoute[], clock: Pick<Clock, "now">): RouteList {
  const circuitOf = (route: EngineRoute): ReturnType<typeof accountOf>["circuit"] => accountOf(route.engine).circuit;

  /** The first that may be asked; where all rest, the one that is ready soonest: it is better asked than nobody. */
  function choose(tried: ReadonlySet<EngineRoute>): EngineRoute | undefined {
    const left = routes.filter((route) => !tried.has(route));
    const nowMs = clock.now();
    const ready = left.find((route) => circuitOf(route).allows(nowMs));
    if (ready !== undefined || left.length === 0) return ready;
    return left.reduce((best, route) => (circuitOf(route).openUntilMs < circuitOf(best).openUntilMs ? route : best));
  }

  return {
    routes,
    get current() {
      return Math.max(0, routes.indexOf(choose(new Set()) as EngineRoute));
    },
    choose,
    begin: (route) => circuitOf(route).begin(),
    succeeded: (route) => circuitOf(route).succeeded(),
    failed: (route, error: TTSError) => circuitOf(route).failed(error, clock.now()),
  };
}
