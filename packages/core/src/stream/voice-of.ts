import type { EngineRoute, RouteList } from "../synthesis/engine-route.ts";
import type { StreamSettings } from "./stream-settings.ts";

/** The voice that an engine is asked for: the stream's own options are meant for the first engine of the list. */
export function voiceOf(route: EngineRoute, stream: { readonly settings: StreamSettings; readonly routes: RouteList }): string | undefined {
  const isFirst = route === stream.routes.routes[0];
  return (isFirst ? stream.settings.options.voice : undefined) ?? route.voice;
}
