import { TTSError, type Engine, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import { createCaller, type Caller } from "./caller.ts";
import { readScript, type Script } from "./read-script.ts";
import type { ScriptedRequest } from "./request-log.ts";
import type { ScriptedEngineOptions } from "./scripted-options.ts";
import { speakRequest } from "./scripted-request.ts";
import { openScriptedSession } from "./scripted-session.ts";
import { resolveSettings, type ScriptedSettings } from "./scripted-settings.ts";

/** An engine that does what its script says, and remembers what it was asked. */
export interface ScriptedEngine extends Engine {
  /** Every request, and every segment of every session, in the order in which they began. */
  readonly requests: readonly ScriptedRequest[];
  /** Requests that run now. */
  readonly activeRequests: number;
  /** The most that ever ran at once. */
  readonly maxActive: number;
  /** How often `warmUp` was called. */
  readonly warmUps: number;
  /** Whether `close` was called. */
  readonly closed: boolean;
}

/**
 * Makes an engine for tests. Its audio is real and follows from the text alone: every word is a sound that carries the word's number
 * ({@link wordId}), so that {@link decodeWords} can tell from what a taker received which words came, in what order, and whether whole.
 *
 * @example
 * ```ts
 * const engine = createScriptedEngine({ clock, startMs: 200, realTimeFactor: 0.5 });
 * const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink });
 * ```
 */
export function createScriptedEngine(options: ScriptedEngineOptions = {}): ScriptedEngine {
  const settings = resolveSettings(options);
  const { id, capabilities, log, voices, clock } = settings;
  const closing = new AbortController();
  const callers = new Set<Caller>();
  let warmUps = 0;
  const { credentials } = options;
  const sessions = capabilities.input.includes("incremental");

  function synthesize(request: SynthesisRequest, signal: AbortSignal): AsyncIterable<EngineEvent> {
    const caller = createCaller(signal, callers);
    return readScript(speakUnlessClosed(settings, request, { caller, closing: closing.signal }), { clock, caller });
  }

  return {
    contract: "parlando/1",
    id,
    capabilities,
    ...(capabilities.input.includes("segment") && { synthesize }),
    ...(sessions && { openSession: async (request, signal) => (refuseWhenClosed(settings, closing.signal), openScriptedSession(settings, request, AbortSignal.any([signal, closing.signal]))) }),
    voices: async () => voices,
    ...(credentials && { checkCredentials: async () => credentials }),
    async warmUp(signal) {
      warmUps += 1;
      if (options.warmUpMs !== undefined) await clock.sleep(options.warmUpMs, signal);
    },
    async close() {
      closing.abort();
      for (const caller of callers) caller.callOff(closing.signal.reason);
    },
    get requests() {
      return log.requests;
    },
    get activeRequests() {
      return log.active;
    },
    get maxActive() {
      return log.maxActive;
    },
    get warmUps() {
      return warmUps;
    },
    get closed() {
      return closing.signal.aborted;
    },
  };
}

function refuseWhenClosed({ id }: ScriptedSettings, closing: AbortSignal): void {
  if (closing.aborted) throw new TTSError("ENGINE_UNAVAILABLE", `While starting a request: engine "${id}" was closed. Make a new one.`, { engine: id });
}

function* speakUnlessClosed(settings: ScriptedSettings, request: SynthesisRequest, { caller, closing }: { caller: Caller; closing: AbortSignal }): Script<EngineEvent> {
  refuseWhenClosed(settings, closing);
  yield* speakRequest(settings, request, caller);
}
