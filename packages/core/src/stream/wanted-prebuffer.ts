import type { Playhead } from "../buffer/playhead.ts";
import { accountOf, capabilitiesOf } from "../synthesis/engine-account.ts";
import type { RouteList } from "../synthesis/engine-route.ts";
import type { SegmentRun } from "../synthesis/segment-run.ts";
import type { TextQueue } from "../text/text-queue.ts";
import type { StreamSettings } from "./stream-settings.ts";
import { voiceOf } from "./voice-of.ts";

/** What {@link wantedPrebufferMs} looks at. */
export interface PrebufferFacts {
  readonly settings: StreamSettings;
  readonly routes: RouteList;
  readonly playhead: Playhead;
  readonly runs: readonly SegmentRun[];
  readonly text: TextQueue;
}

/**
 * How much audio should be ahead before the first of it is handed out, in milliseconds: what the app asks for, else what the engine's
 * account has learned. Who takes audio faster than it is heard (a file, a callback, a reader) is not kept waiting unless asked for: only
 * a sink with a playhead is.
 */
export function wantedPrebufferMs(facts: PrebufferFacts): number {
  const { settings, routes, playhead } = facts;
  if (settings.prebufferMs !== "auto") return settings.prebufferMs;
  const route = routes.current();
  if (route === undefined || playhead.basis !== "sink") return 0;
  const voice = voiceOf(route, facts);
  const capabilities = capabilitiesOf(route.engine, voice);
  if (capabilities.output === "whole") return 0;
  const account = accountOf(route.engine);
  const characters = facts.runs.reduce((sum, run) => sum + run.segment.text.length, facts.text.waiting);
  const expectedMs = characters * account.estimateOf(voice, capabilities).msPerCharacter(facts.runs[0]?.segment.text ?? "");
  return account.arrivalOf(voice).headstartMs(expectedMs);
}
