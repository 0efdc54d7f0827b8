import type { Engine, EngineEvent, EngineSession, SessionEvent, SynthesisRequest } from "@parlando/engine";
import { createScriptedEngine } from "../scripted/scripted-engine.ts";
import type { ScriptedEngineOptions } from "../scripted/scripted-options.ts";

/** An engine that is wrong on purpose, and the checks of the suite that must each say so. */
export interface BadEngine {
  name: string;
  /** Makes the engine anew. */
  create(): Engine;
  /** Names of engine checks. */
  caughtBy: readonly string[];
}

/** Makes wrong events out of right ones. */
export type AlterEvents = (events: AsyncIterable<EngineEvent>, request: SynthesisRequest, signal: AbortSignal) => AsyncIterable<EngineEvent>;

/** A scripted engine whose requests go through `alter`. */
export function alterRequests(alter: AlterEvents, options?: ScriptedEngineOptions): Engine {
  const engine = createScriptedEngine(options);
  return { ...engine, synthesize: (request, signal) => alter(requestOf(engine, request, signal), request, signal) };
}

/** The events of a request to an engine that takes requests. */
export function requestOf(engine: Engine, request: SynthesisRequest, signal: AbortSignal): AsyncIterable<EngineEvent> {
  return engine.synthesize?.(request, signal) ?? nothing;
}

const nothing: AsyncIterable<never> = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }) };

/** Changes each event by itself, into any number of events. */
export function alterEach(change: (event: EngineEvent, index: number, request: SynthesisRequest) => readonly EngineEvent[], options?: ScriptedEngineOptions): Engine {
  return alterRequests(async function* (events, request) {
    let index = 0;
    for await (const event of events) yield* change(event, index++, request);
  }, options);
}

/** A scripted engine whose sessions are changed. */
export function alterSessions(change: (session: EngineSession) => Partial<EngineSession>, options?: ScriptedEngineOptions): Engine {
  const engine = createScriptedEngine({ input: ["segment", "incremental"], ...options });
  return {
    ...engine,
    async openSession(request, signal) {
      const session = await engine.openSession?.(request, signal);
      if (session === undefined) return nothingSession;
      return { ...session, ...change(session) };
    },
  };
}

const done = async (): Promise<void> => {};
const nothingSession: EngineSession = { events: nothing, write: done, flush: done, end: done, cancel: done, close: done };

/** Changes each event of a session's turns by itself. */
export function alterTurn(change: (event: SessionEvent) => readonly SessionEvent[]): Engine {
  async function* changed(events: AsyncIterable<SessionEvent>): AsyncGenerator<SessionEvent> {
    for await (const event of events) yield* change(event);
  }
  return alterSessions((session) => ({ events: changed(session.events) }));
}
