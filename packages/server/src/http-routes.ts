import { speechRoute } from "./openai/speech-route.ts";
import type { Route } from "./route/route.ts";
import { synthesizeStreamRoute } from "./seed/synthesize-stream.ts";
import { synthesizeRoute } from "./seed/synthesize.ts";

/** The routes that speak over HTTP. */
export const httpRoutes: readonly Route[] = [speechRoute, synthesizeStreamRoute, synthesizeRoute];
